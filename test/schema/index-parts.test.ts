import { expect, test } from "bun:test";
import { repeatedColumn } from "../../src/schema/index-parts.ts";

test("a column is repeated where it stands twice for the same use", () => {
  expect(repeatedColumn(["a", "b", "a"])).toBe("a");
  expect(repeatedColumn(["a", { column: "a", order: "desc" }])).toBe("a");
  expect(repeatedColumn(["a", { column: "a", opclass: "gin_trgm_ops" }])).toBeUndefined();
  expect(repeatedColumn([{ expression: "lower(a)" }, { expression: "lower(a)" }])).toBeUndefined();
  expect(repeatedColumn([{ expression: "lower(a)" }, "undefined"])).toBeUndefined();
});
