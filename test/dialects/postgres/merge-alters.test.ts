import { expect, test } from "bun:test";
import { postgresDialect } from "../../../src/dialects/postgres/dialect.ts";
import { migrations as m } from "../../../src/operations/build.ts";
import type { Operation } from "../../../src/operations/types.ts";
import { EMPTY_SCHEMA } from "../../../src/schema/schema.ts";
import { onlyPostgres } from "../../support/databases.ts";
import { changesOf, expectSchema, migrate } from "../../support/migrating.ts";

const CREATE: readonly Operation[] = [
  m.createTable("t", {
    id: m.int({ pk: true }),
    a: m.int(),
    b: m.int({ default: 7 }),
    c: m.float({ null: true }),
  }),
  m.createTable("other", { a: m.int() }),
];
const created = changesOf(CREATE, EMPTY_SCHEMA).at(-1)?.after ?? EMPTY_SCHEMA;

function stepsOf(...operations: readonly Operation[]) {
  return postgresDialect
    .render(changesOf(operations, created))
    .steps.map((step) => [step.kind === "code" ? "code" : step.sql, step.operations] as const);
}

test("neighbouring changes of several columns are one ALTER TABLE, which rewrites the table once", () => {
  expect(
    stepsOf(m.alterColumn("t", "a", m.bigInt()), m.alterColumn("t", "b", m.text({ default: "7" }))),
  ).toEqual([
    [
      `ALTER TABLE "t"
  ALTER COLUMN "a" TYPE bigint,
  ALTER COLUMN "b" DROP DEFAULT,
  ALTER COLUMN "b" TYPE text,
  ALTER COLUMN "b" SET DEFAULT '7'`,
      [0, 1],
    ],
  ]);
});

test("what must hold of the rows is looked at before the statement that it would stand in", () => {
  const steps = stepsOf(m.alterColumn("t", "a", m.bigInt()), m.alterColumn("t", "c", m.int({ null: true })));
  expect(steps.map(([text, operations]) => [text.split(" ")[0], operations])).toEqual([
    ["SELECT", [1]],
    ["ALTER", [0, 1]],
  ]);
});

test("changes of one column, of two tables, or by an expression over a changed column stay apart", () => {
  const twice = stepsOf(m.alterColumn("t", "a", m.bigInt()), m.alterColumn("t", "a", m.smallInt()));
  const tables = stepsOf(m.alterColumn("t", "a", m.bigInt()), m.alterColumn("other", "a", m.bigInt()));
  const reading = stepsOf(
    m.alterColumn("t", "a", m.bigInt()),
    m.alterColumn("t", "b", m.bigInt({ default: 7 }), { using: "a + b" }),
  );
  for (const steps of [twice, tables, reading]) expect(steps.length).toBe(2);
});

onlyPostgres("merged changes", (db) => {
  test("keep the rows, forward and back", async () => {
    const { connection } = await db.create();
    await migrate(connection, changesOf(CREATE, EMPTY_SCHEMA));
    await connection.execute(["INSERT INTO t (a, c) VALUES (1, 2.0), (2, NULL)"]);
    const changes = changesOf(
      [
        m.alterColumn("t", "a", m.text()),
        m.alterColumn("t", "b", m.bigInt({ null: true })),
        m.alterColumn("t", "c", m.int({ default: 0 }), { fill: 9 }),
      ],
      created,
    );
    await migrate(connection, changes);
    await expectSchema(connection, changes.at(-1)?.after ?? created);
    expect(await connection.query("SELECT a, b::text, c FROM t ORDER BY id")).toEqual([
      { a: "1", b: "7", c: 2 },
      { a: "2", b: "7", c: 9 },
    ]);
  });

  test("fail with every operation of the statement named, and nothing done", async () => {
    const { connection } = await db.create();
    await migrate(connection, changesOf(CREATE, EMPTY_SCHEMA));
    await connection.execute(["INSERT INTO t (a, b) VALUES (1, 70000)"]);
    const changes = changesOf(
      [m.alterColumn("t", "a", m.bigInt()), m.alterColumn("t", "b", m.smallInt({ default: 7 }))],
      created,
    );
    await expect(migrate(connection, changes)).rejects.toThrow(
      "failed at operation 1 of 2 (alter column a of t), 2 of 2 (alter column b of t): smallint out of range",
    );
    await expectSchema(connection, created);
  });
});
