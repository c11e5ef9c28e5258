import type { ColumnType } from "../../schema/column-type.ts";
import { parseArray } from "../array-values.ts";
import { quoteWholeTable } from "../quoting.ts";
import {
  type ComparisonOperator,
  type DatabaseValues,
  type Direction,
  PLAIN,
  parseJson,
  type StoredValue,
  toBigInt,
  type ValueCodec,
} from "../values.ts";
import { isTextDecimal } from "./types.ts";

/** Values on SQLite, which knows integers, floats, text and bytes (https://www.sqlite.org/datatype3.html). */
export const sqliteValues: DatabaseValues = {
  // SQLITE_MAX_VARIABLE_NUMBER (https://www.sqlite.org/limits.html).
  maxParameters: 32_766,
  quoteTable: quoteWholeTable,
  placeholder: (position) => `?${position}`,
  // Takes the lock at once: a transaction that begins with a read cannot wait for it later.
  begin: "BEGIN IMMEDIATE",
  // SAVEPOINT outside a transaction opens one, but one that cannot wait for the lock of another process.
  nesting: { first: "begin", refusal: "SQLITE_ERROR" },
  text: {
    contains: (column, parameter) => `instr(${column}, ${parameter}) > 0`,
    startsWith: (column, parameter) => `substr(${column}, 1, length(${parameter})) = ${parameter}`,
    // Not substr(column, -length): an empty parameter would mean position 0.
    endsWith: (column, parameter) =>
      `substr(${column}, length(${column}) - length(${parameter}) + 1) = ${parameter}`,
    lower: (text) => `lower(${text})`,
  },
  codec: (type) => ({ ...PLAIN, ...rowFor(type) }),
};

function rowFor(type: ColumnType): Partial<ValueCodec> {
  switch (type.kind) {
    case "smallInt":
    case "int":
    case "float":
    case "duration":
      return { fromDatabase: toNumber };
    case "bigInt":
      return { fromDatabase: toBigInt };
    case "decimal":
      return isTextDecimal(type)
        ? { fromDatabase: String, compare: compareDigits, orderBy: orderByDigits }
        : { fromDatabase: (value) => toPlaces(value, type.decimalPlaces) };
    case "boolean":
      return {
        toDatabase: (value) => (value === true ? 1 : 0),
        fromDatabase: (value) => Number(value) !== 0,
      };
    case "datetime":
      return { toDatabase: momentText, fromDatabase: parseMoment };
    case "json":
      return { fromDatabase: parseJson };
    case "array": {
      const element = { ...PLAIN, ...rowFor(type.of) };
      return { fromDatabase: (value) => parseArray(value, type.of, element) };
    }
    case "date":
    case "time":
    case "uuid":
      return { fromDatabase: String };
    case "raw":
      return { toDatabase: (value) => (typeof value === "boolean" ? Number(value) : momentOrValue(value)) };
    case "char":
    case "text":
    case "binary":
    case "enum":
      return {};
  }
}

function toNumber(value: StoredValue): number {
  const number = typeof value === "object" ? Number.NaN : Number(value);
  if (Number.isNaN(number)) throw new RangeError(`${JSON.stringify(value)} is no number`);
  return number;
}

function toPlaces(value: StoredValue, places: number): string {
  if (typeof value === "bigint") return places === 0 ? String(value) : `${value}.${"0".repeat(places)}`;
  return toNumber(value).toFixed(places);
}

function momentOrValue(value: StoredValue): StoredValue {
  return value instanceof Date ? momentText(value) : value;
}

function momentText(value: StoredValue): string {
  return value instanceof Date ? value.toISOString().replace("T", " ").replace("Z", "") : String(value);
}

const MOMENT = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)\s?(Z|[+-]\d\d:?\d\d)?)?$/;

/** The forms of SQLite's own date functions and of ISO 8601; without a zone the text is UTC. */
function parseMoment(value: StoredValue): Date {
  const [, day, time = "00:00", zone = "Z"] = MOMENT.exec(String(value)) ?? [];
  const date = new Date(day === undefined ? Number.NaN : `${day}T${time}${zone}`);
  if (Number.isNaN(date.getTime())) throw new RangeError(`${JSON.stringify(value)} is no date and time`);
  return date;
}

/**
 * Compares decimals that are kept as text, exactly. The nearest floats decide where they differ; numbers with the
 * same nearest float have the same sign, and of two with all their places the longer one is farther from zero.
 */
function compareDigits(column: string, operator: ComparisonOperator, parameter: string): string {
  if (operator === "=") return `${column} = ${parameter}`;
  const [a, b] = [`CAST(${column} AS REAL)`, `CAST(${parameter} AS REAL)`];
  const [left, right] = [`(length(${column}), ${column})`, `(length(${parameter}), ${parameter})`];
  return (
    `CASE WHEN ${a} <> ${b} THEN ${a} ${operator} ${b} ` +
    `WHEN ${column} LIKE '-%' THEN ${right} ${operator} ${left} ELSE ${left} ${operator} ${right} END`
  );
}

function orderByDigits(column: string, direction: Direction): string[] {
  const opposite = direction === "ASC" ? "DESC" : "ASC";
  const negative = `${column} LIKE '-%'`;
  return [
    `CAST(${column} AS REAL) ${direction}`,
    `CASE WHEN ${negative} THEN -length(${column}) ELSE length(${column}) END ${direction}`,
    `CASE WHEN ${negative} THEN NULL ELSE ${column} END ${direction}`,
    `CASE WHEN ${negative} THEN ${column} END ${opposite}`,
  ];
}
