import { expect, test } from "bun:test";
import { sqlText } from "../../src/executor/sql-text.ts";
import { forwardUnit } from "../../src/executor/unit.ts";
import { migrations as m } from "../../src/operations/build.ts";
import { applyOperation } from "../../src/operations/handlers.ts";
import type { Operation } from "../../src/operations/types.ts";
import type { DialectName } from "../../src/schema/expression.ts";
import { EMPTY_SCHEMA, type Schema } from "../../src/schema/schema.ts";
import { describeDatabases, onlyPostgres } from "../support/databases.ts";
import { dialectFor } from "../support/dialects.ts";
import { changesOf, expectSchema, invertedChanges, migrate } from "../support/migrating.ts";
import { rejection } from "../support/rejection.ts";

const SETUP: readonly Operation[] = [
  m.createTable("user", {
    id: m.int({ pk: true }),
    name: m.char({ maxLength: 20 }),
    age: m.int({ null: true }),
  }),
  m.createTable("log", { id: m.int({ pk: true }), line: m.text() }),
  m.createView("names", 'SELECT id, name FROM "user"'),
  m.createView("everything", 'SELECT * FROM "user"'),
  m.createView("short", "SELECT id FROM names WHERE length(name) < 5"),
  m.createTrigger("user", "note", {
    timing: "after",
    events: ["insert", "update"],
    columns: ["name"],
    when: "NEW.name <> ''",
    postgres: "BEGIN INSERT INTO log (line) VALUES (NEW.name); RETURN NULL; END",
    sqlite: "INSERT INTO log (line) VALUES (NEW.name)",
  }),
  m.createTrigger("short", "swallow", {
    timing: "insteadOf",
    events: ["delete"],
    postgres: "BEGIN RETURN OLD; END",
    sqlite: "SELECT 1;",
  }),
];

const schemaAfter = (operations: readonly Operation[]): Schema =>
  operations.reduce<Schema>((next, one) => applyOperation(one, next), EMPTY_SCHEMA);

const CHANGES: readonly (readonly [string, readonly Operation[]])[] = [
  ["a type", [m.alterColumn("user", "name", m.text())]],
  ["a new column", [m.addColumn("user", "email", m.text({ null: true }))]],
  ["a column that goes", [m.dropColumn("user", "age")]],
  ["NOT NULL with a fill", [m.alterColumn("user", "age", m.int(), { fill: 7 })]],
  ["another name of a column", [m.renameColumn("user", "age", "years")]],
  ["another name of the table", [m.renameTable("user", "person")]],
  [
    "several changes at once",
    [
      m.addColumn("user", "email", m.text({ null: true })),
      m.renameColumn("user", "age", "years"),
      m.alterColumn("user", "name", m.char({ maxLength: 80 })),
      m.addConstraint("user", { check: "years > 0", name: "old" }),
      m.renameTable("user", "person"),
    ],
  ],
];

describeDatabases("views and triggers", (db) => {
  test.each(CHANGES)("outlive %s", async (_, operations) => {
    const { connection } = await db.create();
    const schema = schemaAfter(SETUP);
    await migrate(connection, changesOf(SETUP, EMPTY_SCHEMA));
    await expectSchema(connection, schema);
    await connection.execute([
      `INSERT INTO "user" (id, name, age) VALUES (1, 'Ada', 36), (2, 'Charles', NULL)`,
    ]);
    const lines = () => connection.query("SELECT line FROM log ORDER BY id");
    expect(await lines()).toEqual([{ line: "Ada" }, { line: "Charles" }]);

    const changes = changesOf(operations, schema);
    await migrate(connection, changes);
    await expectSchema(connection, changes.at(-1)?.after ?? schema);
    expect(await connection.query("SELECT id FROM short")).toEqual([{ id: 1 }]);
    // The migration was no update of the user's.
    expect(await lines()).toHaveLength(2);
    await migrate(connection, invertedChanges(changes));
    await expectSchema(connection, schema);
    await connection.execute(["UPDATE \"user\" SET name = 'Grace' WHERE id = 1", "DELETE FROM short"]);
    expect(await lines()).toEqual([{ line: "Ada" }, { line: "Charles" }, { line: "Grace" }]);
    expect(await connection.query("SELECT count(*) AS n FROM everything")).toEqual([{ n: 2 }]);
  });

  test("that no migration knows stay", async () => {
    const { connection } = await db.create();
    await migrate(connection, changesOf(SETUP, EMPTY_SCHEMA));
    await connection.execute(["CREATE VIEW mine AS SELECT line FROM log"]);
    await migrate(connection, changesOf([m.renameColumn("user", "age", "years")], schemaAfter(SETUP)));
    expect(await connection.query("SELECT line FROM mine")).toEqual([]);
  });
});

/** The statements with which a database answers an operation. */
function statements(dialect: DialectName, ...operations: Operation[]): string[] {
  const migration = { name: "0001_x", path: "", dependencies: [], operations, atomic: true };
  return sqlText(dialectFor(dialect), forwardUnit(migration, schemaAfter(SETUP), dialect));
}

test("what does not concern them leaves them alone", () => {
  const harmless = [
    m.createIndex("user", ["name"]),
    m.alterColumn("user", "age", m.int({ null: true, default: 1 })),
    m.addColumn("log", "at", m.text({ null: true })),
    m.addConstraint("user", { check: "age > 0", name: "old" }),
  ];
  for (const operation of harmless) {
    expect(statements("postgres", operation).join("\n")).not.toMatch(/VIEW|TRIGGER/);
    expect(statements("sqlite", operation).join("\n")).not.toMatch(/CREATE VIEW|CREATE TRIGGER/);
  }
});

test("they go and come once around all neighbours", () => {
  const many = [
    m.alterColumn("user", "name", m.text()),
    m.renameColumn("user", "age", "years"),
    m.alterColumn("user", "years", m.bigInt({ null: true })),
  ];
  for (const dialect of ["postgres", "sqlite"] as const) {
    const text = statements(dialect, ...many).join("\n");
    expect(text.match(/CREATE VIEW "names"/g)).toHaveLength(1);
    expect(text.match(/DROP VIEW "names"/g)).toHaveLength(1);
    expect(text.indexOf('DROP VIEW "short"')).toBeLessThan(text.indexOf('DROP VIEW "names"'));
  }
});

onlyPostgres("what belongs to a view", (db) => {
  test("comes back with it: owner, privileges, options, defaults, comments, indexes and triggers", async () => {
    const { connection } = await db.create();
    const setup = [
      ...SETUP.slice(0, 3),
      m.createView("counted", 'SELECT count(*) AS n FROM "user"', { materialized: true }),
    ];
    await migrate(connection, changesOf(setup, EMPTY_SCHEMA));
    const role = `yara_reader_${crypto.randomUUID().slice(0, 8)}`;
    await connection.execute([
      `CREATE ROLE ${role}`,
      `GRANT SELECT ON names TO ${role} WITH GRANT OPTION`,
      `GRANT UPDATE (name) ON names TO ${role}`,
      `ALTER VIEW names SET (security_barrier = true)`,
      "ALTER VIEW names ALTER COLUMN name SET DEFAULT 'nobody'",
      "COMMENT ON VIEW names IS 'it''s all names'",
      "CREATE UNIQUE INDEX counted_n ON counted (n)",
    ]);
    const read = async () =>
      await connection.query(`
        SELECT c.relname, c.relacl::text, c.reloptions::text, obj_description(c.oid) AS comment,
          (SELECT string_agg(a.attacl::text, ' ') FROM pg_attribute a WHERE a.attrelid = c.oid) AS columns,
          (SELECT string_agg(pg_get_expr(d.adbin, d.adrelid), ' ') FROM pg_attrdef d WHERE d.adrelid = c.oid) AS defaults,
          (SELECT string_agg(pg_get_indexdef(i.indexrelid), ' ') FROM pg_index i WHERE i.indrelid = c.oid) AS indexes
        FROM pg_class c WHERE c.relname IN ('names', 'counted') ORDER BY 1`);
    try {
      const before = await read();
      expect(JSON.stringify(before)).toContain(role);
      const oids = () =>
        connection.query("SELECT 'names'::regclass::oid AS names, 'counted'::regclass::oid AS counted");
      const [old] = await oids();
      await migrate(connection, changesOf([m.alterColumn("user", "name", m.text())], schemaAfter(setup)));
      expect((await oids())[0]).not.toEqual(old);
      expect(await read()).toEqual(before);
    } finally {
      await connection.execute([`DROP OWNED BY ${role}`, `DROP ROLE ${role}`]);
    }
  });

  test("is not looked for where the view is gone; what else depends on one is never dropped with it", async () => {
    const { connection } = await db.create();
    await migrate(connection, changesOf(SETUP.slice(0, 3), EMPTY_SCHEMA));
    const change = changesOf([m.alterColumn("user", "name", m.text())], schemaAfter(SETUP.slice(0, 3)));
    await connection.execute(["CREATE VIEW by_hand AS SELECT * FROM names"]);
    const depends = await rejection(migrate(connection, change));
    expect(depends.message).toContain("cannot drop view names because other objects depend on it");
    expect(depends).toMatchObject({
      hint: expect.stringMatching(/^drop what depends on it before, and create it again after\n/),
    });
    await connection.execute(["DROP VIEW by_hand", "DROP VIEW names"]);
    expect((await rejection(migrate(connection, change))).message).toContain('view "names" does not exist');
  });
});
