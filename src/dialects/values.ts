import type { DatabaseValue } from "../connection/connection.ts";
import type { ColumnType } from "../schema/column-type.ts";

/**
 * A value of a row after it was checked, the same for every database: a number (smallInt, int, float, duration in
 * milliseconds), a bigint (bigInt), a Date (datetime), bytes (binary), a boolean, or text in its canonical form
 * (char, text, enum, decimal with all its places, date, time, lower-case uuid, JSON text). One of a raw column is as it was
 * given.
 */
export type PortableValue = number | bigint | string | boolean | Uint8Array | Date;

/** What a database returns for a value that is not NULL. */
export type StoredValue = Exclude<DatabaseValue, null>;

export type ComparisonOperator = "=" | "<" | "<=" | ">" | ">=";

export type Direction = "ASC" | "DESC";

/** How values of one column type are written, read, compared and sorted on one database. */
export interface ValueCodec {
  /** The SQL of a parameter of this type; also takes what `select` returned. */
  readonly parameter: (placeholder: string) => string;
  readonly toDatabase: (value: PortableValue) => StoredValue;
  /** The SQL that reads a column; no digit of the value is lost. */
  readonly select: (column: string) => string;
  /** The value for a row. Throws RangeError where it has no form in JavaScript. */
  readonly fromDatabase: (value: StoredValue) => unknown;
  readonly compare: (column: string, operator: ComparisonOperator, parameter: string) => string;
  /** The terms of ORDER BY, without the place of NULLs. */
  readonly orderBy: (column: string, direction: Direction) => readonly string[];
  /** The column as text, for the operators that look into text. */
  readonly asText: (column: string) => string;
}

/** How text is searched: by code points, without patterns, so that no character of `parameter` is special. */
export interface TextSearch {
  readonly contains: (column: string, parameter: string) => string;
  readonly startsWith: (column: string, parameter: string) => string;
  readonly endsWith: (column: string, parameter: string) => string;
  /** Lower case for the 26 letters of ASCII and no others: the one folding that every database has. */
  readonly lower: (text: string) => string;
}

/** All that the query layer needs to know of one database. */
export interface DatabaseValues {
  /** The most parameters that one statement may have. */
  readonly maxParameters: number;
  /** The name of a table, quoted: with its schema where it has one and the database has schemas. */
  readonly quoteTable: (name: string) => string;
  /** The placeholder of the n-th parameter, from 1. */
  readonly placeholder: (position: number) => string;
  /** The statement that begins a transaction which is to write. */
  readonly begin: string;
  /** Which of BEGIN and SAVEPOINT to try first, and the SQLSTATE with which it is refused where the other is needed. */
  readonly nesting: { readonly first: "begin" | "savepoint"; readonly refusal: string };
  readonly text: TextSearch;
  /** The codec of a type; `quote` quotes an identifier. */
  readonly codec: (type: ColumnType, quote: (identifier: string) => string) => ValueCodec;
}

/** The codec of values that travel as they are. */
export const PLAIN: ValueCodec = {
  parameter: (placeholder) => placeholder,
  toDatabase: (value) => value,
  select: (column) => column,
  fromDatabase: (value) => value,
  compare: (column, operator, parameter) => `${column} ${operator} ${parameter}`,
  orderBy: (column, direction) => [`${column} ${direction}`],
  asText: (column) => column,
};

/** The value of a JSON column, from its text. */
export function parseJson(value: StoredValue): unknown {
  return typeof value === "string" ? JSON.parse(value) : value;
}

/** A bigint, from whatever form of integer the driver returns. Throws RangeError or SyntaxError for anything else. */
export function toBigInt(value: StoredValue): bigint {
  if (typeof value === "bigint") return value;
  if (typeof value === "number" || typeof value === "string") return BigInt(value);
  throw new RangeError("not an integer");
}
