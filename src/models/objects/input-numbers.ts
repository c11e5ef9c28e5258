import { expected } from "./input-data.ts";

/** A whole number from `-max - 1` to `max`. Throws TypeError. */
export function checkInteger(value: unknown, max: number): number {
  const number = typeof value === "bigint" ? Number(value) : value;
  if (typeof number === "number" && Number.isInteger(number) && number <= max && number >= -max - 1)
    return number + 0;
  throw expected(`a whole number from ${-max - 1} to ${max}`, value);
}

const MAX_INT64 = 2n ** 63n - 1n;

/** A whole number of 64 bits; a number must be so small that it is exact. Throws TypeError. */
export function checkBigInt(value: unknown): bigint {
  const integer = typeof value === "number" && Number.isSafeInteger(value) ? BigInt(value) : value;
  if (typeof integer === "bigint" && integer <= MAX_INT64 && integer >= -MAX_INT64 - 1n) return integer;
  throw expected("a bigint (or a safe integer) of at most 64 bits", value);
}

/** A finite number. Throws TypeError. */
export function checkFloat(value: unknown): number {
  if (typeof value === "number" && Number.isFinite(value)) return value;
  throw expected("a finite number", value);
}

/** Milliseconds. Throws TypeError. */
export function checkDuration(value: unknown): number {
  if (typeof value === "number" && Number.isSafeInteger(value)) return value + 0;
  throw expected("a whole number of milliseconds", value);
}

const DECIMAL = /^([+-]?)0*(\d*)(?:\.(\d*))?$/;

/** Decimal digits as text with all `places`, without a needless sign or zero. Throws TypeError instead of rounding. */
export function checkDecimal(value: unknown, maxDigits: number, places: number): string {
  const text = typeof value === "number" || typeof value === "bigint" ? String(value) : value;
  const parts = typeof text === "string" && /\d/.test(text) ? DECIMAL.exec(text) : null;
  if (parts === null) throw expected('a decimal as text, like "12.50"', value);
  const [, sign, whole = "", decimals = ""] = parts;
  const fraction = decimals.replace(/0+$/, "");
  if (whole.length > maxDigits - places || fraction.length > places) {
    throw expected(
      `a decimal with at most ${maxDigits - places} digits before the point and ${places} after it`,
      value,
    );
  }
  const digits = `${whole || "0"}${places > 0 ? `.${fraction.padEnd(places, "0")}` : ""}`;
  return sign === "-" && /[1-9]/.test(digits) ? `-${digits}` : digits;
}
