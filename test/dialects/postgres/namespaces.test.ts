import { expect, test } from "bun:test";
import { migrations as m } from "../../../src/operations/build.ts";
import type { Operation } from "../../../src/operations/types.ts";
import { EMPTY_SCHEMA, type Schema, schemaOf } from "../../../src/schema/schema.ts";
import { onlyPostgres, type TestDatabase } from "../../support/databases.ts";
import { dialectFor } from "../../support/dialects.ts";
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

  test("that is public is read where another one is current", async () => {
    const { connection } = await db.create();
    await connection.execute(["CREATE SCHEMA own", "SET search_path = own"]);
    const { schema } = await run(
      { url: "", connection },
      EMPTY_SCHEMA,
      m.createSchema("public"),
      item("public.item"),
      item("item"),
    );
    await expectSchema(connection, schema);
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

onlyPostgres("tables of the same name in several schemas", (db) => {
  test("keep their expressions apart, and an expression may name its table", async () => {
    const { connection } = await db.create();
    const told = (name: string, least: number) =>
      m.createTable(
        name,
        {
          id: m.int(),
          kind: m.enum("item", { default: "a" }),
          size: m.int({ default: m.sql(`${least} + 1`) }),
        },
        {
          checks: [{ name: "size_check", expression: `size > ${least}` }],
          indexes: [{ columns: [{ expression: "size * 2" }], where: `size > ${least}`, name: "twice" }],
        },
      );
    const operations = [
      m.createSchema("a"),
      m.createSchema("b"),
      m.createEnum("item", ["a"]),
      told("a.thing", 1),
      told("b.thing", 2),
      told("thing", 3),
      m.createTable("a.item", { id: m.int(), size: m.int({ default: m.sql("4 + 1") }) }),
      m.createTable(
        "a.box",
        { size: m.int() },
        { checks: [{ name: "box_check", expression: "box.size > 1" }] },
      ),
    ];
    const changes = changesOf(operations, EMPTY_SCHEMA);
    await migrate(connection, changes);
    await expectSchema(connection, changes.at(-1)?.after ?? EMPTY_SCHEMA);
  });
});

onlyPostgres("what is in other schemas", (db) => {
  const statements = [
    "CREATE SCHEMA billing",
    "CREATE SCHEMA other",
    "CREATE TYPE billing.state AS ENUM ('open')",
    "CREATE TABLE other.place (id integer PRIMARY KEY)",
    "CREATE TABLE customer (id serial PRIMARY KEY)",
    `CREATE TABLE billing.invoice (id serial PRIMARY KEY, customer_id integer NOT NULL REFERENCES customer,
      place_id integer REFERENCES other.place, state billing.state)`,
    "CREATE INDEX by_customer ON billing.invoice (customer_id)",
    'CREATE TABLE billing."a.b" (id integer)',
    "CREATE VIEW billing.open AS SELECT id FROM billing.invoice",
  ];

  test("is read as far as it is named, and listed", async () => {
    const { connection } = await db.create();
    await connection.execute(statements);
    const { inspect, introspect } = dialectFor("postgres");
    expect([...(await introspect(connection)).tables.keys()]).toEqual(["customer"]);
    const { schema, unsupported } = await inspect(connection, schemaOf([], [], [{ name: "billing" }]));
    expect([...schema.tables.keys()].sort()).toEqual(["billing.invoice", "customer"]);
    const invoice = schema.tables.get("billing.invoice");
    expect(invoice?.columns.map(({ name, autoIncrement }) => [name, autoIncrement])).toEqual([
      ["id", true],
      ["customer_id", undefined],
      ["place_id", undefined],
    ]);
    expect(invoice?.indexes).toEqual([{ name: "by_customer", columns: ["customer_id"], unique: false }]);
    expect(invoice?.foreignKeys.map(({ references }) => references.table)).toEqual(["customer"]);
    expect(unsupported.map(({ path, what }) => `${path}: ${what}`).sort()).toEqual([
      "enum billing.state: is of another schema than the current one",
      "schema other: is not read: --schema names those that are, besides the first of the search path",
      expect.stringContaining("table billing.a.b: has a dot in its name"),
      "table billing.invoice, column state: has the type billing.state",
      "table billing.invoice, constraint invoice_place_id_fkey: refers to other.place, a table of another schema",
      expect.stringContaining("view billing.open: SELECT"),
    ]);
  });
});
