import { DDL_LOCK_TIMEOUT_MS, type Limits, type Timeouts } from "../timeouts.ts";

/** More than that the settings do not take. */
const LONGEST_MS = 2 ** 31 - 1;

/**
 * The settings that keep a statement from waiting for long (PostgreSQL manual, 19.11 "Client Connection Defaults"): for
 * the open transaction, or for the session where there is none. Somebody who has set a lock_timeout for the role, the
 * database or in the URL has decided that already.
 */
export function limits({ lockMs, statementMs }: Timeouts, scope: "transaction" | "session"): Limits {
  const isLocal = scope === "transaction";
  const setting = (name: string, ms: number) =>
    `SET ${isLocal ? "LOCAL " : ""}${name} = ${Math.min(ms, LONGEST_MS)}`;
  const set = [
    lockMs === undefined
      ? `SELECT set_config('lock_timeout', '${DDL_LOCK_TIMEOUT_MS}', ${isLocal}) WHERE current_setting('lock_timeout') = '0'`
      : setting("lock_timeout", lockMs),
    ...(statementMs === undefined ? [] : [setting("statement_timeout", statementMs)]),
  ];
  const reset = ["RESET lock_timeout", ...(statementMs === undefined ? [] : ["RESET statement_timeout"])];
  return { set, reset: isLocal ? [] : reset };
}

/** lock_not_available and deadlock_detected (PostgreSQL manual, appendix A): a moment later there may be no such lock. */
export const CONTENTION: readonly string[] = ["55P03", "40P01"];
