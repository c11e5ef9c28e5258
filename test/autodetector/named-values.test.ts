import { expect, test } from "bun:test";
import { diffSchemas } from "../../src/autodetector/diff.ts";
import { applyRenames, type Rename } from "../../src/autodetector/renames.ts";
import type { Change } from "../../src/dialects/dialect.ts";
import { migrations as m } from "../../src/operations/build.ts";
import { describeOperation } from "../../src/operations/handlers.ts";
import { EMPTY_SCHEMA, type Schema, schemaOf } from "../../src/schema/schema.ts";
import { type DatabaseSource, describeDatabases } from "../support/databases.ts";
import { changesOf, expectSchema, invertedChanges, migrate } from "../support/migrating.ts";

type Columns = Parameters<typeof m.createTable>[1];
type Parts = Parameters<typeof m.createTable>[2];

/** A table with a column of the enum `mood`, which has these values, and with what may name them. */
function schemaWith(values: readonly string[], parts: Parts, columns: Columns = {}): Schema {
  const table = m.createTable("t", { n: m.int({ null: true }), v: m.enum("mood"), ...columns }, parts);
  return schemaOf([table.table], [{ name: "mood", values }]);
}

const partial = (value: string): Parts => ({
  indexes: [{ columns: ["n"], unique: true, where: `v = '${value}'`, name: "part" }],
});
const computed = (value: string): Parts => ({
  indexes: [{ columns: [{ expression: `CASE WHEN v = '${value}' THEN 1 ELSE n END` }], name: "computed" }],
});
const check = (value: string): Parts => ({ checks: [{ expression: `v <> '${value}' OR n > 0`, name: "c" }] });
const generated = (value: string): Columns => ({
  g: m.int({
    null: true,
    generated: { expression: `CASE WHEN v = '${value}' THEN 1 ELSE n END`, stored: true },
  }),
});

/** Runs the changes forward, back and forward again. */
async function thereAndBackAgain(
  db: DatabaseSource,
  from: Schema,
  to: Schema,
  changes: readonly Change[],
  rows: readonly string[],
): Promise<void> {
  const { connection } = await db.create();
  await migrate(connection, changesOf(diffSchemas(EMPTY_SCHEMA, from).operations, EMPTY_SCHEMA));
  await connection.execute(rows);
  await migrate(connection, changes);
  await expectSchema(connection, to);
  await migrate(connection, invertedChanges(changes));
  await expectSchema(connection, from);
  await migrate(connection, changes);
  await expectSchema(connection, to);
}

const described = (changes: readonly Change[]) =>
  changes.map(({ operation }) => describeOperation(operation));

describeDatabases("a value of an enum goes after what names it:", (db) => {
  const [three, two] = [
    ["a", "b", "z"],
    ["a", "b"],
  ] as const;
  const cases: Record<string, readonly [from: Schema, to: Schema, operations: readonly string[]]> = {
    "the condition of an index": [
      schemaWith(three, partial("z")),
      schemaWith(two, {}),
      ["drop index part of t", "alter enum mood"],
    ],
    "an index that gets another condition": [
      schemaWith(three, partial("z")),
      schemaWith(two, partial("b")),
      ["drop index part of t", "alter enum mood", "create index part on t"],
    ],
    "an index that gets a condition with a new value": [
      schemaWith(three, partial("z")),
      schemaWith(["a", "new", "b"], partial("new")),
      ["alter enum mood", "drop index part of t", "alter enum mood", "create index part on t"],
    ],
    "an index over an expression": [
      schemaWith(three, computed("z")),
      schemaWith(two, {}),
      ["drop index computed of t", "alter enum mood"],
    ],
    "a check": [
      schemaWith(three, check("z")),
      schemaWith(two, {}),
      ["drop constraint c of t", "alter enum mood"],
    ],
    "a generated column": [
      schemaWith(three, {}, generated("z")),
      schemaWith(two, {}),
      ["drop column g of t", "alter enum mood"],
    ],
    "a generated column that is computed otherwise": [
      schemaWith(three, {}, generated("z")),
      schemaWith(two, {}, generated("b")),
      ["alter column g of t", "alter enum mood"],
    ],
  };
  for (const [title, [from, to, operations]] of Object.entries(cases)) {
    test(title, async () => {
      const changes = changesOf(diffSchemas(from, to).operations, from);
      expect(described(changes)).toEqual([...operations]);
      await thereAndBackAgain(db, from, to, changes, ["INSERT INTO t (n, v) VALUES (1, 'a'), (1, 'b')"]);
    });
  }
});

describeDatabases("a value of an enum is renamed while what names it is away:", (db) => {
  const rename = (from: string, to: string): Rename => ({ kind: "value", enum: "mood", from, to });
  const once = [rename("a", "q")];
  const swap = [rename("a", "b"), rename("b", "a")];
  const swaps = [
    "rename value a of enum mood to a_renamed",
    "rename value b of enum mood to a",
    "rename value a_renamed of enum mood to b",
  ];
  const cases: Record<string, readonly [Schema, Schema, readonly Rename[], readonly string[]]> = {
    "the condition of an index": [
      schemaWith(["a", "b"], partial("a")),
      schemaWith(["q", "b"], partial("q")),
      once,
      ["drop index part of t", "rename value a of enum mood to q", "create index part on t"],
    ],
    "an index over an expression": [
      schemaWith(["a", "b"], computed("a")),
      schemaWith(["q", "b"], computed("q")),
      once,
      ["drop index computed of t", "rename value a of enum mood to q", "create index computed on t"],
    ],
    "an index and a check": [
      schemaWith(["a", "b"], { ...partial("a"), ...check("a") }),
      schemaWith(["q", "b"], { ...partial("q"), ...check("q") }),
      once,
      [
        "drop index part of t",
        "drop constraint c of t",
        "rename value a of enum mood to q",
        "add constraint c to t",
        "create index part on t",
      ],
    ],
    "an index whose text means the other value afterwards": [
      schemaWith(["a", "b", "c"], partial("a")),
      schemaWith(["b", "a", "c"], partial("a")),
      swap,
      ["drop index part of t", ...swaps, "create index part on t"],
    ],
    "an index that follows its value": [
      schemaWith(["a", "b", "c"], partial("a")),
      schemaWith(["b", "a", "c"], partial("b")),
      swap,
      ["drop index part of t", ...swaps, "create index part on t"],
    ],
  };
  for (const [title, [from, to, renames, operations]] of Object.entries(cases)) {
    test(title, async () => {
      const renamed = applyRenames(from, to, renames);
      const rest = diffSchemas(renamed.schema, to).operations;
      const changes = changesOf([...renamed.operations, ...rest], from);
      expect(described(changes)).toEqual([...operations]);
      await thereAndBackAgain(db, from, to, changes, ["INSERT INTO t (n, v) VALUES (1, 'a'), (2, 'b')"]);
    });
  }

  test("an index that names another value stays", () => {
    const [from, to] = [schemaWith(["a", "b"], partial("b")), schemaWith(["q", "b"], partial("b"))];
    expect(applyRenames(from, to, once).operations.map(({ kind }) => kind)).toEqual(["renameEnumValue"]);
  });
});

test("a value that an index names is not renamed under it", () => {
  const rename = m.renameEnumValue("mood", "a", "q");
  for (const [parts, name] of [
    [partial("a"), "part"],
    [computed("a"), "computed"],
  ] as const) {
    expect(() => changesOf([rename], schemaWith(["a", "b"], parts))).toThrow(
      `the index ${name} of table t names the value "a"`,
    );
  }
});
