import { expect, test } from "bun:test";
import { dialectFor } from "../../../src/dialects/registry.ts";
import { migrations as m } from "../../../src/operations/build.ts";
import type { Operation } from "../../../src/operations/types.ts";
import { EMPTY_SCHEMA, type Schema } from "../../../src/schema/schema.ts";
import { onlyPostgres, type TestDatabase } from "../../support/databases.ts";
import { changesOf, expectSchema, invertedChanges, migrate } from "../../support/migrating.ts";

const item = (name: string) =>
  m.createTable(
    name,
    { id: m.int({ pk: true }), label: m.text({ unique: true, null: true }) },
    { indexes: [{ columns: ["label"] }, { columns: ["id"], name: `own ${name}` }] },
  );

onlyPostgres("a table moves to another schema", (db) => {
  test.each([
    ["under the same name", ["a.item"], "a.item", "b.item"],
    ["under another name", ["a.item"], "a.item", "b.thing"],
    ["where its old name is taken", ["a.item", "b.item"], "a.item", "b.thing"],
    ["where its new name is taken in the old one", ["a.item", "a.thing"], "a.item", "b.thing"],
    ["where both are taken", ["a.item", "a.thing", "b.item"], "a.item", "b.thing"],
    ["into the current one", ["a.item"], "a.item", "item"],
    ["into the current one, both names taken", ["a.item", "a.thing", "item"], "a.item", "thing"],
    ["out of the current one", ["item", "thing", "a.item"], "item", "a.thing"],
  ])("%s, and back", async (_, names, from, to) => {
    const { connection } = await db.create();
    const start = [m.createSchema("a"), m.createSchema("b"), ...names.map(item)];
    const made = changesOf(start, EMPTY_SCHEMA);
    await migrate(connection, made);
    const schema = made.at(-1)?.after ?? EMPTY_SCHEMA;
    await expectSchema(connection, schema);
    const { quoteTable } = dialectFor("postgres");
    await connection.execute([`INSERT INTO ${quoteTable(from)} (label) VALUES ('x'), ('y')`]);
    const changes = changesOf([m.renameTable(from, to)], schema);
    await migrate(connection, changes);
    await expectSchema(connection, changes[0]?.after ?? schema);
    // The sequence of its numbers has come along.
    const numbers = await connection.query(`INSERT INTO ${quoteTable(to)} (label) VALUES ('z') RETURNING id`);
    expect(numbers).toEqual([{ id: 3 }]);
    await migrate(connection, invertedChanges(changes));
    await expectSchema(connection, schema);
    expect(await connection.query(`SELECT label FROM ${quoteTable(from)} ORDER BY id`)).toEqual([
      { label: "x" },
      { label: "y" },
      { label: "z" },
    ]);
  });
});

onlyPostgres("a schema", (db) => {
  const run = async ({ connection }: TestDatabase, schema: Schema, ...operations: Operation[]) => {
    const changes = changesOf(operations, schema);
    await migrate(connection, changes);
    return { changes, schema: changes.at(-1)?.after ?? schema };
  };
  const count = async ({ connection }: TestDatabase) =>
    (await connection.query("SELECT FROM pg_namespace WHERE nspname = 'billing'")).length;

  test("goes with its last table when a migration is reverted", async () => {
    const database = await db.create();
    const { changes } = await run(database, EMPTY_SCHEMA, m.createSchema("billing"), item("billing.item"));
    expect(await count(database)).toBe(1);
    await migrate(database.connection, invertedChanges(changes));
    expect(await count(database)).toBe(0);
  });

  test("that is there already is used, and stays with what else it holds", async () => {
    const database = await db.create();
    await database.connection.execute(["CREATE SCHEMA billing", "CREATE TABLE billing.other (id integer)"]);
    const { changes } = await run(database, EMPTY_SCHEMA, m.createSchema("billing"), item("billing.item"));
    await migrate(database.connection, invertedChanges(changes));
    expect(await count(database)).toBe(1);
    expect(await database.connection.query("SELECT * FROM billing.other")).toEqual([]);
  });

  test("of another role needs no right on the database, and stays", async () => {
    const { url, connection } = await db.create();
    const role = `yara_test_${crypto.randomUUID().replaceAll("-", "")}`;
    await connection.execute([
      `CREATE ROLE ${role} LOGIN`,
      "CREATE SCHEMA billing",
      `GRANT ALL ON SCHEMA billing TO ${role}`,
    ]);
    try {
      await connection.execute([`SET ROLE ${role}`]);
      const { changes } = await run(
        { url, connection },
        EMPTY_SCHEMA,
        m.createSchema("billing"),
        item("billing.item"),
      );
      await migrate(connection, invertedChanges(changes));
      expect(await count({ url, connection })).toBe(1);
    } finally {
      await connection.execute(["RESET ROLE", `DROP OWNED BY ${role}`, `DROP ROLE ${role}`]);
    }
  });

  test("of the search path stays, and public is nobody's", async () => {
    const { connection } = await db.create();
    await connection.execute(["CREATE SCHEMA billing", "SET search_path = billing"]);
    const operations = [m.createSchema("billing"), m.createSchema("public")];
    const changes = changesOf(operations, EMPTY_SCHEMA);
    await migrate(connection, changes);
    await migrate(connection, invertedChanges(changes));
    const rows = await connection.query(
      "SELECT nspname FROM pg_namespace WHERE nspname IN ('billing', 'public') ORDER BY 1",
    );
    expect(rows).toEqual([{ nspname: "billing" }, { nspname: "public" }]);
  });

  test("that is the current one is read under the names that are known", async () => {
    const { connection } = await db.create();
    const { schema } = await run(
      { url: "", connection },
      EMPTY_SCHEMA,
      m.createSchema("public"),
      item("public.item"),
      item("other"),
    );
    await expectSchema(connection, schema);
  });
});
