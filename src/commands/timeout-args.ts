import type { ArgsDef } from "citty";
import type { Timeouts } from "../dialects/timeouts.ts";
import { parseDuration } from "./duration.ts";

/** What the commands that change tables take about statements that wait or take long. */
export const timeoutArgs = {
  "ddl-lock-timeout": {
    type: "string",
    valueHint: "duration",
    description: "how long a statement waits for a lock on PostgreSQL (default: 4s)",
  },
  "statement-timeout": {
    type: "string",
    valueHint: "duration",
    description: "how long a statement may take on PostgreSQL (default: without end)",
  },
} as const satisfies ArgsDef;

/** The timeouts that the options ask for. @throws UsageError */
export function timeoutOptions(flags: {
  readonly "ddl-lock-timeout"?: string | undefined;
  readonly "statement-timeout"?: string | undefined;
}): Timeouts {
  const [lock, statement] = [flags["ddl-lock-timeout"], flags["statement-timeout"]];
  return {
    ...(lock === undefined ? {} : { lockMs: parseDuration(lock, "--ddl-lock-timeout") }),
    ...(statement === undefined ? {} : { statementMs: parseDuration(statement, "--statement-timeout") }),
  };
}
