import { expect, test } from "bun:test";
import { defineModel } from "../../src/models/define-model.ts";
import { fields } from "../../src/models/fields.ts";
import { schemaFromModels } from "../../src/models/to-schema.ts";
import { migrations as m } from "../../src/operations/build.ts";
import { applyOperation } from "../../src/operations/handlers.ts";
import { EMPTY_SCHEMA } from "../../src/schema/schema.ts";
import { describeDatabases } from "../support/databases.ts";
import { dialectFor } from "../support/dialects.ts";
import { golden } from "../support/golden.ts";
import { changesOf, expectSchema, invertedChanges, migrate } from "../support/migrating.ts";

const collation = { postgres: "C", sqlite: "NOCASE" };

test("a collation is changed with the type on PostgreSQL and by a rebuild on SQLite", () => {
  const model = (name: ReturnType<typeof fields.text>) =>
    defineModel("Tag", { id: fields.int({ pk: true }), name });
  expect(golden([model(fields.text())], [model(fields.text({ collation }) as never)])).toMatchInlineSnapshot(`
    "
    export const operations = [
      m.alterColumn("tag", "name", m.text({ collation: { postgres: "C", sqlite: "NOCASE" } })),
    ];

    -- postgres
    BEGIN;
    ALTER TABLE "tag" ALTER COLUMN "name" TYPE text COLLATE "C";
    COMMIT;

    -- sqlite
    PRAGMA foreign_keys = OFF;
    BEGIN IMMEDIATE;
    CREATE TABLE "_yara_new_tag" (
      "id" integer NOT NULL PRIMARY KEY AUTOINCREMENT,
      "name" text COLLATE "NOCASE" NOT NULL
    );
    INSERT INTO "_yara_new_tag" ("id", "name") SELECT "tag"."id", "tag"."name" FROM "tag";
    DELETE FROM sqlite_sequence WHERE name = '_yara_new_tag';
    INSERT INTO sqlite_sequence (name, seq) SELECT '_yara_new_tag', seq FROM sqlite_sequence WHERE name = 'tag';
    DROP TABLE "tag";
    PRAGMA legacy_alter_table = ON;
    ALTER TABLE "_yara_new_tag" RENAME TO "tag";
    PRAGMA legacy_alter_table = OFF;
    -- upgrade also makes the triggers of table tag again, and what no migration knows: indexes, STRICT, WITHOUT ROWID; this text does not
    -- must return no row: SELECT "table", "rowid", "parent" FROM pragma_foreign_key_check LIMIT 10
    COMMIT;
    PRAGMA legacy_alter_table = OFF;
    PRAGMA foreign_keys = ON;
    "
  `);
});

test("what cannot have a collation is refused", () => {
  const number = m.createTable("t", { a: m.int({ collation: "C" }) });
  expect(() => applyOperation(number, EMPTY_SCHEMA)).toThrow("column t.a of the type int has a collation");
  const options = { collation } as object;
  expect(() => defineModel("Tag", { name: fields.int(options) })).toThrow('has no option "collation"');
  expect(() => defineModel("Tag", { name: fields.text({ collation: "" }) })).toThrow(
    "collation must be the name of a collation, or one for each database",
  );
  const unknown = changesOf([m.createTable("t", { a: m.text({ collation: "C" }) })], EMPTY_SCHEMA);
  expect(() => dialectFor("sqlite").render(unknown)).toThrow(
    "column t.a has the collation C, which SQLite does not have",
  );
});

test("a field says its collation to the column", () => {
  const schema = schemaFromModels([defineModel("Tag", { name: fields.char({ maxLength: 9, collation }) })]);
  expect(schema.tables.get("tag")?.columns.at(-1)?.collation).toEqual(collation);
});

describeDatabases("collations", (db) => {
  test("are found again, kept over other changes, and taken back", async () => {
    const { connection } = await db.create();
    const created = changesOf(
      [m.createTable("tag", { id: m.int({ pk: true }), name: m.text({ collation }), other: m.text() })],
      EMPTY_SCHEMA,
    );
    await migrate(connection, created);
    const schema = created[0]?.after ?? EMPTY_SCHEMA;
    await expectSchema(connection, schema);
    const [found] = (await dialectFor(connection.dialect).introspect(connection)).tables.values();
    expect(found?.columns.map((column) => column.collation)).toEqual([
      undefined,
      collation[connection.dialect],
      undefined,
    ]);
    await connection.execute(["INSERT INTO tag (name, other) VALUES ('b', 'b'), ('A', 'A'), ('C', 'a')"]);
    const changes = changesOf(
      [
        m.addColumn("tag", "more", m.char({ maxLength: 5, null: true, collation })),
        m.alterColumn("tag", "name", m.char({ maxLength: 20, collation })),
        m.alterColumn("tag", "other", m.text({ collation: { postgres: "POSIX", sqlite: "RTRIM" } })),
        m.alterColumn("tag", "name", m.char({ maxLength: 20 })),
      ],
      schema,
    );
    await migrate(connection, changes);
    await expectSchema(connection, changes.at(-1)?.after ?? schema);
    await migrate(connection, invertedChanges(changes));
    await expectSchema(connection, schema);
    const rows = await connection.query("SELECT name FROM tag ORDER BY name");
    const order = { postgres: ["A", "C", "b"], sqlite: ["A", "b", "C"] };
    expect(rows.map(({ name }) => name)).toEqual(order[connection.dialect]);
  });
});
