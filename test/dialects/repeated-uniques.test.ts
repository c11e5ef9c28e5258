import { expect, test } from "bun:test";
import type { Connection } from "../../src/connection/connection.ts";
import { migrations as m } from "../../src/operations/build.ts";
import type { Operation } from "../../src/operations/types.ts";
import { EMPTY_SCHEMA, type Schema } from "../../src/schema/schema.ts";
import { describeDatabases } from "../support/databases.ts";
import { changesOf, expectSchema, invertedChanges, migrate } from "../support/migrating.ts";
import { rejection } from "../support/rejection.ts";

/** Runs them as one migration and looks at the database. */
async function apply(
  connection: Connection,
  schema: Schema,
  ...operations: readonly Operation[]
): Promise<Schema> {
  const changes = changesOf(operations, schema);
  await migrate(connection, changes);
  const after = changes.at(-1)?.after ?? schema;
  await expectSchema(connection, after);
  return after;
}

/** Forward and back, where another row that is equal is refused all the time, and the rows stay. */
async function thereAndBack(
  connection: Connection,
  schema: Schema,
  ...operations: readonly Operation[]
): Promise<void> {
  const changes = changesOf(operations, schema);
  for (const [run, after] of [
    [changes, changes.at(-1)?.after],
    [invertedChanges(changes), schema],
  ] as const) {
    await migrate(connection, run);
    await expectSchema(connection, after ?? schema);
    const error = await rejection(connection.execute(["INSERT INTO item (a, b) VALUES (1, 2)"]));
    expect(error.message).toMatch(/unique/i);
    expect(await connection.query("SELECT a, b FROM item")).toEqual([{ a: 1, b: 2 }]);
  }
}

const columns = { a: m.int(), b: m.int() };
const insert = "INSERT INTO item (a, b) VALUES (1, 2)";
const moments = [{}, { deferrable: "immediate" }, { deferrable: "deferred" }] as const;
const meanings = [...moments, { nullsNotDistinct: true }] as const;

describeDatabases("a unique constraint that another one says as well", (db) => {
  test("is there beside it, and stays when the other goes", async () => {
    const { connection } = await db.create();
    for (const one of meanings) {
      for (const other of meanings) {
        const uniques = [
          { columns: ["a"], name: "one", ...one },
          { columns: ["a"], name: "other", ...other },
        ];
        const schema = await apply(connection, EMPTY_SCHEMA, m.createTable("item", columns, { uniques }));
        await connection.execute([insert]);
        await thereAndBack(connection, schema, m.dropConstraint("item", "one"));
        await thereAndBack(connection, schema, m.dropConstraint("item", "other"));
        await apply(connection, schema, m.dropTable("item"));
      }
    }
  });

  test("is there beside the primary key, and stays when the key goes", async () => {
    const { connection } = await db.create();
    for (const moment of moments) {
      for (const meaning of meanings) {
        const options = {
          primaryKey: { columns: ["b", "a"], ...moment },
          uniques: [{ columns: ["b", "a"], ...meaning }],
        };
        const schema = await apply(connection, EMPTY_SCHEMA, m.createTable("item", columns, options));
        await connection.execute([insert]);
        await thereAndBack(connection, schema, m.dropConstraint("item", "item_b_a_key"));
        await thereAndBack(connection, schema, m.dropConstraint("item", "item_pkey"));
        await apply(connection, schema, m.dropTable("item"));
      }
    }
  });

  test("is one of any number, and of the key of one column", async () => {
    const { connection } = await db.create();
    const names = ["first", "second", "third"];
    const start = m.createTable(
      "item",
      { a: m.int({ pk: true, unique: true }), b: m.int() },
      { uniques: names.map((name) => ({ columns: ["a"], name })) },
    );
    const schema = await apply(connection, EMPTY_SCHEMA, start);
    await connection.execute([insert]);
    await thereAndBack(connection, schema, ...names.map((name) => m.dropConstraint("item", name)));
    await thereAndBack(connection, schema, m.dropConstraint("item", "item_a_key"));
    await thereAndBack(
      connection,
      schema,
      m.renameColumn("item", "b", "c"),
      m.renameColumn("item", "c", "b"),
    );
  });

  test("comes with a new column", async () => {
    const { connection } = await db.create();
    const schema = await apply(
      connection,
      EMPTY_SCHEMA,
      m.createTable("item", columns, { uniques: [{ columns: ["a"] }] }),
    );
    await connection.execute([insert]);
    await thereAndBack(
      connection,
      schema,
      m.addColumn("item", "c", m.int({ null: true, unique: true })),
      m.addConstraint("item", { unique: ["c"], name: "again" }),
      m.addConstraint("item", { unique: ["a"], name: "once_more" }),
    );
  });

  test("goes and comes with a generated column", async () => {
    const { connection } = await db.create();
    const sum = (expression: string) => m.int({ null: true, generated: { expression } });
    const uniques = ["one", "other"].map((name) => ({ columns: ["c"], name }));
    const start = m.createTable("item", { ...columns, c: sum("a + b") }, { uniques });
    const schema = await apply(connection, EMPTY_SCHEMA, start);
    await connection.execute([insert]);
    await thereAndBack(connection, schema, m.alterColumn("item", "c", sum("a * b")));
  });
});
