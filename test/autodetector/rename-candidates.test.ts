import { expect, test } from "bun:test";
import { columnQuestions, tableQuestions, valueQuestions } from "../../src/autodetector/rename-candidates.ts";
import { migrations as m } from "../../src/operations/build.ts";
import { applyOperation } from "../../src/operations/handlers.ts";
import type { Operation } from "../../src/operations/types.ts";
import { EMPTY_SCHEMA, type Schema } from "../../src/schema/schema.ts";

const schema = (...operations: readonly Operation[]): Schema =>
  operations.reduce((next, operation) => applyOperation(operation, next), EMPTY_SCHEMA);

const user = (columns: Parameters<typeof m.createTable>[1]) => schema(m.createTable("user", columns));

test("the likeliest candidate comes first: same type, then a name alike, then the place; so does the surest question", () => {
  const from = user({ id: m.int(), first_name: m.text(), biography: m.text(), age: m.int() });
  const to = user({ id: m.int(), given_name: m.text(), bio: m.text(), age: m.int() });
  expect(columnQuestions(from, to)).toEqual([
    { kind: "column", of: "user", added: "given_name", candidates: ["first_name", "biography"] },
    { kind: "column", of: "user", added: "bio", candidates: ["biography", "first_name"] },
  ]);
});

test("a column of another type is no candidate, one of another length is", () => {
  const from = user({ id: m.int(), a: m.char({ maxLength: 10 }), b: m.boolean() });
  const to = user({ id: m.int(), c: m.char({ maxLength: 20 }) });
  expect(columnQuestions(from, to)).toEqual([{ kind: "column", of: "user", added: "c", candidates: ["a"] }]);
});

test("a table is known by its columns", () => {
  const columns = { id: m.int(), title: m.text(), body: m.text() };
  const from = schema(m.createTable("article", columns), m.createTable("log", { line: m.text() }));
  const to = schema(
    m.createTable("post", { ...columns, extra: m.int() }),
    m.createTable("metric", { value: m.int() }),
  );
  expect(tableQuestions(from, to)).toEqual([{ kind: "table", added: "post", candidates: ["article"] }]);
});

test("a value of an enum can be any that is gone, by likeness", () => {
  const from = schema(m.createEnum("status", ["draft", "published", "gone"]));
  const to = schema(m.createEnum("status", ["drafted", "public", "gone"]));
  expect(valueQuestions(from, to)).toEqual([
    { kind: "value", of: "status", added: "drafted", candidates: ["draft", "published"] },
    { kind: "value", of: "status", added: "public", candidates: ["published", "draft"] },
  ]);
});

test("nothing is asked where nothing is gone or nothing is new", () => {
  const from = user({ id: m.int() });
  const to = user({ id: m.int(), age: m.int() });
  expect([...columnQuestions(from, to), ...columnQuestions(to, from), ...tableQuestions(from, to)]).toEqual(
    [],
  );
});
