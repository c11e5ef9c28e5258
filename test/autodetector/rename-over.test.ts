import { expect, test } from "bun:test";
import { diffSchemas } from "../../src/autodetector/diff.ts";
import { applyRenames, type Rename } from "../../src/autodetector/renames.ts";
import { migrations as m } from "../../src/operations/build.ts";
import { applyOperation, describeOperation } from "../../src/operations/handlers.ts";
import type { Operation } from "../../src/operations/types.ts";
import { EMPTY_SCHEMA, type Schema } from "../../src/schema/schema.ts";
import { describeDatabases } from "../support/databases.ts";
import { changesOf, expectSchema, invertedChanges, migrate } from "../support/migrating.ts";

const after = (...operations: readonly Operation[]): Schema =>
  operations.reduce((next, operation) => applyOperation(operation, next), EMPTY_SCHEMA);

const key = m.int({ pk: true });
const text = m.text({ null: true });
const number = m.int({ null: true });
const unique = m.int({ null: true, unique: true });
const twice = m.int({ generated: { expression: "c * 2", stored: true }, null: true });
const to = (table: string, column: string) => ({ references: { table, column } });
const column = (from: string, fresh: string): Rename => ({ kind: "column", table: "t", from, to: fresh });
const checks = [{ name: "c_is_small", expression: "c < 10" }];
const indexes = [{ columns: ["c", "n"] }, { columns: ["n"], where: "c > 0" }];

interface Case {
  readonly what: string;
  readonly from: readonly Operation[];
  readonly to: readonly Operation[];
  readonly renames: readonly Rename[];
  /** What has to be done, in its order. */
  readonly done: readonly string[];
  readonly rows: readonly string[];
  readonly query: string;
  readonly read: Readonly<Record<string, unknown>>;
}

const CASES: readonly Case[] = [
  {
    what: "a column",
    from: [m.createTable("t", { id: key, a: text, c: text })],
    to: [m.createTable("t", { id: key, c: text })],
    renames: [column("a", "c")],
    done: ["drop column c of t", "rename column a of t to c"],
    rows: ["INSERT INTO t (id, a, c) VALUES (1, 'new', 'old')"],
    query: "SELECT * FROM t",
    read: { id: 1, c: "new" },
  },
  {
    what: "a column at the end of a chain",
    from: [m.createTable("t", { id: key, a: text, b: text, c: text })],
    to: [m.createTable("t", { id: key, b: text, c: text })],
    renames: [column("a", "b"), column("b", "c")],
    done: ["drop column c of t", "rename column b of t to c", "rename column a of t to b"],
    rows: ["INSERT INTO t (id, a, b, c) VALUES (1, 'x', 'y', 'z')"],
    query: "SELECT id, b, c FROM t",
    read: { id: 1, b: "x", c: "y" },
  },
  {
    what: "a column with all that can be on it",
    from: [
      m.createTable("t", { id: key, a: unique, c: unique, n: number, twice }, { checks, indexes }),
      m.createTable("u", { id: key, t_c: m.int({ null: true, ...to("t", "c") }) }),
    ],
    to: [
      m.createTable("t", { id: key, c: unique, n: number, twice }, { checks, indexes }),
      m.createTable("u", { id: key, t_c: m.int({ null: true, ...to("t", "c") }) }),
    ],
    renames: [column("a", "c")],
    done: [],
    rows: ["INSERT INTO t (id, a, c, n) VALUES (1, 7, 8, 9)", "INSERT INTO u (id) VALUES (1)"],
    query: "SELECT id, c, n, twice FROM t",
    read: { id: 1, c: 7, n: 9, twice: 14 },
  },
  {
    what: "a primary key",
    from: [
      m.createTable("t", { id: key, code: m.int() }),
      m.createTable("u", { id: key, t_id: m.int({ null: true, ...to("t", "id") }) }),
    ],
    to: [
      m.createTable("t", { id: key }),
      m.createTable("u", { id: key, t_id: m.int({ null: true, ...to("t", "id") }) }),
    ],
    renames: [column("code", "id")],
    done: [],
    rows: ["INSERT INTO t (id, code) VALUES (1, 77)", "INSERT INTO u (id) VALUES (1)"],
    query: "SELECT * FROM t",
    read: { id: 77 },
  },
  {
    what: "a table",
    from: [m.createTable("a", { id: key, x: text }), m.createTable("c", { id: key, y: text })],
    to: [m.createTable("c", { id: key, x: text })],
    renames: [{ kind: "table", from: "a", to: "c" }],
    done: ["drop table c", "rename table a to c"],
    rows: ["INSERT INTO a (id, x) VALUES (1, 'new')", "INSERT INTO c (id, y) VALUES (2, 'old')"],
    query: "SELECT * FROM c",
    read: { id: 1, x: "new" },
  },
  {
    what: "a table that others refer to",
    from: [
      m.createTable("c", { id: key, c_id: m.int({ null: true, ...to("c", "id") }) }),
      m.createTable("a", { id: key, c_id: m.int({ null: true, ...to("c", "id") }) }),
      m.createTable("d", { id: key, c_id: m.int({ null: true, ...to("c", "id") }) }),
    ],
    to: [
      m.createTable("c", { id: key, c_id: m.int({ null: true, ...to("c", "id") }) }),
      m.createTable("d", { id: key, c_id: m.int({ null: true, ...to("c", "id") }) }),
    ],
    renames: [{ kind: "table", from: "a", to: "c" }],
    done: [],
    rows: ["INSERT INTO a (id) VALUES (1)", "INSERT INTO c (id) VALUES (2)", "INSERT INTO d (id) VALUES (3)"],
    query: "SELECT * FROM c",
    read: { id: 1, c_id: null },
  },
];

describeDatabases("a rename to the name of what is dropped", (db) => {
  for (const { what, from, to: fresh, renames, done, rows, query, read } of CASES) {
    test(`of ${what} comes after the drop`, async () => {
      const { connection } = await db.create();
      const [before, target] = [after(...from), after(...fresh)];
      await migrate(connection, changesOf(from, EMPTY_SCHEMA));
      await connection.execute(rows);
      const renamed = applyRenames(before, target, renames);
      const operations = [...renamed.operations, ...diffSchemas(renamed.schema, target).operations];
      if (done.length > 0) expect(operations.map(describeOperation)).toEqual([...done]);
      const changes = changesOf(operations, before);
      await migrate(connection, changes);
      await expectSchema(connection, target);
      expect<unknown>(await connection.query(query)).toEqual([read]);
      await connection.execute(["u", "d", "t", "c"].flatMap((table) => emptied(table, target)));
      await migrate(connection, invertedChanges(changes));
      await expectSchema(connection, before);
    });
  }
});

test("a column that is computed from another one cannot get its name", () => {
  const columns = { id: key, c: number, twice };
  const [from, fresh] = [
    after(m.createTable("t", columns)),
    after(m.createTable("t", { id: key, c: number })),
  ];
  expect(() => applyRenames(from, fresh, [column("twice", "c")])).toThrow(
    "column twice of t is computed from c, whose name it cannot get",
  );
});

test("nothing is dropped for what is there under its old name still", () => {
  const t = after(m.createTable("t", { id: key, a: text, c: text }));
  expect(() => applyRenames(t, t, [column("a", "c")])).toThrow(
    "table t has a column a still, for which c would be dropped",
  );
  const tables = after(m.createTable("t", { id: key }), m.createTable("u", { id: key }));
  expect(() => applyRenames(tables, tables, [{ kind: "table", from: "t", to: "u" }])).toThrow(
    "there is a model with the table t still, for which u would be dropped",
  );
});

/** A column that was dropped comes back without values, which a key must have. */
function emptied(table: string, schema: Schema): string[] {
  return schema.tables.has(table) ? [`DELETE FROM ${table}`] : [];
}
