import type { ColumnType } from "../../schema/column-type.ts";
import { isTextDecimal } from "./types.ts";

type Decimal = ColumnType & { readonly kind: "decimal" };

/** True for text that is a number as JSON writes it (RFC 8259, 6). */
export function isNumericText(x: string): string {
  return `CASE WHEN json_valid(${x}) THEN json_type(${x}) IN ('integer', 'real') ELSE 0 END`;
}

/** True if the value has no digit beyond those of the type; a number with a fraction also has to survive as text. */
export function fitsDecimal(x: string, from: ColumnType, to: Decimal): string {
  const { decimalPlaces } = to;
  const whole = to.maxDigits - decimalPlaces;
  if (isNumber(from)) {
    // abs() fails for the smallest integer, and round() makes a double of an integer.
    const bounds = `${x} < 1e${whole} AND ${x} > -1e${whole}`;
    if (isWhole(from)) return bounds;
    const exact = `${bounds} AND round(${x}, ${decimalPlaces}) = ${x}`;
    return isTextDecimal(to) ? `${exact} AND CAST(${decimalText(x, from, to)} AS REAL) = ${x}` : exact;
  }
  const point = `instr(${x} || '.', '.')`;
  return [
    `${isNumericText(x)} AND ${x} NOT GLOB '*[eE]*'`,
    `length(ltrim(substr(${x}, 1, ${point} - 1), '-0')) <= ${whole}`,
    `rtrim(substr(${x}, ${point} + ${decimalPlaces + 1}), '0') = ''`,
  ].join(" AND ");
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
