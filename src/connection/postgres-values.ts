import type { PostgresType } from "postgres";
import { DatabaseError } from "../errors.ts";

/** A parameter as the driver gets it: text, or an array whose text depends on the type that the server wants. */
export type PostgresParameter = string | null | ArrayParameter;

/** An array, sent as JSON where the server wants json or jsonb and as an array literal elsewhere. */
export class ArrayParameter {
  readonly #values: readonly unknown[];

  constructor(values: readonly unknown[]) {
    this.#values = values;
  }

  toJson(): string {
    return JSON.stringify(this.#values);
  }

  toString(): string {
    return arrayLiteral(this.#values);
  }
}

/**
 * A parameter in PostgreSQL's text form. It carries no type: the server infers that from the place where it stands,
 * so `SELECT $1` is text and needs a cast to be anything else. A string bound to json must be JSON text.
 * @throws DatabaseError for undefined, an invalid date, a symbol, a function, text with a NUL
 */
export function toPostgresParameter(value: unknown, position: number): PostgresParameter {
  if (Array.isArray(value)) {
    const array = new ArrayParameter(value);
    refuseNul(array.toString(), position);
    return array;
  }
  const text = toText(value);
  if (text === undefined) {
    const shown = value instanceof Date ? "an invalid date" : typeof value;
    throw new DatabaseError(`parameter ${position} cannot be stored: ${shown}`);
  }
  if (text !== null) refuseNul(text, position);
  return text;
}

/** How the driver reads and writes values; every parameter has been turned into text before. */
export const POSTGRES_TYPES: Record<string, PostgresType> = {
  plain: codec([16, 17, 20, 21, 23, 25, 26, 700, 701, 1082, 1083, 1114, 1700], (text) => text),
  json: codec([114, 3802], (text) => JSON.parse(text)),
  boolean: codec([16], (text) => text === "t"),
  number: codec([21, 23, 26, 700, 701], Number),
  integer: codec([20], parseInteger),
  bytes: codec([17], parseBytes),
  instant: codec([1184], parseInstant),
};

function codec(from: number[], parse: (text: string) => unknown): PostgresType {
  const isJson = from.includes(114);
  const serialize = (value: unknown): string =>
    isJson && value instanceof ArrayParameter ? value.toJson() : String(value);
  return { to: from[0] ?? 0, from, parse, serialize };
}

function toText(value: unknown): string | null | undefined {
  if (value === null) return null;
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "bigint" || typeof value === "boolean")
    return String(value);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? undefined : value.toISOString();
  if (value instanceof Uint8Array) return `\\x${Buffer.from(value).toString("hex")}`;
  return typeof value === "object" ? JSON.stringify(value) : undefined;
}

/** PostgreSQL manual, 8.15.2 "Array Value Input". */
function arrayLiteral(values: readonly unknown[]): string {
  const items = values.map((value) => {
    if (Array.isArray(value)) return arrayLiteral(value);
    const text = toText(value);
    if (text === undefined) throw new DatabaseError(`an array with ${typeof value} in it cannot be stored`);
    return text === null ? "NULL" : `"${text.replace(/[\\"]/g, "\\$&")}"`;
  });
  return `{${items.join(",")}}`;
}

function refuseNul(text: string, position: number): void {
  if (text.includes("\0")) {
    throw new DatabaseError(
      `parameter ${position} cannot be stored: PostgreSQL keeps no text with a NUL in it`,
    );
  }
}

function parseInteger(text: string): number | bigint {
  const number = Number(text);
  return Number.isSafeInteger(number) ? number : BigInt(text);
}

/** PostgreSQL manual, 8.4 "Binary Data Types": the server's bytea_output is "hex" or "escape". */
function parseBytes(text: string): Uint8Array {
  if (text.startsWith("\\x")) return new Uint8Array(Buffer.from(text.slice(2), "hex"));
  const binary = text.replace(/\\(\\|[0-7]{3})/g, (_, code: string) =>
    code === "\\" ? "\\" : String.fromCharCode(Number.parseInt(code, 8)),
  );
  return new Uint8Array(Buffer.from(binary, "latin1"));
}

/** The text itself for what a Date cannot hold: infinity, a year before Christ. */
function parseInstant(text: string): Date | string {
  const date = new Date(text.replace(" ", "T").replace(/([+-]\d\d)$/, "$1:00"));
  return Number.isNaN(date.getTime()) ? text : date;
}
