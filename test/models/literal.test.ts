import { describe, expect, test } from "bun:test";
import { expected, toLiteral } from "../../src/models/literal.ts";
import type { ColumnType } from "../../src/schema/column-type.ts";

const decimal: ColumnType = { kind: "decimal", maxDigits: 5, decimalPlaces: 2 };
const whole: ColumnType = { kind: "decimal", maxDigits: 3, decimalPlaces: 0 };
const fraction: ColumnType = { kind: "decimal", maxDigits: 2, decimalPlaces: 2 };
const char: ColumnType = { kind: "char", maxLength: 3 };
const of = (
  kind: Exclude<ColumnType["kind"], "decimal" | "char" | "enum" | "array" | "raw">,
): ColumnType => ({
  kind,
});

const cyclic: Record<string, unknown> = {};
cyclic.self = { cyclic };
const shared = { a: 1 };

const GOOD: [type: ColumnType, value: unknown, literal: unknown][] = [
  [of("smallInt"), -32768, -32768],
  [of("smallInt"), 32767, 32767],
  [of("int"), -2147483648, -2147483648],
  [of("int"), 2147483647, 2147483647],
  [of("int"), -0, 0],
  [of("bigInt"), 2n ** 63n - 1n, 9223372036854775807n],
  [of("bigInt"), -(2n ** 63n), -9223372036854775808n],
  [of("bigInt"), 7, 7n],
  [of("float"), 1.5e300, 1.5e300],
  [decimal, "1.5", "1.50"],
  [decimal, "-123.45", "-123.45"],
  [decimal, "007.500", "7.50"],
  [decimal, "-0.00", "0.00"],
  [decimal, "0", "0.00"],
  [whole, "999", "999"],
  [whole, "12.0", "12"],
  [fraction, "0.99", "0.99"],
  [char, "äöü", "äöü"],
  [char, "👍👍👍", "👍👍👍"],
  [of("text"), "it's \n", "it's \n"],
  [of("text"), "", ""],
  [of("binary"), new Uint8Array([0, 255]), "00ff"],
  [of("boolean"), false, false],
  [of("datetime"), new Date(0), "1970-01-01T00:00:00.000Z"],
  [of("date"), "2024-02-29", "2024-02-29"],
  [of("time"), "23:59:59", "23:59:59"],
  [of("time"), "00:00:00.123456", "00:00:00.123456"],
  [of("duration"), -1000, -1000],
  [of("uuid"), "A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"],
  [of("json"), { a: [1, null, { b: undefined, c: "x" }] }, { a: [1, null, { c: "x" }] }],
  [of("json"), [shared, shared], [{ a: 1 }, { a: 1 }]],
  [of("json"), false, false],
];

const BAD: [type: ColumnType, value: unknown][] = [
  [of("smallInt"), 32768],
  [of("smallInt"), "1"],
  [of("int"), 2147483648],
  [of("int"), 1.5],
  [of("int"), 1n],
  [of("int"), Number.NaN],
  [of("bigInt"), 2n ** 63n],
  [of("bigInt"), 2 ** 60],
  [of("bigInt"), "1"],
  [of("float"), Number.POSITIVE_INFINITY],
  [of("float"), "1"],
  [decimal, 1.5],
  [decimal, "1.234"],
  [decimal, "1234"],
  [decimal, "1e3"],
  [decimal, "NaN"],
  [decimal, ""],
  [fraction, "1.00"],
  [char, "abcd"],
  [char, 7],
  [of("text"), "a\0"],
  [of("text"), "\ud800"],
  [of("binary"), "00ff"],
  [of("binary"), [0, 255]],
  [of("boolean"), 0],
  [of("datetime"), "2024-01-01"],
  [of("datetime"), new Date(Number.NaN)],
  [of("datetime"), new Date("+012024-01-01T00:00:00Z")],
  [of("date"), "2023-02-29"],
  [of("date"), "0000-01-01"],
  [of("date"), "2024-1-1"],
  [of("date"), new Date()],
  [of("time"), "24:00:00"],
  [of("time"), "10:00"],
  [of("duration"), 1.5],
  [of("uuid"), "a0eebc99"],
  [of("json"), null],
  [of("json"), undefined],
  [of("json"), { a: 1n }],
  [of("json"), { a: new Date() }],
  [of("json"), [Number.NaN]],
  [of("json"), [undefined]],
  [of("json"), () => 1],
  [of("json"), { "a\0": 1 }],
  [of("json"), cyclic],
  [{ kind: "enum", name: "e" }, "c"],
];

describe("values as data", () => {
  test.each(GOOD)("%j: %p is %p", (type, value, literal) => {
    expect(toLiteral(type, value)).toEqual(literal as never);
    expect(Object.is(toLiteral(type, value), -0)).toBe(false);
  });

  test.each(BAD)("%j: %p is refused", (type, value) => {
    expect(toLiteral(type, value, ["a", "b"])).toBeUndefined();
  });

  test("an enum's value is one of its values", () => {
    expect(toLiteral({ kind: "enum", name: "e" }, "b", ["a", "b"])).toBe("b");
    expect(expected({ kind: "enum", name: "e" }, ["a", "b"])).toBe('one of "a", "b"');
  });

  test("a literal of JSON is a copy", () => {
    const value = { list: [1] };
    const literal = toLiteral(of("json"), value);
    value.list.push(2);
    expect(literal).toEqual({ list: [1] });
  });

  test("what is expected is said for every type", () => {
    for (const [type] of [...GOOD, ...BAD]) expect(expected(type, ["a"]).length).toBeGreaterThan(5);
  });
});
