import { expect, test } from "bun:test";
import { diffSchemas } from "../../src/autodetector/diff.ts";
import type { Connection } from "../../src/connection/connection.ts";
import { migrations as m } from "../../src/operations/build.ts";
import type { Operation } from "../../src/operations/types.ts";
import { EMPTY_SCHEMA, type Schema } from "../../src/schema/schema.ts";
import { Verification } from "../../src/verifier/verification.ts";
import { describeDatabases, onlyPostgres } from "../support/databases.ts";
import { dialectFor } from "../support/dialects.ts";
import { changesOf, expectSchema, invertedChanges, migrate } from "../support/migrating.ts";

const item = m.createTable("item", {
  id: m.int({ pk: true }),
  price: m.int({ null: true }),
  quantity: m.int(),
  total: m.int({ null: true, generated: { expression: "price * quantity" } }),
});

/** Whether the server has virtual columns: PostgreSQL only from version 18 on. */
async function hasVirtual(connection: Connection): Promise<boolean> {
  if (connection.dialect === "sqlite") return true;
  const [row] = await connection.query("SELECT current_setting('server_version_num')::int AS version");
  return Number(row?.version) >= 180_000;
}

async function apply(
  connection: Connection,
  operations: readonly Operation[],
  schema: Schema = EMPTY_SCHEMA,
): Promise<Schema> {
  const changes = changesOf(operations, schema);
  await migrate(connection, changes);
  const after = changes.at(-1)?.after ?? schema;
  await expectSchema(connection, after);
  return after;
}

/** Forward and back, with the schema compared each time and the rows of the table after each. */
async function thereAndBack(
  connection: Connection,
  schema: Schema,
  operations: readonly Operation[],
  select: string,
): Promise<unknown[]> {
  const changes = changesOf(operations, schema);
  await migrate(connection, changes);
  await expectSchema(connection, changes.at(-1)?.after ?? schema);
  const rows = await connection.query(select);
  await migrate(connection, invertedChanges(changes));
  await expectSchema(connection, schema);
  expect(await connection.query("SELECT total FROM item ORDER BY id")).toEqual([
    { total: 6 },
    { total: null },
  ]);
  return rows;
}

const fill = [
  "INSERT INTO item (id, price, quantity) VALUES (1, 2, 3)",
  "INSERT INTO item (id, quantity) VALUES (2, 4)",
];

describeDatabases("generated columns", (db) => {
  test("are computed, found again, and follow their sources through renames and types", async () => {
    const { connection } = await db.create();
    const schema = await apply(connection, [item]);
    await connection.execute(fill);
    const rows = await thereAndBack(
      connection,
      schema,
      [
        m.renameColumn("item", "price", "cost"),
        m.alterColumn("item", "cost", m.bigInt({ null: true })),
        m.createIndex("item", ["total"], { unique: true }),
        m.alterColumn("item", "quantity", m.smallInt()),
      ],
      "SELECT cost, quantity, total FROM item ORDER BY id",
    );
    expect(rows.map((row) => Object.values(row ?? {}).map(Number))).toEqual([
      [2, 3, 6],
      [0, 4, 0],
    ]);
  });

  test("take another expression and another type with all that is built on them", async () => {
    const { connection } = await db.create();
    const schema = await apply(connection, [
      item,
      m.addConstraint("item", { unique: ["total"] }),
      m.addConstraint("item", { check: "total < 1000", name: "small" }),
      m.createIndex("item", ["total", "quantity"]),
      m.createTable("sale", {
        id: m.int({ pk: true }),
        total: m.int({ null: true, references: { table: "item", column: "total" } }),
      }),
    ]);
    await connection.execute(fill);
    const other = m.int({ null: true, generated: { expression: "price + quantity" }, comment: "sum" });
    const rows = await thereAndBack(
      connection,
      schema,
      [m.alterColumn("item", "total", other), m.alterColumn("item", "price", m.bigInt({ null: true }))],
      "SELECT total FROM item ORDER BY id",
    );
    expect(rows).toEqual([{ total: 5 }, { total: null }]);
  });

  test("become plain and keep their values, and generated again where nothing is lost", async () => {
    const { connection } = await db.create();
    const schema = await apply(connection, [item]);
    await connection.execute(fill);
    const plain = [m.alterColumn("item", "total", m.int({ null: true, default: 7 }))];
    const rows = await thereAndBack(connection, schema, plain, "SELECT total FROM item ORDER BY id");
    expect(rows).toEqual([{ total: 6 }, { total: null }]);

    const changes = changesOf(plain, schema);
    await migrate(connection, changes);
    await connection.execute(["UPDATE item SET total = 99 WHERE id = 1"]);
    const error = await migrate(connection, invertedChanges(changes)).catch((reason: Error) => reason);
    expect(String(error)).toContain("column item.total becomes generated and holds values");
    expect(await connection.query("SELECT total FROM item WHERE id = 1")).toEqual([{ total: 99 }]);
  });

  test("NOT NULL ones need no value for rows that exist, and are added and dropped with their sources", async () => {
    const { connection } = await db.create();
    const schema = await apply(connection, [item]);
    await connection.execute(fill);
    const rows = await thereAndBack(
      connection,
      schema,
      [
        m.addColumn("item", "extra", m.int({ default: 1 })),
        m.addColumn("item", "sum", m.int({ generated: { expression: "quantity + extra" } })),
      ],
      "SELECT sum FROM item ORDER BY id",
    );
    expect(rows).toEqual([{ sum: 4 }, { sum: 5 }]);
  });

  test("virtual ones are computed when they are read, become stored and plain", async () => {
    const { connection } = await db.create();
    const virtual = m.int({ null: true, generated: { expression: "price * quantity", stored: false } });
    const table = m.createTable("item", {
      id: m.int({ pk: true }),
      price: m.int({ null: true }),
      quantity: m.int(),
    });
    const operations = [table, m.addColumn("item", "total", virtual)];
    if (!(await hasVirtual(connection))) {
      const error = await apply(connection, operations).catch((reason: unknown) => reason);
      expect(String(error instanceof Error ? (error.cause ?? error) : error)).toContain(
        'at or near "VIRTUAL"',
      );
      return;
    }
    const schema = await apply(connection, operations);
    await connection.execute(fill);
    for (const next of [
      m.int({ null: true, generated: { expression: "price * quantity", stored: true } }),
      m.int({ null: true }),
      m.bigInt({ null: true }),
    ]) {
      const rows = await thereAndBack(
        connection,
        schema,
        [m.alterColumn("item", "total", next)],
        "SELECT total = 6 AS same FROM item WHERE id = 1",
      );
      expect(rows.map((row) => Boolean(Object.values(row ?? {})[0]))).toEqual([true]);
    }
  });

  test("changes that are found by comparing come in an order that works", async () => {
    const { connection } = await db.create();
    const table = (columns: Parameters<typeof m.createTable>[1]) =>
      changesOf([m.createTable("item", columns)], EMPTY_SCHEMA)[0]?.after ?? EMPTY_SCHEMA;
    const computed = (expression: string) => m.int({ null: true, generated: { expression } });
    const plain = m.int({ null: true });
    const steps = [
      table({ a: plain, b: plain, c: computed("a + b") }),
      // Another source, and the old one goes.
      table({ b: plain, d: plain, c: computed("d + b") }),
      // All plain columns are new.
      table({ c: computed("e + 1"), e: plain }),
      table({ c: plain, e: computed("c + 1") }),
      table({ f: plain, g: computed("f * 2") }),
    ];
    let from = EMPTY_SCHEMA;
    for (const to of [...steps, ...steps.toReversed()]) {
      await apply(connection, diffSchemas(from, to).operations, from);
      await expectSchema(connection, to);
      from = to;
    }
  });
});

describeDatabases("the verification of generated columns", (db) => {
  test("writes nothing to them, and follows their values where nothing changes them", async () => {
    const { connection } = await db.create();
    const verification = new Verification({ connection, dialect: dialectFor(db.name) });
    const migrations = [
      [item],
      [m.renameColumn("item", "price", "cost")],
      [m.alterColumn("item", "cost", m.bigInt({ null: true }))],
      [m.alterColumn("item", "total", m.int({ null: true, generated: { expression: "quantity" } }))],
      [m.alterColumn("item", "total", m.int({ null: true }))],
      [m.alterColumn("item", "total", m.int({ null: true, generated: { expression: "cost * 7" } }))],
    ];
    for (const [number, operations] of migrations.entries()) {
      const migration = { name: `000${number}`, path: "", dependencies: [], operations, atomic: true };
      expect((await verification.verify(migration)).outcome).toBe("reversible");
    }
  });
});

onlyPostgres("generated columns over enums", (db) => {
  test("make room where the enum is replaced", async () => {
    const { connection } = await db.create();
    const schema = await apply(connection, [
      m.createEnum("size_kind", ["s", "m"]),
      m.createTable("shirt", {
        id: m.int({ pk: true }),
        size: m.enum("size_kind"),
        small: m.boolean({ generated: { expression: { postgres: "size = 's'", sqlite: "size = 's'" } } }),
        twin: m.enum("size_kind", { unique: true, generated: { expression: "size" } }),
      }),
      m.addConstraint("shirt", { check: { postgres: "twin = size", sqlite: "twin = size" }, name: "same" }),
    ]);
    await connection.execute(["INSERT INTO shirt (size) VALUES ('s')"]);
    const changes = changesOf([m.alterEnum("size_kind", ["m", "s"])], schema);
    await migrate(connection, changes);
    await expectSchema(connection, changes[0]?.after ?? schema);
    expect(await connection.query("SELECT small, twin::text AS twin FROM shirt")).toEqual([
      { small: true, twin: "s" },
    ]);
  });
});
