import type { PortableValue } from "../../dialects/values.ts";

/** The error for a value of the wrong kind; `what` says what it should be. */
export function expected(what: string, value: unknown): TypeError {
  return new TypeError(`expected ${what}, got ${show(value)}`);
}

/** Text without NUL (PostgreSQL keeps none) and without halves of a surrogate pair. Throws TypeError. */
export function checkText(value: unknown, maxLength: number): string {
  if (typeof value !== "string") throw expected("text", value);
  const broken = textProblem(value);
  if (broken !== undefined) throw new TypeError(broken);
  // Databases count code points; the number of code units is an upper bound that spares the count.
  const length = value.length > maxLength ? [...value].length : value.length;
  if (length > maxLength) throw new TypeError(`${length} characters, the most is ${maxLength}`);
  return value;
}

/** Bytes. Throws TypeError. */
export function checkBinary(value: unknown): Uint8Array {
  if (value instanceof Uint8Array) return value;
  throw expected("a Uint8Array", value);
}

export function checkBoolean(value: unknown): boolean {
  if (typeof value === "boolean") return value;
  throw expected("true or false", value);
}

const FIRST_MOMENT = Date.parse("0001-01-01T00:00:00.000Z");
const LAST_MOMENT = Date.parse("9999-12-31T23:59:59.999Z");

/** A Date in the years 1 to 9999, which both databases keep and sort. Throws TypeError. */
export function checkDatetime(value: unknown): Date {
  if (!(value instanceof Date)) throw expected("a Date", value);
  const time = value.getTime();
  if (time >= FIRST_MOMENT && time <= LAST_MOMENT) return value;
  throw new TypeError(Number.isNaN(time) ? "the Date is invalid" : "the Date is outside the years 1 to 9999");
}

const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/** A UUID in lower case. Throws TypeError. */
export function checkUuid(value: unknown): string {
  if (typeof value === "string" && UUID.test(value)) return value.toLowerCase();
  throw expected("a UUID as text", value);
}

/** A value as the driver takes it; objects and lists become JSON text. Throws TypeError. */
export function checkRaw(value: unknown): PortableValue {
  if (typeof value === "string") return checkText(value, Number.POSITIVE_INFINITY);
  if (typeof value === "bigint" || value instanceof Uint8Array) return value;
  if (value instanceof Date) return checkDatetime(value);
  if (typeof value === "number" && Number.isFinite(value)) return value;
  return typeof value === "boolean" ? value : checkJson(value);
}

/** The JSON text of a value. Throws TypeError for what JSON would drop or change: a Date, NaN, a class, a function. */
export function checkJson(value: unknown): string {
  const problem = jsonProblem(value, "", new Set());
  if (problem !== undefined) throw new TypeError(`is no JSON: ${problem}`);
  return JSON.stringify(value);
}

function jsonProblem(value: unknown, path: string, parents: Set<object>): string | undefined {
  const place = path === "" ? "the value" : path;
  if (value === null || typeof value === "boolean") return undefined;
  if (typeof value === "number") return Number.isFinite(value) ? undefined : `${place} is ${value}`;
  if (typeof value === "string") {
    const problem = textProblem(value);
    return problem === undefined ? undefined : `${place} ${problem}`;
  }
  if (typeof value !== "object")
    return `${place} is ${typeof value === "undefined" ? "undefined" : `a ${typeof value}`}`;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (!Array.isArray(value) && prototype !== Object.prototype && prototype !== null) {
    return `${place} is a ${value.constructor.name}`;
  }
  if (parents.has(value)) return `${place} contains itself`;
  parents.add(value);
  for (const [key, item] of Object.entries(value)) {
    // A key with undefined is left out, as JSON.stringify does and the type allows; in a list it would become null.
    if (item === undefined && !Array.isArray(value)) continue;
    const inner = Array.isArray(value) ? `${path}[${key}]` : `${path}.${key}`;
    const problem =
      textProblem(key) === undefined ? jsonProblem(item, inner, parents) : `a key ${textProblem(key)}`;
    if (problem !== undefined) return problem;
  }
  parents.delete(value);
  return undefined;
}

function textProblem(text: string): string | undefined {
  if (text.includes("\0")) return "contains the character NUL";
  return text.isWellFormed() ? undefined : "contains half of a surrogate pair";
}

function show(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (typeof value === "string") {
    return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
  }
  if (typeof value === "object") return `a ${value.constructor?.name ?? "object"}`;
  return typeof value === "function" ? "a function" : `${String(value)} (${typeof value})`;
}
