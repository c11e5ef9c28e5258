import type { ColumnType } from "../../schema/column-type.ts";

type Decimal = ColumnType & { readonly kind: "decimal" };

/** True for text that is a number as JSON writes it (RFC 8259, 6). */
export function isNumericText(x: string): string {
  return `CASE WHEN json_valid(${x}) THEN json_type(${x}) IN ('integer', 'real') ELSE 0 END`;
}

/** True if the value has no digit beyond those of the type; `isText` says whether it is kept as text. */
export function fitsDecimal(x: string, isText: boolean, { maxDigits, decimalPlaces }: Decimal): string {
  const whole = maxDigits - decimalPlaces;
  if (!isText) return `abs(${x}) < 1e${whole} AND round(${x}, ${decimalPlaces}) = ${x}`;
  const point = `instr(${x} || '.', '.')`;
  return [
    `${isNumericText(x)} AND ${x} NOT GLOB '*[eE]*'`,
    `length(ltrim(substr(${x}, 1, ${point} - 1), '-0')) <= ${whole}`,
    `rtrim(substr(${x}, ${point} + ${decimalPlaces + 1}), '0') = ''`,
  ].join(" AND ");
}

/** The digits of a number as text, with as many after the point as the type has. */
export function decimalText(x: string, from: ColumnType, { decimalPlaces }: Decimal): string {
  if (from.kind === "float" || from.kind === "decimal") return printed(x, decimalPlaces);
  const zeros = decimalPlaces === 0 ? "" : ` || '.${"0".repeat(decimalPlaces)}'`;
  return `CAST(${x} AS TEXT)${zeros}`;
}

/** A number as text with a fixed number of digits after the point; NULL stays, which printf would take for zero. */
export function printed(x: string, decimalPlaces: number): string {
  return `CASE WHEN ${x} IS NOT NULL THEN printf('%.${decimalPlaces}f', ${x}) END`;
}

/** Decimal digits without a fraction of zeros. */
export function decimalTextToInteger(x: string): string {
  return `CASE WHEN instr(${x}, '.') > 0 THEN rtrim(rtrim(${x}, '0'), '.') ELSE ${x} END`;
}
