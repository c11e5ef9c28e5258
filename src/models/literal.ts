import type { ColumnKind, ColumnType, ElementType } from "../schema/column-type.ts";
import type { Json, Literal } from "../schema/expression.ts";
import { isText } from "./names.ts";

/**
 * A value of a field as the plain data that a schema carries, in one canonical form for equal values; undefined
 * if it is no value of that type. `values` are those of an enum.
 */
export function toLiteral(
  type: ColumnType,
  value: unknown,
  values: readonly string[] = [],
): Literal | undefined {
  switch (type.kind) {
    case "smallInt":
      return whole(value, 2 ** 15);
    case "int":
      return whole(value, 2 ** 31);
    case "bigInt":
      return bigInteger(value);
    case "float":
      return typeof value === "number" && Number.isFinite(value) ? value : undefined;
    case "decimal":
      return decimal(value, type.maxDigits, type.decimalPlaces);
    case "char":
      // PostgreSQL counts characters, not UTF-16 units.
      return isText(value) && [...value].length <= type.maxLength ? value : undefined;
    case "text":
      return isText(value) ? value : undefined;
    case "binary":
      return value instanceof Uint8Array ? Buffer.from(value).toString("hex") : undefined;
    case "boolean":
      return typeof value === "boolean" ? value : undefined;
    case "datetime":
      return moment(value);
    case "date":
      return isDay(value) ? value : undefined;
    case "time":
      return typeof value === "string" && TIME.test(value) ? value : undefined;
    case "duration":
      return Number.isSafeInteger(value) ? Number(value) : undefined;
    case "uuid":
      return typeof value === "string" && UUID.test(value) ? value.toLowerCase() : undefined;
    case "json":
      return value === null ? undefined : json(value, new Set());
    case "array":
      return list(type.of, value);
    case "raw":
      if (typeof value === "bigint") return value;
      return value === null ? undefined : json(value, new Set());
    case "enum":
      return typeof value === "string" && values.includes(value) ? value : undefined;
  }
}

/** What a value of the type looks like, in words that follow "must be". */
export function expected(type: ColumnType, values: readonly string[] = []): string {
  if (type.kind === "char") return `text of at most ${type.maxLength} characters`;
  if (type.kind === "decimal") {
    const { maxDigits, decimalPlaces } = type;
    return `a string of at most ${maxDigits} digits, ${decimalPlaces} of them after the point, such as "${exampleOf(type)}"`;
  }
  if (type.kind === "enum") return `one of ${values.map((value) => JSON.stringify(value)).join(", ")}`;
  if (type.kind === "array") return `a list, each element ${expected(type.of)}`;
  return EXPECTED[type.kind];
}

/** A decimal that the type has. */
export function exampleOf({ maxDigits, decimalPlaces }: ColumnType & { readonly kind: "decimal" }): string {
  return `${maxDigits > decimalPlaces ? "1" : "0"}${decimalPlaces > 0 ? ".5" : ""}`;
}

const EXPECTED: { readonly [K in Exclude<ColumnKind, "char" | "decimal" | "enum" | "array">]: string } = {
  smallInt: "a whole number from -32768 to 32767",
  int: "a whole number from -2147483648 to 2147483647",
  bigInt: "a bigint of 64 bits, such as 1n",
  float: "a finite number",
  text: "text without NUL characters",
  binary: "a Uint8Array",
  boolean: "true or false",
  datetime: "a valid Date in the years 1 to 9999",
  date: 'a day as "YYYY-MM-DD"',
  time: 'a time of day as "HH:MM:SS"',
  duration: "a whole number of milliseconds",
  uuid: "a UUID as text",
  json: "a JSON value other than null",
  raw: "text, a number, true or false, or JSON",
};

const TIME = /^([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,6})?$/;
const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

function whole(value: unknown, limit: number): number | undefined {
  if (typeof value !== "number" || !Number.isInteger(value) || value < -limit || value >= limit)
    return undefined;
  return value === 0 ? 0 : value;
}

function bigInteger(value: unknown): bigint | undefined {
  const wide = Number.isSafeInteger(value) ? BigInt(Number(value)) : value;
  return typeof wide === "bigint" && BigInt.asIntN(64, wide) === wide ? wide : undefined;
}

/** All the places that the column keeps are written, so that 1.5 and 1.50 are one default. */
function decimal(value: unknown, maxDigits: number, decimalPlaces: number): string | undefined {
  const match = typeof value === "string" ? /^(-?)(\d+)(?:\.(\d+))?$/.exec(value) : null;
  if (match === null) return undefined;
  const whole = (match[2] ?? "").replace(/^0+(?=\d)/, "");
  const places = (match[3] ?? "").replace(/0+$/, "");
  if (places.length > decimalPlaces) return undefined;
  if (whole !== "0" && whole.length > maxDigits - decimalPlaces) return undefined;
  const text = decimalPlaces === 0 ? whole : `${whole}.${places.padEnd(decimalPlaces, "0")}`;
  return /[1-9]/.test(text) ? `${match[1]}${text}` : text;
}

/** As JSON holds it: a bigint is its digits. */
function list(of: ElementType, value: unknown): Literal | undefined {
  if (!Array.isArray(value)) return undefined;
  const items: Json[] = [];
  for (const element of value) {
    const item = toLiteral(of, element);
    if (item === undefined) return undefined;
    items.push(typeof item === "bigint" ? String(item) : item);
  }
  return items;
}

function moment(value: unknown): string | undefined {
  if (!(value instanceof Date) || Number.isNaN(value.getTime())) return undefined;
  const year = value.getUTCFullYear();
  return year >= 1 && year <= 9999 ? value.toISOString() : undefined;
}

function isDay(value: unknown): value is string {
  if (typeof value !== "string" || !/^\d{4}-\d\d-\d\d$/.test(value) || value.startsWith("0000")) return false;
  const day = new Date(`${value}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(value);
}

/** A copy of a JSON value; undefined if some part is none. `above` finds values that contain themselves. */
function json(value: unknown, above: ReadonlySet<object>): Json | undefined {
  if (value === null || typeof value === "boolean") return value;
  if (typeof value === "string") return isText(value) ? value : undefined;
  if (typeof value === "number") return Number.isFinite(value) ? value : undefined;
  if (typeof value !== "object" || above.has(value)) return undefined;
  const inside = new Set([...above, value]);
  if (Array.isArray(value)) {
    const items = value.map((item) => json(item, inside));
    return items.includes(undefined) ? undefined : (items as Json[]);
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return undefined;
  const copy: [string, Json][] = [];
  for (const [key, item] of Object.entries(value)) {
    if (item === undefined) continue;
    const part = json(item, inside);
    if (part === undefined || !isText(key)) return undefined;
    copy.push([key, part]);
  }
  return Object.fromEntries(copy);
}
