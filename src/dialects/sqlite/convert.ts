import type { ColumnKind, ColumnType } from "../../schema/column-type.ts";
import { canonicalText, decimalText, decimalTextToInteger, fitsDecimal, printed } from "./convert-decimal.ts";
import { floatText, isFloatText } from "./convert-float.ts";
import { floatToJson, jsonToBoolean, jsonToNumber, textToJson } from "./convert-json.ts";
import { timeToDuration, toMoment } from "./convert-moment.ts";
import { asStored, intoRaw, meaningOf } from "./convert-raw.ts";
import { hasTooManyDigits } from "./numeric-text.ts";
import { isTextDecimal } from "./types.ts";

/**
 * How the value of the SQL `x` becomes a value of another type. `refused` is true for values other than NULL that would
 * not survive: a plain CAST turns 'abc' into 0 without a word (https://www.sqlite.org/lang_expr.html#castexpr).
 */
export interface Conversion {
  readonly expression: string;
  readonly refused?: string | undefined;
}

const TEXTS: ReadonlySet<ColumnKind> = new Set(["char", "text"]);
const INTEGERS: ReadonlySet<ColumnKind> = new Set(["smallInt", "int", "bigInt", "duration"]);
const NUMBERS: ReadonlySet<ColumnKind> = new Set(["smallInt", "int", "bigInt", "float", "decimal"]);
/** A duration has as many milliseconds as PostgreSQL's microseconds of 64 bits allow. */
const LIMITS: Partial<Record<ColumnKind, bigint>> = {
  smallInt: 2n ** 15n,
  int: 2n ** 31n,
  bigInt: 2n ** 63n,
  duration: 9_223_372_036_854_776n,
};

/** The conversion of a value of type `from` to type `to`; everything is refused where there is none. */
export function convert(x: string, before: ColumnType, after: ColumnType): Conversion {
  const [from, to] = [meaningOf(before), meaningOf(after)];
  if (to.kind === "raw") return intoRaw(x, to);
  if (from.kind === "raw") {
    const stored = asStored(x, to);
    const { expression, refused } = convert(x, stored.type, to);
    return {
      expression,
      refused: refused === undefined ? stored.refused : `${stored.refused} OR ${refused}`,
    };
  }
  if (from.kind === "json" && NUMBERS.has(to.kind)) return jsonToNumber(x, (type) => convert(x, type, to));
  if (from.kind === "boolean" && NUMBERS.has(to.kind)) return convert(x, { kind: "smallInt" }, to);
  if (INTEGERS.has(to.kind)) return toInteger(x, from, to);
  switch (to.kind) {
    case "float":
      return toFloat(x, from);
    case "decimal":
      return toDecimal(x, from, to);
    case "char":
    case "text":
      return toText(x, from, to);
    case "boolean":
      return toBoolean(x, from);
    case "datetime":
    case "date":
    case "time":
      return toMoment(x, from.kind, to.kind) ?? impossible(x);
    case "uuid":
      return from.kind === "uuid"
        ? { expression: x }
        : fromText(x, from, `lower(${x})`, `lower(${x}) NOT GLOB '${UUID}'`);
    case "json":
      return toJson(x, from);
    default:
      return from.kind === to.kind ? { expression: x } : impossible(x);
  }
}

const HEX = "[0-9a-f]";
const UUID = [8, 4, 4, 4, 12].map((count) => HEX.repeat(count)).join("-");

function impossible(x: string): Conversion {
  return { expression: x, refused: "1" };
}

function fromText(x: string, from: ColumnType, expression: string, refused: string): Conversion {
  return TEXTS.has(from.kind) ? { expression, refused } : impossible(x);
}

function toInteger(x: string, from: ColumnType, to: ColumnType): Conversion {
  const limit = LIMITS[to.kind] ?? 0n;
  const outside = (value: string) => `${value} NOT BETWEEN ${-limit} AND ${limit - 1n}`;
  if (INTEGERS.has(from.kind)) {
    const fits = (LIMITS[from.kind] ?? 0n) <= limit;
    return { expression: x, refused: fits ? undefined : outside(x) };
  }
  if (from.kind === "time" && to.kind === "duration") return timeToDuration(x);
  const text = isTextDecimal(from) ? decimalTextToInteger(x) : x;
  const cast = `CAST(${text} AS INTEGER)`;
  if (isTextDecimal(from) || TEXTS.has(from.kind)) {
    return { expression: cast, refused: `CAST(${cast} AS TEXT) <> ${text} OR ${outside(cast)}` };
  }
  if (from.kind === "float" || from.kind === "decimal")
    return { expression: cast, refused: `${cast} <> ${x} OR ${outside(cast)}` };
  return impossible(x);
}

function toFloat(x: string, from: ColumnType): Conversion {
  const cast = `CAST(${x} AS REAL)`;
  if (from.kind === "float") return { expression: x };
  // An integer and a double are compared exactly; the cast back would end at the greatest integer.
  if (INTEGERS.has(from.kind)) return { expression: cast, refused: `${cast} <> ${x}` };
  if (from.kind === "decimal") {
    return { expression: cast, refused: isTextDecimal(from) ? hasTooManyDigits(x) : undefined };
  }
  return fromText(x, from, cast, `NOT (${isFloatText(x)})`);
}

function toDecimal(x: string, from: ColumnType, to: ColumnType & { kind: "decimal" }): Conversion {
  const isText = isTextDecimal(from) || TEXTS.has(from.kind);
  if (!isText && !INTEGERS.has(from.kind) && from.kind !== "float" && from.kind !== "decimal")
    return impossible(x);
  const refused = fitsDecimal(x, from, to);
  if (isText) {
    const expression = isTextDecimal(to) ? canonicalText(x, to) : `CAST(${x} AS NUMERIC)`;
    return { expression, refused: `NOT (${refused})` };
  }
  if (!isTextDecimal(to)) return { expression: x, refused: `NOT (${refused})` };
  return { expression: decimalText(x, from, to), refused: `NOT (${refused})` };
}

function toText(x: string, from: ColumnType, to: ColumnType & { kind: "char" | "text" }): Conversion {
  const { expression, refused } = asText(x, from);
  const shorter = to.kind === "char" && !(from.kind === "char" && from.maxLength <= to.maxLength);
  const tooLong = shorter ? [`length(${expression}) > ${to.maxLength}`] : [];
  const all = [...(refused === undefined ? [] : [refused]), ...tooLong];
  return { expression, refused: all.length === 0 ? undefined : all.join(" OR ") };
}

function asText(x: string, from: ColumnType): Conversion {
  const cast = `CAST(${x} AS TEXT)`;
  switch (from.kind) {
    case "char":
    case "text":
      return { expression: x };
    case "binary":
      return impossible(x);
    case "boolean":
      return {
        expression: `CASE ${x} WHEN 1 THEN 'true' WHEN 0 THEN 'false' END`,
        refused: `${x} NOT IN (0, 1)`,
      };
    case "float": {
      const text = floatText(x);
      return { expression: text, refused: `CAST(${text} AS REAL) <> ${x}` };
    }
    case "decimal":
      return isTextDecimal(from) ? { expression: x } : { expression: printed(x, `${from.decimalPlaces}`) };
    default:
      return { expression: cast };
  }
}

function toBoolean(x: string, from: ColumnType): Conversion {
  if (from.kind === "boolean") return { expression: x };
  if (from.kind === "json") return jsonToBoolean(x);
  if (NUMBERS.has(from.kind)) {
    const number = isTextDecimal(from) ? decimalTextToInteger(x) : x;
    const digits = isTextDecimal(from) ? "'0', '1'" : "0, 1";
    return { expression: `CAST(${number} AS INTEGER)`, refused: `${number} NOT IN (${digits})` };
  }
  const known = `CASE lower(${x}) WHEN 'true' THEN 1 WHEN 't' THEN 1 WHEN '1' THEN 1 WHEN 'false' THEN 0 WHEN 'f' THEN 0 WHEN '0' THEN 0 END`;
  return fromText(x, from, known, `${known} IS NULL`);
}

function toJson(x: string, from: ColumnType): Conversion {
  if (from.kind === "json") return { expression: x };
  if (from.kind === "float") return floatToJson(x);
  if (from.kind === "boolean") return asText(x, from);
  if (isTextDecimal(from)) return textToJson(decimalTextToInteger(x));
  if (TEXTS.has(from.kind)) return textToJson(x);
  return NUMBERS.has(from.kind) ? { expression: x } : impossible(x);
}
