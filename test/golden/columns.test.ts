import { expect, test } from "bun:test";
import { defineModel } from "../../src/models/define-model.ts";
import type { Field } from "../../src/models/field.ts";
import { fields } from "../../src/models/fields.ts";
import { sql } from "../../src/schema/sql.ts";
import { golden } from "../support/golden.ts";

const item = (columns: Readonly<Record<string, Field>>) => [defineModel("Item", columns)];

test("a longer text and a shorter one", () => {
  expect(
    golden(
      item({ code: fields.char({ maxLength: 10 }), name: fields.char({ maxLength: 100 }) }),
      item({ code: fields.char({ maxLength: 20 }), name: fields.char({ maxLength: 50 }) }),
    ),
  ).toMatchInlineSnapshot(`
    "
    export const operations = [
      m.alterColumn("item", "code", m.char({ maxLength: 20 })),
      m.alterColumn("item", "name", m.char({ maxLength: 50 })),
    ];

    -- postgres
    BEGIN;
    -- must return no row: SELECT "name"::text AS "value" FROM "item" WHERE length("name") > 50 LIMIT 3
    ALTER TABLE "item"
      ALTER COLUMN "code" TYPE varchar(20),
      ALTER COLUMN "name" TYPE varchar(50);
    COMMIT;

    -- sqlite
    PRAGMA foreign_keys = OFF;
    BEGIN IMMEDIATE;
    -- must return no row: SELECT "item"."name" AS "value" FROM "item" WHERE "item"."name" IS NOT NULL AND (length("item"."name") > 50) IS NOT 0 LIMIT 3
    CREATE TABLE "_yara_new_item" (
      "id" integer NOT NULL PRIMARY KEY AUTOINCREMENT,
      "code" varchar(20) NOT NULL,
      "name" varchar(50) NOT NULL
    );
    INSERT INTO "_yara_new_item" ("id", "code", "name") SELECT "item"."id", "item"."code", "item"."name" FROM "item";
    DELETE FROM sqlite_sequence WHERE name = '_yara_new_item';
    INSERT INTO sqlite_sequence (name, seq) SELECT '_yara_new_item', seq FROM sqlite_sequence WHERE name = 'item';
    DROP TABLE "item";
    PRAGMA legacy_alter_table = ON;
    ALTER TABLE "_yara_new_item" RENAME TO "item";
    PRAGMA legacy_alter_table = OFF;
    -- upgrade also makes the triggers of table item again, and what no migration knows: indexes, STRICT, WITHOUT ROWID; this text does not
    -- must return no row: SELECT "table", "rowid", "parent" FROM pragma_foreign_key_check LIMIT 10
    COMMIT;
    PRAGMA legacy_alter_table = OFF;
    PRAGMA foreign_keys = ON;
    "
  `);
});

test("other types: the rows are cast, and refused where values would not survive", () => {
  expect(
    golden(
      item({ a: fields.char({ maxLength: 10 }), b: fields.float(), c: fields.int() }),
      item({ a: fields.int(), b: fields.decimal({ maxDigits: 10, decimalPlaces: 2 }), c: fields.bigInt() }),
    ),
  ).toMatchInlineSnapshot(`
    "
    export const operations = [
      m.alterColumn("item", "a", m.int()),
      m.alterColumn("item", "b", m.decimal({ maxDigits: 10, decimalPlaces: 2 })),
      m.alterColumn("item", "c", m.bigInt()),
    ];

    -- postgres
    BEGIN;
    -- must return no row: SELECT "a"::text AS "value" FROM "item" WHERE "a" !~ '^(0|-?[1-9][0-9]*)$' LIMIT 3
    -- must return no row: SELECT "b"::text AS "value" FROM "item" WHERE "b"::text::numeric <> round("b"::numeric, 2) LIMIT 3
    ALTER TABLE "item"
      ALTER COLUMN "a" TYPE integer USING "a"::integer,
      ALTER COLUMN "b" TYPE numeric(10, 2),
      ALTER COLUMN "c" TYPE bigint;
    COMMIT;

    -- sqlite
    PRAGMA foreign_keys = OFF;
    BEGIN IMMEDIATE;
    -- must return no row: SELECT "item"."a" AS "value" FROM "item" WHERE "item"."a" IS NOT NULL AND (CAST(CAST("item"."a" AS INTEGER) AS TEXT) <> "item"."a" OR CAST("item"."a" AS INTEGER) NOT BETWEEN -2147483648 AND 2147483647) IS NOT 0 LIMIT 3
    -- must return no row: SELECT "item"."b" AS "value" FROM "item" WHERE "item"."b" IS NOT NULL AND (NOT ("item"."b" < 1e8 AND "item"."b" > -1e8 AND round("item"."b", 2) = "item"."b")) IS NOT 0 LIMIT 3
    CREATE TABLE "_yara_new_item" (
      "id" integer NOT NULL PRIMARY KEY AUTOINCREMENT,
      "a" integer NOT NULL,
      "b" decimal(10,2) NOT NULL,
      "c" bigint NOT NULL
    );
    INSERT INTO "_yara_new_item" ("id", "a", "b", "c") SELECT "item"."id", CAST("item"."a" AS INTEGER), "item"."b", "item"."c" FROM "item";
    DELETE FROM sqlite_sequence WHERE name = '_yara_new_item';
    INSERT INTO sqlite_sequence (name, seq) SELECT '_yara_new_item', seq FROM sqlite_sequence WHERE name = 'item';
    DROP TABLE "item";
    PRAGMA legacy_alter_table = ON;
    ALTER TABLE "_yara_new_item" RENAME TO "item";
    PRAGMA legacy_alter_table = OFF;
    -- upgrade also makes the triggers of table item again, and what no migration knows: indexes, STRICT, WITHOUT ROWID; this text does not
    -- must return no row: SELECT "table", "rowid", "parent" FROM pragma_foreign_key_check LIMIT 10
    COMMIT;
    PRAGMA legacy_alter_table = OFF;
    PRAGMA foreign_keys = ON;
    "
  `);
});

test("NULL becomes NOT NULL with the default as the value of old rows, and the other way round", () => {
  expect(
    golden(
      item({ a: fields.int({ null: true }), b: fields.int() }),
      item({ a: fields.int({ dbDefault: 7 }), b: fields.int({ null: true }) }),
    ),
  ).toMatchInlineSnapshot(`
    "
    export const operations = [
      m.alterColumn("item", "a", m.int({ default: 7 }), { fill: 7 }),
      m.alterColumn("item", "b", m.int({ null: true })),
    ];

    -- postgres
    BEGIN;
    UPDATE "item" SET "a" = 7 WHERE "a" IS NULL;
    ALTER TABLE "item"
      ALTER COLUMN "a" SET DEFAULT 7,
      ALTER COLUMN "a" SET NOT NULL;
    ALTER TABLE "item" ALTER COLUMN "b" DROP NOT NULL;
    COMMIT;

    -- sqlite
    PRAGMA foreign_keys = OFF;
    BEGIN IMMEDIATE;
    CREATE TABLE "_yara_new_item" (
      "id" integer NOT NULL PRIMARY KEY AUTOINCREMENT,
      "a" integer NOT NULL DEFAULT 7,
      "b" integer
    );
    INSERT INTO "_yara_new_item" ("id", "a", "b") SELECT "item"."id", COALESCE("item"."a", 7), "item"."b" FROM "item";
    DELETE FROM sqlite_sequence WHERE name = '_yara_new_item';
    INSERT INTO sqlite_sequence (name, seq) SELECT '_yara_new_item', seq FROM sqlite_sequence WHERE name = 'item';
    DROP TABLE "item";
    PRAGMA legacy_alter_table = ON;
    ALTER TABLE "_yara_new_item" RENAME TO "item";
    PRAGMA legacy_alter_table = OFF;
    -- upgrade also makes the triggers of table item again, and what no migration knows: indexes, STRICT, WITHOUT ROWID; this text does not
    -- must return no row: SELECT "table", "rowid", "parent" FROM pragma_foreign_key_check LIMIT 10
    COMMIT;
    PRAGMA legacy_alter_table = OFF;
    PRAGMA foreign_keys = ON;
    "
  `);
});

test("an application's default leaves no trace, one of the database does", () => {
  expect(
    golden(
      item({ a: fields.int(), b: fields.int({ default: 1 }) }),
      item({ a: fields.int({ default: 2 }), b: fields.int({ dbDefault: sql("1 + 1") }) }),
    ),
  ).toMatchInlineSnapshot(`
    "
    export const operations = [
      m.alterColumn("item", "b", m.int({ default: m.sql("1 + 1") })),
    ];

    -- postgres
    BEGIN;
    ALTER TABLE "item" ALTER COLUMN "b" SET DEFAULT (1 + 1);
    COMMIT;

    -- sqlite
    PRAGMA foreign_keys = OFF;
    BEGIN IMMEDIATE;
    CREATE TABLE "_yara_new_item" (
      "id" integer NOT NULL PRIMARY KEY AUTOINCREMENT,
      "a" integer NOT NULL,
      "b" integer NOT NULL DEFAULT (1 + 1)
    );
    INSERT INTO "_yara_new_item" ("id", "a", "b") SELECT "item"."id", "item"."a", "item"."b" FROM "item";
    DELETE FROM sqlite_sequence WHERE name = '_yara_new_item';
    INSERT INTO sqlite_sequence (name, seq) SELECT '_yara_new_item', seq FROM sqlite_sequence WHERE name = 'item';
    DROP TABLE "item";
    PRAGMA legacy_alter_table = ON;
    ALTER TABLE "_yara_new_item" RENAME TO "item";
    PRAGMA legacy_alter_table = OFF;
    -- upgrade also makes the triggers of table item again, and what no migration knows: indexes, STRICT, WITHOUT ROWID; this text does not
    -- must return no row: SELECT "table", "rowid", "parent" FROM pragma_foreign_key_check LIMIT 10
    COMMIT;
    PRAGMA legacy_alter_table = OFF;
    PRAGMA foreign_keys = ON;
    "
  `);
});

test("another primary key, of several columns", () => {
  expect(
    golden(
      [defineModel("Item", { id: fields.int({ pk: true }), a: fields.int(), b: fields.int() })],
      [defineModel("Item", { id: fields.int(), a: fields.int({ pk: true }), b: fields.int({ pk: true }) })],
    ),
  ).toMatchInlineSnapshot(`
    "
    export const operations = [
      m.dropConstraint("item", "item_pkey"),
      m.alterColumn("item", "id", m.int()),
      m.addConstraint("item", { primaryKey: ["a", "b"] }),
    ];

    -- postgres
    BEGIN;
    ALTER TABLE "item" DROP CONSTRAINT "item_pkey";
    ALTER TABLE "item" ALTER COLUMN "id" DROP IDENTITY;
    -- upgrade also drops the default of item.id instead, with its sequence, where it is a serial column; this text does not
    ALTER TABLE "item" ADD CONSTRAINT "item_pkey" PRIMARY KEY ("a", "b");
    COMMIT;

    -- sqlite
    PRAGMA foreign_keys = OFF;
    BEGIN IMMEDIATE;
    CREATE TABLE "_yara_new_item" (
      "id" integer NOT NULL,
      "a" integer NOT NULL,
      "b" integer NOT NULL,
      PRIMARY KEY ("a", "b")
    );
    INSERT INTO "_yara_new_item" ("id", "a", "b") SELECT "item"."id", "item"."a", "item"."b" FROM "item";
    DROP TABLE "item";
    PRAGMA legacy_alter_table = ON;
    ALTER TABLE "_yara_new_item" RENAME TO "item";
    PRAGMA legacy_alter_table = OFF;
    -- upgrade also makes the triggers of table item again, and what no migration knows: indexes, STRICT, WITHOUT ROWID; this text does not
    -- must return no row: SELECT "table", "rowid", "parent" FROM pragma_foreign_key_check LIMIT 10
    COMMIT;
    PRAGMA legacy_alter_table = OFF;
    PRAGMA foreign_keys = ON;
    "
  `);
});

test("the type of a primary key reaches the columns that refer to it", () => {
  const models = (key: Field) => [
    defineModel("Team", { id: key }),
    defineModel("Player", { team: fields.foreignKey("Team", { onDelete: "cascade" }) }),
  ];
  expect(
    golden(models(fields.int({ pk: true })), models(fields.bigInt({ pk: true }))),
  ).toMatchInlineSnapshot(`
    "
    export const operations = [
      m.dropConstraint("player", "player_team_id_fkey"),
      m.alterColumn("player", "team_id", m.bigInt()),
      m.alterColumn("team", "id", m.bigInt({ autoIncrement: true })),
      m.addConstraint("player", {
        foreignKey: ["team_id"],
        references: { table: "team", columns: ["id"] },
        onDelete: "cascade",
      }),
    ];

    -- postgres
    BEGIN;
    ALTER TABLE "player" DROP CONSTRAINT "player_team_id_fkey";
    ALTER TABLE "player" ALTER COLUMN "team_id" TYPE bigint;
    ALTER TABLE "team" ALTER COLUMN "id" TYPE bigint;
    -- upgrade also gives the sequence of team.id the type bigint where it is a serial column; this text does not
    ALTER TABLE "player" ADD CONSTRAINT "player_team_id_fkey" FOREIGN KEY ("team_id") REFERENCES "team" ("id") ON DELETE CASCADE;
    COMMIT;

    -- sqlite
    PRAGMA foreign_keys = OFF;
    BEGIN IMMEDIATE;
    CREATE TABLE "_yara_new_player" (
      "id" integer NOT NULL PRIMARY KEY AUTOINCREMENT,
      "team_id" bigint NOT NULL,
      FOREIGN KEY ("team_id") REFERENCES "team" ("id") ON DELETE CASCADE
    );
    INSERT INTO "_yara_new_player" ("id", "team_id") SELECT "player"."id", "player"."team_id" FROM "player";
    DELETE FROM sqlite_sequence WHERE name = '_yara_new_player';
    INSERT INTO sqlite_sequence (name, seq) SELECT '_yara_new_player', seq FROM sqlite_sequence WHERE name = 'player';
    DROP TABLE "player";
    PRAGMA legacy_alter_table = ON;
    ALTER TABLE "_yara_new_player" RENAME TO "player";
    PRAGMA legacy_alter_table = OFF;
    -- upgrade also makes the triggers of table player again, and what no migration knows: indexes, STRICT, WITHOUT ROWID; this text does not
    -- must return no row: SELECT "table", "rowid", "parent" FROM pragma_foreign_key_check LIMIT 10
    COMMIT;
    PRAGMA legacy_alter_table = OFF;
    PRAGMA foreign_keys = ON;
    "
  `);
});

test("collations and comments", () => {
  expect(
    golden(
      item({ a: fields.text(), b: fields.text({ description: "before" }) }),
      item({
        a: fields.text({ collation: { postgres: "C", sqlite: "NOCASE" } }),
        b: fields.text({ description: "it's after" }),
      }),
    ),
  ).toMatchInlineSnapshot(`
    "
    export const operations = [
      m.alterColumn("item", "a", m.text({ collation: { postgres: "C", sqlite: "NOCASE" } })),
      m.alterColumn("item", "b", m.text({ comment: "it's after" })),
    ];

    -- postgres
    BEGIN;
    ALTER TABLE "item" ALTER COLUMN "a" TYPE text COLLATE "C";
    COMMENT ON COLUMN "item"."b" IS 'it''s after';
    COMMIT;

    -- sqlite
    PRAGMA foreign_keys = OFF;
    BEGIN IMMEDIATE;
    CREATE TABLE "_yara_new_item" (
      "id" integer NOT NULL PRIMARY KEY AUTOINCREMENT,
      "a" text COLLATE "NOCASE" NOT NULL,
      "b" text NOT NULL
    );
    INSERT INTO "_yara_new_item" ("id", "a", "b") SELECT "item"."id", "item"."a", "item"."b" FROM "item";
    DELETE FROM sqlite_sequence WHERE name = '_yara_new_item';
    INSERT INTO sqlite_sequence (name, seq) SELECT '_yara_new_item', seq FROM sqlite_sequence WHERE name = 'item';
    DROP TABLE "item";
    PRAGMA legacy_alter_table = ON;
    ALTER TABLE "_yara_new_item" RENAME TO "item";
    PRAGMA legacy_alter_table = OFF;
    -- upgrade also makes the triggers of table item again, and what no migration knows: indexes, STRICT, WITHOUT ROWID; this text does not
    -- must return no row: SELECT "table", "rowid", "parent" FROM pragma_foreign_key_check LIMIT 10
    COMMIT;
    PRAGMA legacy_alter_table = OFF;
    PRAGMA foreign_keys = ON;
    "
  `);
});

test("lists of values", () => {
  expect(
    golden(
      item({ a: fields.int() }),
      item({ a: fields.int(), tags: fields.array(fields.text(), { dbDefault: [] }) }),
    ),
  ).toMatchInlineSnapshot(`
    "
    export const operations = [
      m.addColumn("item", "tags", m.array(m.text(), { default: [] })),
    ];

    -- postgres
    BEGIN;
    ALTER TABLE "item" ADD COLUMN "tags" text[] NOT NULL DEFAULT ARRAY[]::text[];
    COMMIT;

    -- sqlite
    BEGIN IMMEDIATE;
    ALTER TABLE "item" ADD COLUMN "tags" json NOT NULL DEFAULT '[]';
    COMMIT;
    "
  `);
});
