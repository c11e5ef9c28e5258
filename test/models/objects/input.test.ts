import { expect, test } from "bun:test";
import type { ColumnMeta, ModelMeta } from "../../../src/models/meta.ts";
import { valueToCompare, valueToWrite } from "../../../src/models/objects/input.ts";
import type { ColumnType } from "../../../src/schema/column-type.ts";

const MODEL: ModelMeta = { name: "Model", table: "model", columns: [], ordering: [] };

function columnOf(type: ColumnType, nullable = false): ColumnMeta {
  const flags = { primaryKey: false, autoIncrement: false, hasDatabaseDefault: false };
  return { attribute: "field", column: "field", type, nullable, ...flags };
}

const write = (type: ColumnType, value: unknown) => valueToWrite(MODEL, columnOf(type), value);

const DECIMAL: ColumnType = { kind: "decimal", maxDigits: 5, decimalPlaces: 2 };
const WHOLE: ColumnType = { kind: "decimal", maxDigits: 3, decimalPlaces: 0 };

test("values take one canonical form", () => {
  const cases: [ColumnType, unknown, unknown][] = [
    [{ kind: "int" }, 5n, 5],
    [{ kind: "int" }, -0, 0],
    [{ kind: "bigInt" }, 5, 5n],
    [DECIMAL, "1", "1.00"],
    [DECIMAL, "-001.5", "-1.50"],
    [DECIMAL, "+999.990", "999.99"],
    [DECIMAL, "-0.00", "0.00"],
    [DECIMAL, ".5", "0.50"],
    [DECIMAL, "5.", "5.00"],
    [DECIMAL, 0.1, "0.10"],
    [DECIMAL, 7n, "7.00"],
    [WHOLE, "100.0", "100"],
    [{ kind: "time" }, "09:05", "09:05:00"],
    [{ kind: "time" }, "09:05:01.2500", "09:05:01.25"],
    [{ kind: "json" }, { a: undefined, b: [1] }, '{"b":[1]}'],
    [{ kind: "json" }, null, "null"],
  ];
  for (const [type, value, form] of cases) expect(write(type, value)).toEqual(form as never);
  expect(valueToWrite(MODEL, columnOf({ kind: "json" }, true), null)).toBeNull();
});

test("what a column cannot hold is refused, never rounded or cut", () => {
  const cyclic: Record<string, unknown> = {};
  cyclic.self = cyclic;
  const cases: [ColumnType, unknown, string][] = [
    [{ kind: "smallInt" }, 32768, "a whole number from -32768 to 32767, got 32768 (number)"],
    [{ kind: "int" }, "5", 'got "5"'],
    [{ kind: "int" }, Number.NaN, "got NaN"],
    [{ kind: "int" }, true, "got true"],
    [{ kind: "bigInt" }, 2 ** 53, "a bigint"],
    [{ kind: "bigInt" }, 2n ** 63n, "at most 64 bits"],
    [{ kind: "float" }, Number.POSITIVE_INFINITY, "a finite number"],
    [DECIMAL, "1.005", "at most 3 digits before the point and 2 after it"],
    [DECIMAL, "1000", "at most 3 digits before the point"],
    [DECIMAL, "1e2", "a decimal as text"],
    [DECIMAL, ".", "a decimal as text"],
    [DECIMAL, "", "a decimal as text"],
    [DECIMAL, "12 ", "a decimal as text"],
    [DECIMAL, Number.NaN, "a decimal as text"],
    [{ kind: "char", maxLength: 2 }, "💥💥💥", "3 characters, the most is 2"],
    [{ kind: "text" }, "a\0b", "contains the character NUL"],
    [{ kind: "text" }, "\ud800", "half of a surrogate pair"],
    [{ kind: "binary" }, [1, 2], "a Uint8Array, got a Array"],
    [{ kind: "boolean" }, 1, "true or false"],
    [{ kind: "datetime" }, "2026-01-01", "a Date"],
    [{ kind: "datetime" }, new Date(Number.NaN), "the Date is invalid"],
    [{ kind: "datetime" }, new Date("+010000-01-01T00:00:00Z"), "outside the years"],
    [{ kind: "date" }, "2026-02-29", "a day as text"],
    [{ kind: "date" }, "2026-13-01", "a day as text"],
    [{ kind: "date" }, "0000-01-01", "a day as text"],
    [{ kind: "date" }, new Date(), "a day as text"],
    [{ kind: "time" }, "24:00:00", "a time of day"],
    [{ kind: "time" }, "10:00:00.1234567", "a time of day"],
    [{ kind: "duration" }, 1.5, "a whole number of milliseconds"],
    [{ kind: "uuid" }, "0e37df36", "a UUID"],
    [{ kind: "json" }, undefined, "the value is undefined"],
    [{ kind: "json" }, { a: [1, { b: 1n }] }, ".a[1].b is a bigint"],
    [{ kind: "json" }, { at: new Date() }, ".at is a Date"],
    [{ kind: "json" }, [Number.NaN], "[0] is NaN"],
    [{ kind: "json" }, [undefined], "[0] is undefined"],
    [{ kind: "json" }, { "\0": 1 }, "a key contains the character NUL"],
    [{ kind: "json" }, cyclic, ".self contains itself"],
    [{ kind: "text" }, null, "must not be null"],
  ];
  for (const [type, value, message] of cases) {
    expect(() => write(type, value)).toThrow(message);
    expect(() => write(type, value)).toThrow("Model.field");
  }
});

test("a condition takes what is only too large for the column", () => {
  expect(valueToCompare(MODEL, columnOf({ kind: "smallInt" }), 2 ** 40)).toBe(2n ** 40n);
  expect(valueToCompare(MODEL, columnOf({ kind: "char", maxLength: 1 }), "abc")).toBe("abc");
  expect(() => valueToCompare(MODEL, columnOf({ kind: "char", maxLength: 1 }), 5)).toThrow(
    "Model.field: expected text",
  );
});
