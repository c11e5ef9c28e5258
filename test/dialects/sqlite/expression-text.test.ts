import { expect, test } from "bun:test";
import {
  canonicalExpression,
  containsWord,
  withShortNames,
} from "../../../src/dialects/sqlite/expression-text.ts";
import { tokenize } from "../../../src/dialects/sqlite/tokenizer.ts";

test("tokens know the four quotes, blobs, numbers and comments", () => {
  const sql = `a "b""c" [d]e] \`f\`\`g\` 'it''s' x'00' 1.5e-3 .5 0x1F -- no '\n /* " */ <> ||`;
  expect(tokenize(sql).map(({ kind, name }) => `${kind}:${name}`)).toEqual([
    ...["word:a", 'quoted:b"c', "quoted:d", "word:e", "symbol:]", "quoted:f`g", "string:it's", "string:'00"],
    ...["number:1.5e-3", "number:.5", "number:0x1F", "symbol:<>", "symbol:||"],
  ]);
  expect(() => tokenize("a 'b")).toThrow("a quote is not closed");
});

test("spaces, comments and outer parentheses do not count, anything else does", () => {
  const same = [
    "a>0 AND f( b , 'x  y')",
    "((a > 0 and f(b, 'x  y')))",
    "( a>0 /* why */ AND f (b,'x  y') ) -- so",
  ];
  expect(canonicalExpression(same[0] ?? "")).toBe("a > 0 AND f(b, 'x  y')");
  expect(canonicalExpression(same[2] ?? "")).toBe(canonicalExpression(same[0] ?? ""));
  expect(canonicalExpression(same[1] ?? "")).not.toBe(canonicalExpression(same[0] ?? ""));
  expect(canonicalExpression("(a) OR (b)")).toBe("(a) OR (b)");
  expect(canonicalExpression("'x y'")).not.toBe(canonicalExpression("'x  y'"));
  const once = canonicalExpression("(x IN (1,- 2)) AND -1 < y");
  expect(canonicalExpression(once)).toBe(once);
});

test("a keyword in a text or a quoted name is none", () => {
  expect(containsWord("(SELECT 1)", "select")).toBe(true);
  expect(containsWord(`'select' || "select"`, "select")).toBe(false);
});

test("names are shortened as those of columns are", () => {
  const long = "n".repeat(70);
  const short = withShortNames(`"${long}" > '${long}'`);
  expect(short).toMatch(/^"n+_[0-9a-f]{10}" > '/);
  expect(short).toEndWith(`'${long}'`);
});
