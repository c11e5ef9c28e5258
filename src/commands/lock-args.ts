import type { ArgsDef } from "citty";
import { LOCK_MODES } from "../settings/found.ts";

/** What the commands that change a database take about others who do the same, and about a server that starts with them. */
export const lockArgs = {
  "lock-timeout": {
    type: "string",
    valueHint: "duration",
    description: "how long to wait for another migrator (default: 10m)",
  },
  "lock-mode": {
    type: "string",
    valueHint: LOCK_MODES.join("|"),
    description: "how PostgreSQL keeps other migrators out: advisory (the default), row or none",
  },
  wait: {
    type: "string",
    valueHint: "duration",
    description: "wait for a server that is not there yet (60s where no duration is given)",
  },
  "create-db": { type: "boolean", description: "create the database where it is missing" },
} as const satisfies ArgsDef;
