import type { ArgsDef } from "citty";

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
