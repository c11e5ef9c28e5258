import type { ColumnType } from "../schema/column-type.ts";
import { exampleOf, expected } from "./literal.ts";

/** What a text has to be for `literalOfText`, in words that follow "must be". */
export function expectedText(type: ColumnType, values: readonly string[] = []): string {
  return type.kind === "array"
    ? `a list in JSON, each element ${written(type.of, values, true)}`
    : written(type, values, false);
}

/** An element stands in the quotes of JSON where it is no value of JSON. */
function written(type: ColumnType, values: readonly string[], quoted: boolean): string {
  const such = (text: string) => `such as ${quoted ? JSON.stringify(text) : text}`;
  switch (type.kind) {
    case "bigInt":
      return `a whole number of 64 bits, ${such("9007199254740993")}`;
    case "decimal": {
      const { maxDigits, decimalPlaces } = type;
      return `a number of at most ${maxDigits} digits, ${decimalPlaces} of them after the point, ${such(exampleOf(type))}`;
    }
    case "binary":
      return `bytes as hexadecimal digits, ${such("00ff")}`;
    case "datetime":
      return `a moment in the years 1 to 9999, ${such("2026-01-31T12:00:00Z")}`;
    case "date":
      return `a day as YYYY-MM-DD, ${such("2026-01-31")}`;
    case "time":
      return `a time of day as HH:MM:SS, ${such("12:00:00")}`;
    case "uuid":
      return `a UUID, ${such("0b6f1e9c-2d7a-4c1e-9a55-3f1c1f8e7a10")}`;
    default:
      return expected(type, values);
  }
}
