import { isNumericText, significantDigits } from "./numeric-text.ts";

/** A double as text, with as few digits as lead back to it: 15 are enough for most, and 17 for all. */
export function floatText(x: string): string {
  const [fifteen, sixteen, seventeen] = [15, 16, 17].map((digits) => `printf('%!.${digits}g', ${x})`);
  const leadsBack = (text = "") => `CAST(${text} AS REAL) = ${x}`;
  // printf would take NULL for zero.
  return (
    `CASE WHEN ${leadsBack(fifteen)} THEN ${fifteen} WHEN ${leadsBack(sixteen)} THEN ${sixteen} ` +
    `WHEN ${x} IS NOT NULL THEN ${seventeen} END`
  );
}

/**
 * True for text that is a number and no other one as a double. Its digits are those of the double's own text, or all 17
 * that SQLite writes: what a double is exactly may have hundreds of them.
 */
export function isFloatText(x: string): string {
  const float = `CAST(${x} AS REAL)`;
  const own = [floatText(float), `CAST(${float} AS TEXT)`].map(significantDigits).join(", ");
  return `${isNumericText(x)} AND ${significantDigits(x)} IN (${own})`;
}
