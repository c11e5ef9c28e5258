import { describe, expect, test } from "bun:test";
import { compareSchemas, dataEqual } from "../../src/schema/compare.ts";
import { type Schema, schemaOf } from "../../src/schema/schema.ts";
import type { Column, Table } from "../../src/schema/table.ts";

const id: Column = { name: "id", type: { kind: "int" }, nullable: false, autoIncrement: true };
const age: Column = { name: "age", type: { kind: "int" }, nullable: false };

const user: Table = {
  name: "user",
  columns: [id, age],
  primaryKey: ["id"],
  foreignKeys: [
    {
      kind: "foreignKey",
      columns: ["age"],
      references: { table: "user", columns: ["id"] },
      onDelete: "cascade",
      onUpdate: "noAction",
    },
  ],
  uniques: [{ kind: "unique", columns: ["age"] }],
  checks: [{ kind: "check", name: "adult", expression: "age > 17" }],
  indexes: [{ columns: ["age"], unique: false }],
};

const schema = (changes: Partial<Table> = {}): Schema =>
  schemaOf([{ ...user, ...changes }], [{ name: "mood", values: ["sad", "ok"] }]);

const paths = (left: Schema, right: Schema) => compareSchemas(left, right).map(({ path }) => path);

describe("compareSchemas", () => {
  test("finds nothing between equal schemas, whatever the order of their parts", () => {
    const turned = schema({ columns: user.columns.toReversed() });
    expect(compareSchemas(schema(), turned)).toEqual([]);
    expect(compareSchemas(schema(), turned)).toEqual([]);
  });

  test("takes a derived name and the same name said for equal", () => {
    expect(
      paths(schema(), schema({ indexes: [{ name: "user_age_idx", columns: ["age"], unique: false }] })),
    ).toEqual([]);
    expect(
      paths(schema(), schema({ uniques: [{ kind: "unique", name: "user_age_key", columns: ["age"] }] })),
    ).toEqual([]);
  });

  test("takes expressions for equal that differ in spaces and needless quotes", () => {
    const checks = [{ kind: "check", name: "adult", expression: ` "age"  > 17` } as const];
    expect(paths(schema(), schema({ checks }))).toEqual([]);
  });

  test.each<[string, Partial<Table>, string[]]>([
    ["a missing column", { columns: [id] }, ["table user, column age"]],
    [
      "a type",
      { columns: [id, { ...age, type: { kind: "char", maxLength: 3 } }] },
      ["table user, column age, type"],
    ],
    ["nullable", { columns: [id, { ...age, nullable: true }] }, ["table user, column age, nullable"]],
    ["a default", { columns: [id, { ...age, default: { value: 0 } }] }, ["table user, column age, default"]],
    [
      "a comment of a column",
      { columns: [id, { ...age, comment: "years" }] },
      ["table user, column age, comment"],
    ],
    [
      "who numbers a column",
      { columns: [{ name: "id", type: { kind: "int" }, nullable: false }, age] },
      ["table user, column id, autoIncrement"],
    ],
    ["the primary key", { primaryKey: ["id", "age"] }, ["table user, primary key"]],
    ["a comment", { comment: "people" }, ["table user, comment"]],
    ["a unique constraint", { uniques: [] }, ["table user, constraint user_age_key"]],
    ["a foreign key", { foreignKeys: [] }, ["table user, constraint user_age_fkey"]],
    [
      "what a check says",
      { checks: [{ kind: "check", name: "adult", expression: "age > 18" }] },
      ["table user, constraint adult"],
    ],
    [
      "what an index is",
      { indexes: [{ name: "user_age_idx", columns: ["age"], unique: true }] },
      ["table user, index user_age_idx"],
    ],
  ])("finds %s", (_, changes, expected) => {
    expect(paths(schema(), schema(changes))).toEqual(expected);
    expect(paths(schema(changes), schema())).toEqual(expected);
  });

  test("minds the order of the columns in a primary key", () => {
    expect(paths(schema({ primaryKey: ["id", "age"] }), schema({ primaryKey: ["age", "id"] }))).toEqual([
      "table user, primary key",
    ]);
  });

  test("finds tables and enums of one side, and the order of an enum's values", () => {
    expect(paths(schema(), schemaOf([]))).toEqual(["enum mood", "table user"]);
    expect(paths(schema(), schemaOf([user], [{ name: "mood", values: ["ok", "sad"] }]))).toEqual([
      "enum mood",
    ]);
  });

  test("gives both sides", () => {
    const [difference] = compareSchemas(schema(), schema({ comment: "people" }));
    expect(difference).toEqual({ path: "table user, comment", left: undefined, right: "people" });
  });
});

describe("dataEqual", () => {
  test("does not mind the order of keys, nor undefined for a missing one", () => {
    expect(dataEqual({ a: 1, b: [2] }, { b: [2], a: 1, c: undefined })).toBe(true);
  });

  test.each<[unknown, unknown]>([
    [
      [1, 2],
      [2, 1],
    ],
    [[], {}],
    [null, undefined],
    [null, {}],
    [0, -0],
    [1, "1"],
    [1n, 1],
    [[1], [1, undefined, 2]],
    [{ a: { b: 1 } }, { a: { b: 2 } }],
    [{}, { toString: 1 }],
    [{ constructor: 1 }, {}],
  ])("%p is not %p", (left, right) => {
    expect(dataEqual(left, right)).toBe(false);
    expect(dataEqual(right, left)).toBe(false);
  });
});
