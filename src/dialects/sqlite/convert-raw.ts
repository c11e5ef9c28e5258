import { type ColumnType, isInteger } from "../../schema/column-type.ts";
import { rawTypeFor } from "../../schema/raw-type.ts";
import type { Conversion } from "./convert.ts";
import { declaredType, isTextDecimal, parseType } from "./types.ts";

/** The type of a field that a declared type stands for, or the raw type itself. */
export function meaningOf(type: ColumnType): ColumnType {
  return type.kind === "raw" ? (parseType(rawTypeFor(type.type, "sqlite")) ?? type) : type;
}

/** A value goes as it is into a column of a declared type, unless the column would make another one of it. */
export function intoRaw(x: string, to: ColumnType): Conversion {
  return { expression: x, refused: CHANGED[affinityOf(declaredType(to))](x) };
}

/**
 * How to look at the values of a column that may hold anything: as those of a type of field from which there is a conversion to
 * `to`, and what is none of them.
 */
export function asStored(x: string, to: ColumnType): { type: ColumnType; refused: string } {
  if (isInteger(to) || to.kind === "boolean" || to.kind === "duration") {
    return { type: { kind: "bigInt" }, refused: `typeof(${x}) <> 'integer'` };
  }
  if (to.kind === "float" || (to.kind === "decimal" && !isTextDecimal(to))) {
    return { type: { kind: "float" }, refused: `typeof(${x}) NOT IN ('integer', 'real')` };
  }
  if (to.kind === "binary") return { type: { kind: "binary" }, refused: `typeof(${x}) <> 'blob'` };
  return { type: { kind: "text" }, refused: `typeof(${x}) <> 'text'` };
}

type Affinity = "integer" | "text" | "blob" | "real" | "numeric";

/** https://www.sqlite.org/datatype3.html, 3.1. */
function affinityOf(declared: string): Affinity {
  if (/INT/i.test(declared)) return "integer";
  if (/CHAR|CLOB|TEXT/i.test(declared)) return "text";
  if (declared === "" || /BLOB/i.test(declared)) return "blob";
  return /REAL|FLOA|DOUB/i.test(declared) ? "real" : "numeric";
}

/** Text that is a number becomes one; other text is greater than every number, whatever its affinity. */
const isNumber = (x: string) => `(typeof(${x}) = 'text' AND NOT ${x} > CAST(9e999 AS NUMERIC))`;

/** True for a value that a column of that affinity would change (https://www.sqlite.org/datatype3.html, 3). */
const CHANGED: Readonly<Record<Affinity, (x: string) => string | undefined>> = {
  blob: () => undefined,
  text: (x) => `typeof(${x}) IN ('integer', 'real')`,
  integer: isNumber,
  numeric: isNumber,
  real: (x) => `${isNumber(x)} OR typeof(${x}) = 'integer' AND CAST(CAST(${x} AS REAL) AS INTEGER) <> ${x}`,
};
