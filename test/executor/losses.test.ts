import { expect, test } from "bun:test";
import { findLosses } from "../../src/executor/losses.ts";
import { forwardUnit } from "../../src/executor/unit.ts";
import { migrations as m } from "../../src/operations/build.ts";
import { EMPTY_SCHEMA } from "../../src/schema/schema.ts";
import { describeDatabases } from "../support/databases.ts";
import { dialectFor } from "../support/dialects.ts";
import { changesOf } from "../support/migrating.ts";

describeDatabases("what would be lost", (db) => {
  test("is nothing of a table or a column that the database does not have", async () => {
    const { connection } = await db.create();
    const create = changesOf(
      [
        m.createTable("t", { id: m.int({ pk: true }), y: m.text(), z: m.text() }),
        m.createTable("u", { id: m.int({ pk: true }) }),
      ],
      EMPTY_SCHEMA,
    );
    const operations = [m.dropColumn("t", "y"), m.dropColumn("t", "z"), m.dropTable("u")];
    const unit = forwardUnit(
      { name: "0002_less", path: "/0002_less.ts", dependencies: [], operations, atomic: true },
      create.at(-1)?.after ?? EMPTY_SCHEMA,
      db.name,
    );
    await connection.execute([
      "CREATE TABLE t (id integer PRIMARY KEY, y text)",
      "INSERT INTO t VALUES (1, 'a'), (2, NULL)",
    ]);
    const losses = await findLosses({ connection, dialect: dialectFor(db.name) }, [unit]);
    expect(losses.map(({ table, column, rows }) => ({ table, column, rows }))).toEqual([
      { table: "t", column: "y", rows: 1 },
    ]);
  });

  test("is counted in a table of a schema", async () => {
    const { connection } = await db.create();
    const create = changesOf(
      [m.createSchema("billing"), m.createTable("billing.t", { id: m.int({ pk: true }), y: m.text() })],
      EMPTY_SCHEMA,
    );
    const unit = forwardUnit(
      {
        name: "0002_less",
        path: "/0002_less.ts",
        dependencies: [],
        operations: [m.dropColumn("billing.t", "y")],
        atomic: true,
      },
      create.at(-1)?.after ?? EMPTY_SCHEMA,
      db.name,
    );
    const dialect = dialectFor(db.name);
    const table = dialect.quoteTable("billing.t");
    await connection.execute([
      ...(db.name === "postgres" ? ["CREATE SCHEMA billing"] : []),
      `CREATE TABLE ${table} (id integer PRIMARY KEY, y text)`,
      `INSERT INTO ${table} VALUES (1, 'a')`,
    ]);
    expect(await findLosses({ connection, dialect }, [unit])).toMatchObject([
      { table: "billing.t", column: "y", rows: 1 },
    ]);
  });
});
