import { expect, test } from "bun:test";
import { postgresDialect as dialect } from "../../../src/dialects/postgres/dialect.ts";
import { migrations as m } from "../../../src/operations/build.ts";
import { applyOperation } from "../../../src/operations/handlers.ts";
import { EMPTY_SCHEMA, type Schema } from "../../../src/schema/schema.ts";
import { onlyPostgres } from "../../support/databases.ts";

const operations = [
  m.createEnum("mood", ["sad", "ok"]),
  m.createTable(
    "t",
    {
      a: m.int({ default: 1 }),
      m: m.enum("mood", { default: "ok" }),
      n: m.text({ null: true, default: null }),
    },
    { checks: [{ name: "c", expression: "a != 2 AND m <> 'sad'" }] },
  ),
  m.createTable("plain", { a: m.int() }),
];
const schema = dialect.normalize(
  operations.reduce<Schema>((before, operation) => applyOperation(operation, before), EMPTY_SCHEMA),
);

onlyPostgres("PostgreSQL's own words for expressions", (db) => {
  const leftOver =
    "SELECT relname::text FROM pg_class WHERE relname IN ('t', 'plain') UNION SELECT typname FROM pg_type WHERE typname = 'mood'";

  test("defaults and checks, and nothing remains", async () => {
    const { connection } = await db.create();
    const { tables } = await dialect.canonicalize(schema, connection);
    expect(tables.get("t")?.columns.map((column) => column.default)).toEqual([
      { expression: "1" },
      { expression: "'ok'::mood" },
      undefined,
    ]);
    expect(tables.get("t")?.checks).toEqual([
      { kind: "check", name: "c", expression: "((a <> 2) AND (m <> 'sad'::mood))" },
    ]);
    expect(tables.get("plain")).toEqual(schema.tables.get("plain"));
    expect(await connection.query(leftOver)).toBeEmpty();
    await connection.execute(["SAVEPOINT outside"]).then(
      () => expect.unreachable("a transaction is still open"),
      (error) => expect(error).toMatchObject({ details: { sqlState: "25P01" } }),
    );
  });

  test("inside a transaction, which goes on", async () => {
    const { connection } = await db.create();
    await connection.execute(["BEGIN", "CREATE TABLE kept (a int)"]);
    const { tables } = await dialect.canonicalize(schema, connection);
    expect(tables.get("t")?.columns[0]?.default).toEqual({ expression: "1" });
    await connection.execute(["COMMIT"]);
    expect((await dialect.introspect(connection)).tables.has("kept")).toBe(true);
    expect(await connection.query(leftOver)).toBeEmpty();
  });

  test("an expression that is refused leaves the session usable", async () => {
    const { connection } = await db.create();
    const wrong = applyOperation(m.addConstraint("plain", { check: "b > 1", name: "c" }), schema);
    await expect(dialect.canonicalize(wrong, connection)).rejects.toThrow(`column "b" does not exist`);
    await connection.execute(["BEGIN"]);
    await expect(dialect.canonicalize(wrong, connection)).rejects.toThrow(`column "b" does not exist`);
    expect(await connection.query("SELECT 1 AS one")).toHaveLength(1);
    await connection.execute(["COMMIT"]);
    expect(await connection.query(leftOver)).toBeEmpty();
  });

  test("the real enum may have other values", async () => {
    const { connection } = await db.create();
    await connection.execute([
      "CREATE TYPE mood AS ENUM ('other')",
      "CREATE TABLE t (m mood DEFAULT 'other')",
    ]);
    const { tables } = await dialect.canonicalize(schema, connection);
    expect(tables.get("t")?.columns[1]?.default).toEqual({ expression: "'ok'::mood" });
    const live = await dialect.introspect(connection);
    expect(live.tables.get("t")?.columns[0]?.default).toEqual({ expression: "'other'::mood" });
  });
});
