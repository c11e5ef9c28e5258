import type { ColumnType } from "../../schema/column-type.ts";
import { hasTooManyDigits, isNumericText } from "./numeric-text.ts";
import { isTextDecimal } from "./types.ts";

type Decimal = ColumnType & { readonly kind: "decimal" };

/** True if the value has no digit beyond those of the type; a number with a fraction also has to survive as text. */
export function fitsDecimal(x: string, from: ColumnType, to: Decimal): string {
  const { decimalPlaces } = to;
  const whole = to.maxDigits - decimalPlaces;
  if (isNumber(from)) {
    // abs() fails for the smallest integer, and round() makes a double of an integer.
    const bounds = `${x} < 1e${whole} AND ${x} > -1e${whole}`;
    if (isWhole(from)) return bounds;
    const exact = `${bounds} AND round(${x}, ${decimalPlaces}) = ${x}`;
    if (!isTextDecimal(to)) return exact;
    const text = decimalText(x, from, to);
    return `${exact} AND CAST(${text} AS REAL) = ${x} AND NOT ${hasTooManyDigits(text)}`;
  }
  const number = trimmed(x);
  const point = pointIn(number);
  return [
    `${isNumericText(x)} AND ${x} NOT GLOB '*[eE]*'`,
    `length(ltrim(substr(${number}, 1, ${point} - 1), '-0')) <= ${whole}`,
    `rtrim(substr(${number}, ${point} + ${decimalPlaces + 1}), '0') = ''`,
  ].join(" AND ");
}

/**
 * Text that fits the type, in the one form that the values of the type have: with all its places, and without a sign
 * before zero. Only so are equal numbers equal texts. A number of JSON has no other needless sign or zero.
 */
export function canonicalText(x: string, { decimalPlaces }: Decimal): string {
  const number = trimmed(x);
  const point = pointIn(number);
  const zero = `'0'${decimalPlaces === 0 ? "" : ` || '.'${zeros(decimalPlaces)}`}`;
  const places = `substr(substr(${number}, ${point} + 1)${zeros(decimalPlaces)}, 1, ${decimalPlaces})`;
  const digits = `substr(${number}, 1, ${point} - 1)${decimalPlaces === 0 ? "" : ` || '.' || ${places}`}`;
  return `CASE WHEN trim(${number}, '-0.') = '' THEN ${zero} ELSE ${digits} END`;
}

/** Without the space that JSON allows around a number. */
function trimmed(x: string): string {
  return `trim(${x}, ' ' || char(9, 10, 13))`;
}

/** The position of the point, or the one after the last digit. */
function pointIn(number: string): string {
  return `instr(${number} || '.', '.')`;
}

/** The digits of a number as text, with as many after the point as the type has. */
export function decimalText(x: string, from: ColumnType, { decimalPlaces }: Decimal): string {
  if (isWhole(from)) {
    return `CAST(${x} AS TEXT)${decimalPlaces === 0 ? "" : ` || '.'${zeros(decimalPlaces)}`}`;
  }
  if (from.kind === "decimal") {
    const own = Math.min(from.decimalPlaces, decimalPlaces);
    const point = own === 0 && decimalPlaces > 0 ? " || '.'" : "";
    return `${printed(x, `${own}`)}${point}${zeros(decimalPlaces - own)}`;
  }
  // A double has 15 digits that mean something: those after the point are what the whole part leaves of them.
  const own = `max(0, min(${decimalPlaces}, 15 - length(printf('%.0f', abs(${x})))))`;
  const point = decimalPlaces === 0 ? "" : ` || CASE ${own} WHEN 0 THEN '.' ELSE '' END`;
  const padding = decimalPlaces === 0 ? "" : ` || substr('${"0".repeat(decimalPlaces)}', 1 + ${own})`;
  return `${printed(x, own)}${point}${padding}`;
}

/**
 * A number as text with so many digits after the point. printf would take NULL for zero, and gives digits beyond the
 * 15 that are exact where it is asked for more.
 */
export function printed(x: string, decimalPlaces: string): string {
  return `CASE WHEN ${x} IS NOT NULL THEN printf('%.*f', ${decimalPlaces}, ${x}) END`;
}

function isNumber(type: ColumnType): boolean {
  return isWhole(type) || type.kind === "float" || (type.kind === "decimal" && !isTextDecimal(type));
}

function isWhole({ kind }: ColumnType): boolean {
  return kind === "smallInt" || kind === "int" || kind === "bigInt" || kind === "duration";
}

function zeros(count: number): string {
  return count === 0 ? "" : ` || '${"0".repeat(count)}'`;
}

/** Decimal digits without a fraction of zeros. */
export function decimalTextToInteger(x: string): string {
  return `CASE WHEN instr(${x}, '.') > 0 THEN rtrim(rtrim(${x}, '0'), '.') ELSE ${x} END`;
}
