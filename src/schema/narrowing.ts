import type { ColumnKind, ColumnType } from "./column-type.ts";
import { dataEqual } from "./compare.ts";

/** The integers by how much they hold; their digits, and their characters with a sign. */
const INTEGERS: readonly ColumnKind[] = ["smallInt", "int", "bigInt"];
const DIGITS: Partial<Record<ColumnKind, number>> = { smallInt: 5, int: 10, bigInt: 19 };

/** True where not every value of a type is the same value in the other one. */
export function narrows(from: ColumnType, to: ColumnType): boolean {
  if (dataEqual(from, to)) return false;
  const digits = DIGITS[from.kind];
  switch (to.kind) {
    case "smallInt":
    case "int":
    case "bigInt":
      return from.kind !== "boolean" && !(digits !== undefined && rank(from.kind) < rank(to.kind));
    case "float":
      return from.kind !== "smallInt" && from.kind !== "int";
    case "decimal": {
      const whole = to.maxDigits - to.decimalPlaces;
      if (from.kind !== "decimal") return digits === undefined || digits > whole;
      return from.decimalPlaces > to.decimalPlaces || from.maxDigits - from.decimalPlaces > whole;
    }
    case "char":
      if (from.kind === "char") return from.maxLength > to.maxLength;
      return digits === undefined || digits + 1 > to.maxLength;
    case "text":
      return from.kind === "binary" || from.kind === "raw";
    case "datetime":
      return from.kind !== "date";
    case "json":
      return digits === undefined && from.kind !== "boolean";
    case "array":
      return from.kind !== "array" || narrows(from.of, to.of);
    default:
      return true;
  }
}

function rank(kind: ColumnKind): number {
  return INTEGERS.indexOf(kind);
}
