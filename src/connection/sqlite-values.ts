import { DatabaseError } from "../errors.ts";
import type { DatabaseValue } from "./connection.ts";

/** What bun:sqlite binds without changing it. */
export type SqliteBinding = string | number | bigint | null | Uint8Array;

const MAX_INT64 = 2n ** 63n - 1n;
const MIN_INT64 = -(2n ** 63n);

/**
 * A parameter as SQLite keeps it: booleans as 0 and 1, a Date as UTC text (`2026-01-31 12:00:00.000`), objects and
 * arrays as JSON text.
 * @throws DatabaseError for what the driver would silently turn into NULL: undefined, NaN, a symbol, a function
 */
export function toSqliteBinding(value: unknown, position: number): SqliteBinding {
  if (value === null || typeof value === "string" || value instanceof Uint8Array) return value;
  if (typeof value === "boolean") return value ? 1 : 0;
  if (typeof value === "number" && !Number.isNaN(value)) return value;
  if (typeof value === "bigint" && value >= MIN_INT64 && value <= MAX_INT64) return value;
  if (value instanceof Date && !Number.isNaN(value.getTime())) {
    return value.toISOString().replace("T", " ").replace("Z", "");
  }
  if (typeof value === "object" && !(value instanceof Date)) return JSON.stringify(value);
  const shown =
    value instanceof Date ? "an invalid date" : typeof value === "symbol" ? "a symbol" : String(value);
  throw new DatabaseError(`parameter ${position} cannot be stored: ${shown}`);
}

/** A value of a row: integers become numbers where a number holds them exactly. */
export function fromSqliteValue(value: SqliteBinding): DatabaseValue {
  if (typeof value !== "bigint") return value;
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}
