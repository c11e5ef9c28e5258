import { expect, test } from "bun:test";
import type { ColumnType } from "../../src/schema/column-type.ts";
import { narrows } from "../../src/schema/narrowing.ts";

const int: ColumnType = { kind: "int" };
const bigInt: ColumnType = { kind: "bigInt" };
const text: ColumnType = { kind: "text" };
const char = (maxLength: number): ColumnType => ({ kind: "char", maxLength });
const decimal = (maxDigits: number, decimalPlaces: number): ColumnType => ({
  kind: "decimal",
  maxDigits,
  decimalPlaces,
});
const list = (of: ColumnType): ColumnType => ({ kind: "array", of }) as ColumnType;

test.each<[ColumnType, ColumnType]>([
  [int, int],
  [int, bigInt],
  [{ kind: "boolean" }, int],
  [int, { kind: "float" }],
  [int, decimal(12, 2)],
  [decimal(10, 2), decimal(12, 4)],
  [char(10), char(20)],
  [char(10), text],
  [{ kind: "uuid" }, text],
  [bigInt, char(20)],
  [{ kind: "date" }, { kind: "datetime" }],
  [bigInt, { kind: "json" }],
  [{ kind: "boolean" }, { kind: "json" }],
  [list(int), list(bigInt)],
])("%j keeps its values as %j", (from, to) => {
  expect(narrows(from, to)).toBe(false);
});

test.each<[ColumnType, ColumnType]>([
  [bigInt, int],
  [text, int],
  [bigInt, { kind: "float" }],
  [{ kind: "float" }, decimal(30, 10)],
  [int, decimal(11, 2)],
  [decimal(12, 4), decimal(12, 2)],
  [decimal(12, 2), decimal(12, 4)],
  [char(20), char(10)],
  [text, char(1000)],
  [bigInt, char(19)],
  [{ kind: "datetime" }, { kind: "date" }],
  [text, { kind: "json" }],
  [decimal(12, 2), { kind: "json" }],
  [list(bigInt), list(int)],
  [{ kind: "raw", type: "citext" }, text],
])("%j may lose something as %j", (from, to) => {
  expect(narrows(from, to)).toBe(true);
});
