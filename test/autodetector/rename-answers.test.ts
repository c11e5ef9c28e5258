import { expect, test } from "bun:test";
import { parseRenameAnswers } from "../../src/autodetector/rename-answers.ts";
import { UsageError } from "../../src/errors.ts";
import { migrations as m } from "../../src/operations/build.ts";
import { applyOperation } from "../../src/operations/handlers.ts";
import type { Operation } from "../../src/operations/types.ts";
import { EMPTY_SCHEMA, type Schema } from "../../src/schema/schema.ts";

const schema = (...operations: readonly Operation[]): Schema =>
  operations.reduce((next, operation) => applyOperation(operation, next), EMPTY_SCHEMA);

const table = (name: string, ...columns: readonly string[]) =>
  m.createTable(name, Object.fromEntries(columns.map((column) => [column, m.int()])));

test("a column of a renamed table stands under either name of it, also where tables change places", () => {
  const from = schema(table("a", "one"), table("b", "two"));
  const to = schema(table("b", "uno"), table("c", "due"));
  const tables = ["a=b", "b=c"];
  for (const columns of [
    ["b.one=b.uno", "c.two=c.due"],
    ["a.one=b.uno", "b.two=c.due"],
  ]) {
    expect(parseRenameAnswers([...tables, ...columns], [], from, to).renames.slice(2)).toEqual([
      { kind: "column", table: "b", from: "one", to: "uno" },
      { kind: "column", table: "c", from: "two", to: "due" },
    ]);
  }
});

test("names may have dots and equals signs in them", () => {
  const from = schema(m.createSchema("a"), table("a.b", "x=y"), m.createEnum("e", ["1=1", "other"]));
  const to = schema(m.createSchema("a"), table("a.b", "x.z"), m.createEnum("e", ["1", "other"]));
  expect(parseRenameAnswers(["a.b.x=y=a.b.x.z", "e.1=1=e.1"], [], from, to).renames).toEqual([
    { kind: "column", table: "a.b", from: "x=y", to: "x.z" },
    { kind: "value", enum: "e", from: "1=1", to: "1" },
  ]);
  expect(parseRenameAnswers([], ["a.b.x.z", "e.1"], from, to).added).toEqual([
    { kind: "column", of: "a.b", added: "x.z" },
    { kind: "value", of: "e", added: "1" },
  ]);
});

test("a renamed table may have equals signs in its name, too", () => {
  const from = schema(table("a=1", "one=1"), table("b=1", "two"));
  const to = schema(table("b=1", "uno"), table("c=1", "two"));
  expect(parseRenameAnswers(["a=1=b=1", "b=1=c=1", "b=1.one=1=b=1.uno"], [], from, to).renames).toEqual([
    { kind: "table", from: "a=1", to: "b=1" },
    { kind: "table", from: "b=1", to: "c=1" },
    { kind: "column", table: "b=1", from: "one=1", to: "uno" },
  ]);
});

test("the same answer may be given twice, two answers for one thing may not", () => {
  const [from, to] = [schema(table("a", "x")), schema(table("b", "x"))];
  expect(parseRenameAnswers(["a=b", "a=b"], [], from, to).renames).toHaveLength(1);
  expect(() => parseRenameAnswers(["a=b"], ["b"], from, to)).toThrow(UsageError);
});

test("a text that names a table in a schema as well as a column means what has changed", () => {
  const from = schema(m.createSchema("a"), table("a.b", "x"), table("a", "b"));
  const to = schema(m.createSchema("a"), table("a.b", "x"), table("a.c", "x"), table("a", "c"));
  expect(parseRenameAnswers(["a.b=a.c"], [], from, to).renames).toEqual([
    { kind: "column", table: "a", from: "b", to: "c" },
  ]);
});
