import { arrayText } from "../dialects/array-values.ts";
import type { PortableValue } from "../dialects/values.ts";
import type { ColumnType } from "../schema/column-type.ts";
import type { Schema } from "../schema/schema.ts";

/** How many rows of samples a table gets at most; the last one holds NULL wherever it may. */
export const SAMPLE_ROWS = 3;

/** How many forms of a sample there are to try, so that one may pass the checks of a table. */
export const SAMPLE_FORMS = 4;

/**
 * The sample number `position` of a type, the same for one type wherever it is used; undefined where there is none.
 * Texts are digits at first, so that they survive as many changes of type as can be.
 */
export function sampleValue(
  type: ColumnType,
  position: number,
  form: number,
  schema: Schema,
): PortableValue | undefined {
  const number = position + 1;
  const sized = [number, number + 20, number + 1000, -number][form] ?? number;
  switch (type.kind) {
    case "smallInt":
    case "int":
      return sized;
    case "bigInt":
      return BigInt(sized);
    case "float":
      return sized + 0.5;
    case "decimal":
      return sampleDecimal(type.maxDigits, type.decimalPlaces, number, sized);
    case "char":
      return sampleText(number, form).slice(-type.maxLength);
    case "text":
      return sampleText(number, form);
    case "binary":
      return new Uint8Array([number]);
    case "boolean":
      return (position + form) % 2 === 1;
    case "datetime":
      return new Date(Date.UTC(2024, 1, number, 10, 20, 30, 456));
    case "date":
      return `2024-02-0${number}`;
    case "time":
      return `0${number}:20:30`;
    case "duration":
      return number * 90_061_001;
    case "uuid":
      return `00000000-0000-4000-8000-00000000000${number}`;
    case "json":
      return JSON.stringify({ sample: number });
    case "enum":
      return schema.enums.get(type.name)?.values[(position + form) % enumSize(type.name, schema)];
    case "array": {
      const element = sampleValue(type.of, position, form, schema);
      return arrayText(element === undefined ? [] : [element]);
    }
    case "raw":
      // What many types take; where none of the forms will do, the table stays without rows.
      return sampleText(number, form);
    default:
      return undefined;
  }
}

function sampleText(number: number, form: number): string {
  return [`${number}`, `sample ${number}`, `sample@example.com${number}`, `S${number}`][form] ?? `${number}`;
}

/** Within the digits of the type; `small` where there is no room for more. */
function sampleDecimal(maxDigits: number, places: number, small: number, sized: number): string {
  const whole = maxDigits - places;
  if (whole === 0) return `0.${String(small).padStart(places, "0")}`;
  const value = String(Math.abs(sized)).length <= whole ? sized : small;
  return places === 0 ? String(value) : `${value}.${"0".repeat(places)}`;
}

function enumSize(name: string, schema: Schema): number {
  return Math.max(1, schema.enums.get(name)?.values.length ?? 1);
}
