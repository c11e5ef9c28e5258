import { expect, test } from "bun:test";
import { migrations as m } from "../../src/index.ts";
import { rawTypeProblem } from "../../src/schema/raw-type.ts";

test.each([
  "citext",
  "numeric(10, -2)[]",
  "timestamp (3) with time zone",
  "interval day to second(3)",
  "geometry(Point,4326)",
  'other."My type"[3]',
  "UNSIGNED BIG INT",
])("%s is a type", (type) => {
  expect(rawTypeProblem(type)).toBeUndefined();
});

test.each([
  ["int; DROP TABLE user", 'contains ";"'],
  ["int -- all", "contains a comment"],
  ["int /* x */", "contains a comment"],
  ["int 'x'", "contains a text"],
  ['"int', "contains a name that is not quoted"],
  ["int `x`", "contains a name that is not quoted"],
  ["int)", "has unbalanced parentheses"],
  ["numeric(1", "has unbalanced parentheses"],
  ["a(1]", "has unbalanced parentheses"],
  ["int, x int", 'contains ","'],
  ["int NOT NULL", "goes on with NOT"],
  ["text collate x", "goes on with collate"],
  ["int = 1", 'contains "="'],
  ["a\0", "contains a NUL character"],
  [" ", "the type is empty"],
  ["bigserial", "counts: use int with autoIncrement"],
])("%p is refused", (type, problem) => {
  expect(rawTypeProblem(type)).toContain(problem);
  expect(() => m.raw(type)).toThrow(problem);
});

test("a column may have no type on SQLite alone", () => {
  expect(rawTypeProblem({ postgres: "text", sqlite: "" })).toBeUndefined();
  expect(rawTypeProblem({ postgres: "", sqlite: "TEXT" })).toBe("the type is empty (postgres)");
  expect(rawTypeProblem({ postgres: "text" })).toBe("the type is not text (sqlite)");
});
