import { describe, expect, test } from "bun:test";
import { parenthesize } from "../../src/dialects/base-renderer.ts";
import { postgresRenderer as sql } from "../../src/dialects/postgres/renderer.ts";
import type { ColumnType } from "../../src/schema/column-type.ts";
import type { Literal } from "../../src/schema/expression.ts";

describe("identifiers and texts", () => {
  test("quotes are doubled, long names shortened", () => {
    expect(sql.quote(`a"b`)).toBe(`"a""b"`);
    expect(Buffer.byteLength(sql.quote("ä".repeat(40)))).toBeLessThanOrEqual(65);
    expect(sql.quote("x".repeat(64))).not.toBe(sql.quote("x".repeat(65)));
  });
  test("empty names and NUL are refused", () => {
    expect(() => sql.quote("")).toThrow("an identifier is empty");
    expect(() => sql.quote("a\0b")).toThrow("NUL");
    expect(() => sql.quoteText("a\0b")).toThrow("NUL");
  });
  test("texts", () => {
    expect(sql.quoteText("it's")).toBe("'it''s'");
    expect(sql.quoteText("\\'")).toBe("E'\\\\'''");
  });
  test("a comment at the end does not hide the parenthesis", () => {
    expect(parenthesize("a > 1 -- why")).toBe("(a > 1 -- why\n)");
  });
});

describe("literals", () => {
  const good: [ColumnType["kind"], Literal, string][] = [
    ["int", -1, "-1"],
    ["bigInt", 2n ** 62n, "4611686018427387904"],
    ["float", 1e300, "1e+300"],
    ["boolean", true, "TRUE"],
    ["text", null, "NULL"],
    ["json", "x", `'"x"'`],
    ["json", [1, { a: "'" }], `'[1,{"a":"''"}]'`],
    ["duration", 0.5, "'0.5 milliseconds'::interval"],
    ["binary", "", "E'\\\\x'::bytea"],
    ["uuid", "x", "'x'"],
  ];
  test.each(good)("%s %p", (kind, value, text) => {
    expect(sql.literal(value, typeOf(kind))).toBe(text);
  });

  const bad: [ColumnType["kind"], Literal][] = [
    ["int", 1.5],
    ["int", 2 ** 60],
    ["int", "1; DROP TABLE x"],
    ["float", Number.NaN],
    ["decimal", "1e5; --"],
    ["boolean", 1],
    ["text", 1],
    ["binary", "xyz"],
    ["binary", "abc"],
    ["duration", "1 day"],
    ["datetime", 0],
  ];
  test.each(bad)("%s %p is refused", (kind, value) => {
    expect(() => sql.literal(value, typeOf(kind))).toThrow(`is no value of the type ${kind}`);
  });
});

function typeOf(kind: ColumnType["kind"]): ColumnType {
  switch (kind) {
    case "char":
      return { kind, maxLength: 10 };
    case "decimal":
      return { kind, maxDigits: 10, decimalPlaces: 2 };
    case "enum":
      return { kind, name: "e" };
    case "array":
      return { kind, of: { kind: "int" } };
    case "raw":
      return { kind, type: "point" };
    default:
      return { kind };
  }
}
