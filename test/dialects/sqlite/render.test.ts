import { describe, expect, test } from "bun:test";
import { sqliteDialect } from "../../../src/dialects/sqlite/dialect.ts";
import { migrations as m } from "../../../src/operations/build.ts";
import type { Operation } from "../../../src/operations/types.ts";
import { EMPTY_SCHEMA } from "../../../src/schema/schema.ts";
import { changesOf, inverted, textOf } from "./apply.ts";

const start = [
  m.createEnum("mood", ["calm", "it's fine"]),
  m.createTable("user", { id: m.int({ pk: true }), email: m.char({ maxLength: 50, unique: true }) }),
  m.createTable(
    "post",
    {
      id: m.int({ pk: true }),
      title: m.text(),
      rating: m.int({ null: true }),
      author_id: m.int({ null: true, references: { table: "user", column: "id", onDelete: "cascade" } }),
      mood: m.enum("mood", { default: "calm" }),
    },
    { indexes: [{ columns: ["rating"] }], checks: [{ name: "post_title", expression: "title <> ''" }] },
  ),
];
const schema = changesOf(EMPTY_SCHEMA, start).at(-1)?.after ?? EMPTY_SCHEMA;

/** The text of the operations where the tables exist. */
function forward(...operations: Operation[]): string {
  return `\n${textOf(sqliteDialect.render(changesOf(schema, operations))).join(";\n")}\n`;
}

function backward(...operations: Operation[]): string {
  return `\n${textOf(sqliteDialect.render(inverted(changesOf(schema, operations)))).join(";\n")}\n`;
}

describe("native statements", () => {
  test("create tables and indexes", () => {
    expect(
      `\n${textOf(sqliteDialect.render(changesOf(EMPTY_SCHEMA, start))).join(";\n")}\n`,
    ).toMatchInlineSnapshot(`
      "
      CREATE TABLE "user" (
        "id" integer NOT NULL PRIMARY KEY AUTOINCREMENT,
        "email" varchar(50) NOT NULL,
        UNIQUE ("email")
      );
      CREATE TABLE "post" (
        "id" integer NOT NULL PRIMARY KEY AUTOINCREMENT,
        "title" text NOT NULL,
        "rating" integer,
        "author_id" integer,
        "mood" text NOT NULL DEFAULT 'calm',
        CONSTRAINT "post_title" CHECK (title <> ''),
        CONSTRAINT "post_mood_enum" CHECK ("mood" IN ('calm', 'it''s fine')),
        FOREIGN KEY ("author_id") REFERENCES "user" ("id") ON DELETE CASCADE
      );
      CREATE INDEX "post_rating_idx" ON "post" ("rating")
      "
    `);
  });

  test("create indexes with all that SQLite has", () => {
    expect(
      forward(
        m.createIndex(
          "post",
          [
            { column: "title", order: "desc", nulls: "last", opclass: "text_pattern_ops" },
            { expression: { postgres: "md5(title)", sqlite: "length(title)" } },
          ],
          { name: "rich", where: "rating > 3", include: ["id"], unique: true },
        ),
        m.createIndex("post", ["title"], { method: "hash" }),
        m.createIndex("post", [{ column: "rating", nulls: "first" }], { name: "plain" }),
        m.createIndex("post", ["title"], { method: "gin", name: "words" }),
        m.renameIndex("post", "words", "other_words"),
        m.dropIndex("post", "other_words"),
      ),
    ).toMatchInlineSnapshot(`
      "
      CREATE UNIQUE INDEX "rich" ON "post" ("title" DESC, (length(title))) WHERE (rating > 3);
      CREATE INDEX "post_title_idx" ON "post" ("title");
      CREATE INDEX "plain" ON "post" ("rating")
      "
    `);
  });

  test("refuse an index whose expression names what is no column, which SQLite would take for a text", () => {
    const wrong = m.createIndex("post", [{ expression: 'lower("titel")' }], { name: "wrong" });
    expect(() => forward(wrong)).toThrow('the index wrong names "titel", which is no column of table post');
    expect(() => forward(m.createIndex("post", ["id"], { where: '"titel" > 1' }))).toThrow(
      "the index post_id_idx",
    );
  });

  test("make the indexes again whose expressions name a renamed column", () => {
    expect(
      forward(
        m.createIndex("user", [{ expression: "lower(email)" }], { name: "lowered" }),
        m.createIndex("user", ["id"], { name: "known", where: "email <> ''" }),
        m.runSQL("SELECT 1"),
        m.renameColumn("user", "email", "order"),
      ),
    ).toMatchInlineSnapshot(`
      "
      CREATE INDEX "lowered" ON "user" ((lower(email)));
      CREATE INDEX "known" ON "user" ("id") WHERE (email <> '');
      SELECT 1;
      ALTER TABLE "user" RENAME COLUMN "email" TO "order";
      DROP INDEX "lowered";
      DROP INDEX "known";
      CREATE INDEX "lowered" ON "user" ((lower("order")));
      CREATE INDEX "known" ON "user" ("id") WHERE ("order" <> '')
      "
    `);
  });

  test("fold what follows CREATE TABLE into it, so that a cycle of foreign keys is declared inline", () => {
    expect(
      forward(
        m.createTable("a", { id: m.int({ pk: true }), b_id: m.int() }),
        m.createTable("b", {
          id: m.int({ pk: true }),
          a_id: m.int({ references: { table: "a", column: "id" } }),
        }),
        m.addConstraint("a", { foreignKey: ["b_id"], references: { table: "b", columns: ["id"] } }),
        m.addColumn("a", "name", m.text()),
        m.createIndex("a", ["name"], { unique: true }),
      ),
    ).toMatchInlineSnapshot(`
      "
      CREATE TABLE "a" (
        "id" integer NOT NULL PRIMARY KEY AUTOINCREMENT,
        "b_id" integer NOT NULL,
        "name" text NOT NULL,
        FOREIGN KEY ("b_id") REFERENCES "b" ("id")
      );
      CREATE UNIQUE INDEX "a_name_uniq" ON "a" ("name");
      CREATE TABLE "b" (
        "id" integer NOT NULL PRIMARY KEY AUTOINCREMENT,
        "a_id" integer NOT NULL,
        FOREIGN KEY ("a_id") REFERENCES "a" ("id")
      )
      "
    `);
  });

  test("add columns", () => {
    expect(
      forward(
        m.addColumn("user", "bio", m.text({ null: true })),
        m.addColumn("post", "stars", m.smallInt({ default: 3 })),
        m.addColumn("user", "mood", m.enum("mood", { null: true })),
        m.addColumn("user", "boss_id", m.int({ null: true, references: { table: "user", column: "id" } })),
        m.addColumn("user", "born", m.datetime({ default: "2026-01-31T10:00:00+02:00" })),
      ),
    ).toMatchInlineSnapshot(`
      "
      ALTER TABLE "user" ADD COLUMN "bio" text;
      ALTER TABLE "user" ADD COLUMN "mood" text CONSTRAINT "user_mood_enum" CHECK ("mood" IN ('calm', 'it''s fine'));
      ALTER TABLE "user" ADD COLUMN "boss_id" integer REFERENCES "user" ("id");
      ALTER TABLE "user" ADD COLUMN "born" datetime NOT NULL DEFAULT '2026-01-31 08:00:00.000';
      ALTER TABLE "post" ADD COLUMN "stars" smallint NOT NULL DEFAULT 3
      "
    `);
  });

  test("drop a column that nothing uses, indexes before it", () => {
    expect(
      forward(m.dropIndex("post", "post_rating_idx"), m.dropColumn("post", "rating")),
    ).toMatchInlineSnapshot(`
      "
      DROP INDEX "post_rating_idx";
      ALTER TABLE "post" DROP COLUMN "rating"
      "
    `);
  });

  test("rename, and let only the indexes follow whose names are derived", () => {
    expect(forward(m.renameTable("user", "account"))).toMatchInlineSnapshot(`
      "
      ALTER TABLE "user" RENAME TO "account"
      "
    `);
    expect(forward(m.renameColumn("post", "rating", "score"))).toMatchInlineSnapshot(`
      "
      ALTER TABLE "post" RENAME COLUMN "rating" TO "score";
      DROP INDEX "post_rating_idx";
      CREATE INDEX "post_score_idx" ON "post" ("score")
      "
    `);
    expect(forward(m.renameIndex("post", "post_rating_idx", "by_rating"))).toMatchInlineSnapshot(`
      "
      DROP INDEX "post_rating_idx";
      CREATE INDEX "by_rating" ON "post" ("rating")
      "
    `);
  });

  test("drop a table with foreign keys off", () => {
    expect(forward(m.dropTable("post"))).toMatchInlineSnapshot(`
      "
      PRAGMA foreign_keys = OFF;
      DROP TABLE "post";
      -- check: SELECT "table", "rowid", "parent" FROM pragma_foreign_key_check LIMIT 10;
      PRAGMA foreign_keys = ON
      "
    `);
  });

  test("of both directions of the same file mirror each other", () => {
    expect(
      backward(m.addColumn("user", "bio", m.text({ null: true })), m.createIndex("user", ["bio"])),
    ).toMatchInlineSnapshot(`
      "
      DROP INDEX "user_bio_idx";
      ALTER TABLE "user" DROP COLUMN "bio"
      "
    `);
  });

  test("are none for comments, enums alone, and a table that comes and goes", () => {
    const operations = [
      m.alterComment("user", "people"),
      m.createEnum("unused", ["x"]),
      m.createTable("passing", { id: m.int({ pk: true }) }),
      m.dropTable("passing"),
    ];
    expect(sqliteDialect.render(changesOf(schema, operations))).toEqual({ before: [], steps: [], after: [] });
  });

  test("of hand-written SQL and code stand where they were written", () => {
    const operations = [
      m.addColumn("user", "bio", m.text({ null: true })),
      m.runSQL({ postgres: ["SELECT 1"], sqlite: ["UPDATE user SET bio = email"] }),
      m.runCode(() => {}),
      m.addColumn("user", "age", m.int({ null: true })),
    ];
    expect(textOf(sqliteDialect.render(changesOf(schema, operations)))).toEqual([
      'ALTER TABLE "user" ADD COLUMN "bio" text',
      "UPDATE user SET bio = email",
      "-- code",
      'ALTER TABLE "user" ADD COLUMN "age" integer',
    ]);
  });
});

describe("one rebuild", () => {
  test("does all neighbouring changes of a table", () => {
    expect(
      forward(
        m.alterColumn("post", "title", m.char({ maxLength: 20 })),
        m.addColumn("user", "bio", m.text({ null: true })),
        m.alterColumn("post", "rating", m.int({ default: 1 }), { fill: 0 }),
        m.addColumn("post", "slug", m.text(), { fill: m.sql("lower(mood)") }),
        m.dropConstraint("post", "post_title"),
        m.createIndex("post", ["slug"]),
      ),
    ).toMatchInlineSnapshot(`
      "
      PRAGMA foreign_keys = OFF;
      -- check: SELECT "post"."title" AS "value" FROM "post" WHERE "post"."title" IS NOT NULL AND (length("post"."title") > 20) IS NOT 0 LIMIT 3;
      CREATE TABLE "_yara_new_post" (
        "id" integer NOT NULL PRIMARY KEY AUTOINCREMENT,
        "title" varchar(20) NOT NULL,
        "rating" integer NOT NULL DEFAULT 1,
        "author_id" integer,
        "mood" text NOT NULL DEFAULT 'calm',
        "slug" text NOT NULL,
        CONSTRAINT "post_mood_enum" CHECK ("mood" IN ('calm', 'it''s fine')),
        FOREIGN KEY ("author_id") REFERENCES "user" ("id") ON DELETE CASCADE
      );
      INSERT INTO "_yara_new_post" ("id", "title", "rating", "author_id", "mood", "slug") SELECT "post"."id", "post"."title", COALESCE("post"."rating", 0), "post"."author_id", "post"."mood", (lower(mood)) FROM "post";
      DELETE FROM sqlite_sequence WHERE name = '_yara_new_post';
      INSERT INTO sqlite_sequence (name, seq) SELECT '_yara_new_post', seq FROM sqlite_sequence WHERE name = 'post';
      -- makes the triggers of table post again, and what no migration knows: indexes, STRICT, WITHOUT ROWID;
      DROP TABLE "post";
      PRAGMA legacy_alter_table = ON;
      ALTER TABLE "_yara_new_post" RENAME TO "post";
      PRAGMA legacy_alter_table = OFF;
      CREATE INDEX "post_rating_idx" ON "post" ("rating");
      CREATE INDEX "post_slug_idx" ON "post" ("slug");
      ALTER TABLE "user" ADD COLUMN "bio" text;
      -- check: SELECT "table", "rowid", "parent" FROM pragma_foreign_key_check LIMIT 10;
      PRAGMA legacy_alter_table = OFF;
      PRAGMA foreign_keys = ON
      "
    `);
  });

  test("changes the values of an enum", () => {
    expect(forward(m.alterEnum("mood", ["calm", "wild"]))).toMatchInlineSnapshot(`
      "
      PRAGMA foreign_keys = OFF;
      CREATE TABLE "_yara_new_post" (
        "id" integer NOT NULL PRIMARY KEY AUTOINCREMENT,
        "title" text NOT NULL,
        "rating" integer,
        "author_id" integer,
        "mood" text NOT NULL DEFAULT 'calm',
        CONSTRAINT "post_title" CHECK (title <> ''),
        CONSTRAINT "post_mood_enum" CHECK ("mood" IN ('calm', 'wild')),
        FOREIGN KEY ("author_id") REFERENCES "user" ("id") ON DELETE CASCADE
      );
      INSERT INTO "_yara_new_post" ("id", "title", "rating", "author_id", "mood") SELECT "post"."id", "post"."title", "post"."rating", "post"."author_id", "post"."mood" FROM "post";
      DELETE FROM sqlite_sequence WHERE name = '_yara_new_post';
      INSERT INTO sqlite_sequence (name, seq) SELECT '_yara_new_post', seq FROM sqlite_sequence WHERE name = 'post';
      -- makes the triggers of table post again, and what no migration knows: indexes, STRICT, WITHOUT ROWID;
      DROP TABLE "post";
      PRAGMA legacy_alter_table = ON;
      ALTER TABLE "_yara_new_post" RENAME TO "post";
      PRAGMA legacy_alter_table = OFF;
      CREATE INDEX "post_rating_idx" ON "post" ("rating");
      -- check: SELECT "table", "rowid", "parent" FROM pragma_foreign_key_check LIMIT 10;
      PRAGMA legacy_alter_table = OFF;
      PRAGMA foreign_keys = ON
      "
    `);
  });

  test("follows a rename that a check mentions", () => {
    expect(forward(m.renameColumn("post", "title", "headline"))).toMatchInlineSnapshot(`
      "
      PRAGMA foreign_keys = OFF;
      ALTER TABLE "post" RENAME COLUMN "title" TO "headline";
      CREATE TABLE "_yara_new_post" (
        "id" integer NOT NULL PRIMARY KEY AUTOINCREMENT,
        "headline" text NOT NULL,
        "rating" integer,
        "author_id" integer,
        "mood" text NOT NULL DEFAULT 'calm',
        CONSTRAINT "post_title" CHECK ("headline" <> ''),
        CONSTRAINT "post_mood_enum" CHECK ("mood" IN ('calm', 'it''s fine')),
        FOREIGN KEY ("author_id") REFERENCES "user" ("id") ON DELETE CASCADE
      );
      INSERT INTO "_yara_new_post" ("id", "headline", "rating", "author_id", "mood") SELECT "post"."id", "post"."headline", "post"."rating", "post"."author_id", "post"."mood" FROM "post";
      DELETE FROM sqlite_sequence WHERE name = '_yara_new_post';
      INSERT INTO sqlite_sequence (name, seq) SELECT '_yara_new_post', seq FROM sqlite_sequence WHERE name = 'post';
      -- makes the triggers of table post again, and what no migration knows: indexes, STRICT, WITHOUT ROWID;
      DROP TABLE "post";
      PRAGMA legacy_alter_table = ON;
      ALTER TABLE "_yara_new_post" RENAME TO "post";
      PRAGMA legacy_alter_table = OFF;
      CREATE INDEX "post_rating_idx" ON "post" ("rating");
      -- check: SELECT "table", "rowid", "parent" FROM pragma_foreign_key_check LIMIT 10;
      PRAGMA legacy_alter_table = OFF;
      PRAGMA foreign_keys = ON
      "
    `);
  });

  test("checks that existing rows can have the new column", () => {
    expect(forward(m.addColumn("user", "name", m.text()))).toMatchInlineSnapshot(`
      "
      PRAGMA foreign_keys = OFF;
      -- check: SELECT 1 AS "value" FROM "user" WHERE 1 LIMIT 3;
      CREATE TABLE "_yara_new_user" (
        "id" integer NOT NULL PRIMARY KEY AUTOINCREMENT,
        "email" varchar(50) NOT NULL,
        "name" text NOT NULL,
        UNIQUE ("email")
      );
      INSERT INTO "_yara_new_user" ("id", "email") SELECT "user"."id", "user"."email" FROM "user";
      DELETE FROM sqlite_sequence WHERE name = '_yara_new_user';
      INSERT INTO sqlite_sequence (name, seq) SELECT '_yara_new_user', seq FROM sqlite_sequence WHERE name = 'user';
      -- makes the triggers of table user again, and what no migration knows: indexes, STRICT, WITHOUT ROWID;
      DROP TABLE "user";
      PRAGMA legacy_alter_table = ON;
      ALTER TABLE "_yara_new_user" RENAME TO "user";
      PRAGMA legacy_alter_table = OFF;
      -- check: SELECT "table", "rowid", "parent" FROM pragma_foreign_key_check LIMIT 10;
      PRAGMA legacy_alter_table = OFF;
      PRAGMA foreign_keys = ON
      "
    `);
  });

  test("is not made of a table that is dropped afterwards", () => {
    expect(forward(m.dropConstraint("post", "post_title"), m.dropTable("post"))).toBe(
      forward(m.dropTable("post")),
    );
  });

  test("ends at SQL that could depend on it, at a second conversion, and at a name that is free again", () => {
    const rebuilds = (...operations: Operation[]) =>
      forward(...operations).split('CREATE TABLE "_yara_new_').length - 1;
    const check = m.addConstraint("post", { name: "c", check: "rating > 0" });
    const other = m.addConstraint("post", { name: "d", check: "rating < 9" });
    const convert = (spec: Parameters<typeof m.alterColumn>[2]) => m.alterColumn("post", "rating", spec);
    expect(rebuilds(check, m.addColumn("user", "bio", m.text({ null: true })), other)).toBe(1);
    expect(rebuilds(check, m.runSQL("SELECT 1"), other)).toBe(2);
    expect(rebuilds(check, m.renameColumn("user", "email", "mail"), other)).toBe(2);
    expect(rebuilds(convert(m.text({ null: true })), convert(m.float({ null: true })))).toBe(2);
    const subquery = m.sql("(SELECT count(*) FROM user)");
    const altered = m.addColumn("post", "slug", m.text(), { fill: m.sql("rating || title") });
    expect(rebuilds(convert(m.text({ null: true })), altered)).toBe(2);
    expect(rebuilds(check, m.addColumn("post", "n", m.int(), { fill: subquery }))).toBe(2);
    expect(
      forward(
        m.dropIndex("post", "post_rating_idx"),
        m.createIndex("user", ["email"], { name: "post_rating_idx" }),
      ),
    ).toBe('\nDROP INDEX "post_rating_idx";\nCREATE INDEX "post_rating_idx" ON "user" ("email")\n');
  });
});
