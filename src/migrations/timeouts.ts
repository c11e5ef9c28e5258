import type { Timeouts } from "../dialects/timeouts.ts";
import { durationMs } from "../duration.ts";
import type { LoadProblem } from "../load-error.ts";
import { nearest } from "../nearest.ts";

/** What `export const timeouts = { lock: "10s", statement: "5m" }` in a migration file may say. */
const KEYS = { lock: "lockMs", statement: "statementMs" } as const satisfies Record<string, keyof Timeouts>;

const HINT = 'as in: export const timeouts = { lock: "10s", statement: "5m" };';

/** What is wrong with the export. */
export function timeoutProblems(value: unknown): LoadProblem[] {
  if (value === undefined) return [];
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return [{ message: "timeouts is not an object", hint: HINT }];
  }
  return Object.entries(value).flatMap(([key, given]): LoadProblem[] => {
    if (!Object.hasOwn(KEYS, key)) {
      const near = nearest(key, Object.keys(KEYS));
      const hint = near === undefined ? HINT : `did you mean ${near}?`;
      return [{ message: `timeouts has the unknown key ${JSON.stringify(key)}`, hint }];
    }
    return toMs(given) === undefined
      ? [
          {
            message: `timeouts.${key} is neither a duration nor a number of milliseconds: ${Bun.inspect(given)}`,
            hint: HINT,
          },
        ]
      : [];
  });
}

/** The timeouts that a file without problems says; undefined where it says none. */
export function readTimeouts(value: unknown): Timeouts | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const entries = Object.entries(value).map(([key, given]) => [KEYS[key as keyof typeof KEYS], toMs(given)]); // no other key is without a problem
  return Object.fromEntries(entries);
}

/** The longest time that PostgreSQL takes, in milliseconds. */
const LONGEST_MS = 2 ** 31 - 1;

function toMs(given: unknown): number | undefined {
  const ms = typeof given === "string" ? durationMs(given) : given;
  return typeof ms === "number" && Number.isInteger(ms) && ms >= 0 && ms <= LONGEST_MS ? ms : undefined;
}
