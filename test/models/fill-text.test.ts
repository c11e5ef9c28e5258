import { expect, test } from "bun:test";
import { expectedText } from "../../src/models/expected-text.ts";
import { literalOfText } from "../../src/models/fill-text.ts";
import { type ColumnType, isElement } from "../../src/schema/column-type.ts";

const decimal: ColumnType = { kind: "decimal", maxDigits: 30, decimalPlaces: 2 };
const mood: ColumnType = { kind: "enum", name: "mood" };
const list = (kind: "bigInt" | "datetime" | "binary" | "text"): ColumnType => ({
  kind: "array",
  of: { kind },
});
const cases: readonly (readonly [ColumnType, text: string, expected: unknown])[] = [
  [{ kind: "int" }, "18", 18],
  [{ kind: "int" }, "1.5", undefined],
  [{ kind: "int" }, "9223372036854775807", undefined],
  [{ kind: "bigInt" }, "9223372036854775807", 9223372036854775807n],
  [{ kind: "bigInt" }, "9223372036854775808", undefined],
  [{ kind: "float" }, "-1.5e10", -1.5e10],
  [decimal, "1234567890123456789.5", "1234567890123456789.50"],
  [decimal, "1.505", undefined],
  [{ kind: "text" }, "18", "18"],
  [{ kind: "text" }, "true", "true"],
  [{ kind: "text" }, "null", "null"],
  [{ kind: "text" }, "", ""],
  [{ kind: "text" }, '"18"', "18"],
  [{ kind: "text" }, '{"a":1}', '{"a":1}'],
  [{ kind: "char", maxLength: 2 }, "abc", undefined],
  [{ kind: "boolean" }, "true", true],
  [{ kind: "boolean" }, "1", undefined],
  [{ kind: "json" }, '{"a":1}', { a: 1 }],
  [{ kind: "json" }, "a", undefined],
  [{ kind: "datetime" }, "2026-11-23", "2026-11-23T00:00:00.000Z"],
  [{ kind: "datetime" }, "2026-11-23 10:30", "2026-11-23T10:30:00.000Z"],
  [{ kind: "datetime" }, "2026-11-23T10:30:00.5+02:00", "2026-11-23T08:30:00.500Z"],
  [{ kind: "datetime" }, "2026-02-31T10:30:00Z", undefined],
  [{ kind: "datetime" }, "2026", undefined],
  [{ kind: "date" }, "2026-11-23", "2026-11-23"],
  [{ kind: "duration" }, "1000", 1000],
  [{ kind: "binary" }, "00FF", "00ff"],
  [{ kind: "binary" }, "0", undefined],
  [{ kind: "uuid" }, "0B6F1E9C-2D7A-4C1E-9A55-3F1C1F8E7A10", "0b6f1e9c-2d7a-4c1e-9a55-3f1c1f8e7a10"],
  [mood, "sad", "sad"],
  [mood, "glad", undefined],
  [list("bigInt"), '["9007199254740993", 7]', ["9007199254740993", "7"]],
  [list("datetime"), '["2026-11-23T10:30:00Z"]', ["2026-11-23T10:30:00.000Z"]],
  [list("binary"), '["00FF"]', ["00ff"]],
  [list("datetime"), '["2026"]', undefined],
  [list("text"), '["\\"x\\""]', ['"x"']],
  [list("text"), "[1]", undefined],
  [list("text"), "x", undefined],
];

for (const [type, text, expected] of cases) {
  test(`the text ${JSON.stringify(text)} as ${type.kind} is ${expected === undefined ? "nothing" : typeof expected}`, () => {
    expect<unknown>(literalOfText(type, text, ["sad", "ok"])).toEqual(expected);
  });
}

const such: readonly ColumnType[] = [
  { kind: "bigInt" },
  decimal,
  { kind: "decimal", maxDigits: 3, decimalPlaces: 0 },
  { kind: "decimal", maxDigits: 2, decimalPlaces: 2 },
  { kind: "binary" },
  { kind: "datetime" },
  { kind: "date" },
  { kind: "time" },
  { kind: "uuid" },
];

for (const type of such) {
  test(`what is said of a text for ${JSON.stringify(type)} has an example that is taken`, () => {
    const [, example = ""] = /, such as (\S+)$/.exec(expectedText(type)) ?? [];
    expect(example).not.toBe("");
    expect(literalOfText(type, example)).toBeDefined();
  });

  test(`so has what is said of a list of ${JSON.stringify(type)}`, () => {
    if (!isElement(type)) throw new Error(`${type.kind} is no element`);
    const element: ColumnType = { kind: "array", of: type };
    const [, example = ""] = /^a list in JSON, each .*, such as (".+")$/.exec(expectedText(element)) ?? [];
    expect(literalOfText(element, `[${example}]`)).toBeDefined();
  });
}

test("what is said of a text names nothing that can only be written in a program", () => {
  expect(expectedText({ kind: "bigInt" })).toBe("a whole number of 64 bits, such as 9007199254740993");
  expect(expectedText({ kind: "binary" })).toBe("bytes as hexadecimal digits, such as 00ff");
  expect(expectedText({ kind: "datetime" })).toBe(
    "a moment in the years 1 to 9999, such as 2026-01-31T12:00:00Z",
  );
  expect(expectedText(mood, ["sad", "ok"])).toBe('one of "sad", "ok"');
});
