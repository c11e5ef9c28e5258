import { UsageError } from "../errors.ts";

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** The milliseconds of `500ms`, `30s`, `10m` or `1h`; a bare number is of seconds. @throws UsageError naming the option */
export function parseDuration(text: string, option: string): number {
  const [, number, unit = "s"] = /^(\d{1,9})(ms|s|m|h)?$/.exec(text) ?? [];
  const factor = UNITS[unit];
  if (number !== undefined && factor !== undefined) return Number(number) * factor;
  throw new UsageError(`${option} ${text} is no duration`, `as in ${option} 30s, 500ms, 10m or 1h`);
}
