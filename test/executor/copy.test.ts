import { expect, test } from "bun:test";
import type { Connection } from "../../src/connection/connection.ts";
import { openSqlite } from "../../src/connection/sqlite.ts";
import { sqliteDialect } from "../../src/dialects/sqlite/dialect.ts";
import { isRowWise } from "../../src/dialects/sqlite/row-wise.ts";
import type { CopyEvent } from "../../src/executor/copy.ts";
import { runUnit } from "../../src/executor/executor.ts";
import { forwardUnit, schemaAfter } from "../../src/executor/unit.ts";
import { migrations as m } from "../../src/operations/build.ts";
import type { Operation } from "../../src/operations/types.ts";
import { EMPTY_SCHEMA } from "../../src/schema/schema.ts";
import { sql } from "../../src/schema/sql.ts";

const ROWS = 20_000;

/** A statement that fills a table with many rows; `i` counts them. */
const fill = (table: string, columns: string, values: string, rows = ROWS) =>
  `WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < ${rows}) INSERT INTO ${table} (${columns}) SELECT ${values} FROM c`;

interface Rebuilt {
  readonly rows: readonly unknown[];
  readonly told: readonly CopyEvent[];
  /** What was sent to copy rows. */
  readonly copies: readonly string[];
}

/** Rebuilds a table: `create` makes it, `fills` are its rows, `change` is what needs the rebuild. */
async function rebuild(
  create: Operation,
  fills: readonly string[],
  change: readonly Operation[],
  query: string,
  onTold: (connection: Connection) => void = () => {},
): Promise<Rebuilt> {
  await using connection = disposable(await openSqlite(":memory:", { mode: "readWrite" }));
  const first = forwardUnit(
    { name: "1", path: "", dependencies: [], operations: [create], atomic: true },
    EMPTY_SCHEMA,
    "sqlite",
  );
  await runUnit({ connection, dialect: sqliteDialect }, first);
  await connection.execute(fills);
  const told: CopyEvent[] = [];
  const copies: string[] = [];
  const watched: Connection = {
    ...bound(connection),
    execute(statements) {
      copies.push(...statements.filter((statement) => statement.startsWith('INSERT INTO "_yara_new_')));
      return connection.execute(statements);
    },
  };
  const second = forwardUnit(
    { name: "2", path: "", dependencies: [], operations: change, atomic: true },
    schemaAfter(first, EMPTY_SCHEMA),
    "sqlite",
  );
  const tell = (event: { readonly kind: string }) => {
    // The only event of its kind.
    if (event.kind === "copying") told.push(event as CopyEvent);
    onTold(connection);
  };
  await runUnit({ connection: watched, dialect: sqliteDialect, tell }, second);
  return { rows: await connection.query(query), told, copies };
}

function bound(connection: Connection): Connection {
  return {
    dialect: connection.dialect,
    query: connection.query.bind(connection),
    run: connection.run.bind(connection),
    execute: connection.execute.bind(connection),
    cancel: connection.cancel.bind(connection),
    activity: connection.activity.bind(connection),
    close: connection.close.bind(connection),
  };
}

function disposable(connection: Connection): Connection & AsyncDisposable {
  return { ...bound(connection), [Symbol.asyncDispose]: () => connection.close() };
}

const item = m.createTable(
  "item",
  { id: m.bigInt({ pk: true }), name: m.text({ null: true }) },
  { indexes: [{ columns: ["name", "id"], name: "by_name" }] },
);
const notNull = [m.alterColumn("item", "name", m.text(), { fill: "none" })];
const SUMS =
  "SELECT count(*) AS n, sum(id) FILTER (WHERE id BETWEEN -1000000 AND 1000000) AS ids, sum(length(name)) AS names, count(name) AS named FROM item";

test("a large table is copied in parts, whatever order its rows have come in", async () => {
  const values = "(i * 7919) % 1000003 - 500000, CASE WHEN i % 3 THEN 'name ' || i END";
  const ends =
    "INSERT INTO item VALUES (-9223372036854775808, 'least'), (9223372036854775807, 'most'), (0, NULL)";
  const { rows, told, copies } = await rebuild(item, [fill("item", "id, name", values), ends], notNull, SUMS);
  const whole = await rebuild(item, [fill("item", "id, name", values, 900)], notNull, SUMS);
  expect([whole.copies.length, whole.told.length]).toEqual([1, 0]);
  expect(copies.length).toBeGreaterThan(2);
  expect(told.length).toBe(copies.length - 1);
  expect(told.every(({ table, rows, part }) => table === "item" && rows > 0 && part >= 0 && part <= 1)).toBe(
    true,
  );
  expect(told.map(({ rows }) => rows)).toEqual(told.map(({ rows }) => rows).toSorted((a, b) => a - b));
  const named = Array.from({ length: ROWS }, (_, at) => ((at + 1) % 3 === 0 ? 4 : `name ${at + 1}`.length));
  const ids = Array.from({ length: ROWS }, (_, at) => (((at + 1) * 7919) % 1000003) - 500000);
  const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);
  expect(rows).toEqual([
    {
      n: ROWS + 3,
      ids: sum(ids),
      names: sum(named) + "least".length + "most".length + 4,
      named: ROWS + 3,
    },
  ]);
});

test("the rows come out as those of one statement, in a table whose rows have hidden numbers", async () => {
  const create = m.createTable("item", { name: m.text({ null: true }), rowid: m.text({ null: true }) });
  const { rows, told } = await rebuild(
    create,
    [
      fill("item", "name, rowid", "'n' || (i * 31 % 20011), 'same'"),
      "DELETE FROM item WHERE _rowid_ % 7 = 0",
    ],
    notNull,
    "SELECT count(*) AS n, count(DISTINCT name) AS names, min(rowid) AS least, max(rowid) AS most FROM item",
  );
  const left = ROWS - Math.floor(ROWS / 7);
  expect(rows).toEqual([{ n: left, names: left, least: "same", most: "same" }]);
  expect(told.length).toBeGreaterThan(0);
});

test("a table without numbers of rows is copied by one statement", async () => {
  const create = m.createTable("item", { id: m.text({ pk: true }), name: m.text({ null: true }) });
  const { rows, told, copies } = await rebuild(
    create,
    [
      "DROP TABLE item",
      `CREATE TABLE item (id text NOT NULL PRIMARY KEY, name text) WITHOUT ROWID`,
      fill("item", "id, name", "'k' || i, NULL"),
    ],
    notNull,
    "SELECT count(*) AS n, max(name) AS name FROM item",
  );
  expect(rows).toEqual([{ n: ROWS, name: "none" }]);
  expect([told.length, copies.length]).toEqual([0, 1]);
});

test("what looks at other rows, or at the moment, is copied by one statement", async () => {
  const using = [
    m.alterColumn("item", "name", m.int({ null: true }), { using: "row_number() OVER (ORDER BY id)" }),
  ];
  const numbered = await rebuild(
    item,
    [fill("item", "id, name", "i, 'x'")],
    using,
    "SELECT count(DISTINCT name) AS n, max(name) AS most FROM item",
  );
  expect(numbered.rows).toEqual([{ n: ROWS, most: ROWS }]);
  expect(numbered.copies).toHaveLength(1);
  const moment = await rebuild(
    item,
    [fill("item", "id, name", "i, 'x'")],
    [m.addColumn("item", "at", m.datetime({ default: sql("CURRENT_TIMESTAMP") }))],
    "SELECT count(DISTINCT at) AS n FROM item",
  );
  expect(moment.rows).toEqual([{ n: 1 }]);
  expect(moment.copies).toHaveLength(1);
});

test.each([
  ["lower(name) || ' ' || coalesce(note, 'none')", true],
  ["CASE WHEN (a = 1) THEN CAST(b AS integer) ELSE (c) END", true],
  ["'now()'", true],
  ["CURRENT_TIMESTAMP", false],
  ["datetime('now')", false],
  ["(SELECT max(id) FROM other)", false],
  ["count(*) OVER ()", false],
  ["max(a)", false],
  ['"mine"(a)', false],
])("%s depends on its row alone: %p", (expression, expected) => {
  expect(isRowWise(expression)).toBe(expected);
});

test("a copy is cancelled between two parts, and all of it is undone", async () => {
  const cancelled = rebuild(item, [fill("item", "id, name", "i, NULL")], notNull, SUMS, (connection) => {
    // As a signal does it: while the event loop runs, which the next part lets it.
    setTimeout(() => void connection.cancel(), 0);
    const until = performance.now() + 30;
    while (performance.now() < until);
  });
  await expect(cancelled).rejects.toThrow("the statement was cancelled");
});
