import { UsageError } from "../../errors.ts";

/** `value`, if it is a whole number that is not below `least`. Throws UsageError that calls it `what`. */
export function wholeNumber(what: string, value: number, least: number): number {
  if (Number.isSafeInteger(value) && value >= least) return value;
  throw new UsageError(`${what} must be a whole number from ${least}, not ${String(value)}`);
}
