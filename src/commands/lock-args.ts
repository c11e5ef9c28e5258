import type { ArgsDef } from "citty";
import type { LockMode } from "../dialects/lock.ts";
import { UsageError } from "../errors.ts";
import { LOCK_TIMEOUT_MS, type LockOptions } from "../executor/lock.ts";
import { nearest } from "../nearest.ts";
import type { Opening } from "../session.ts";
import { parseDuration } from "./duration.ts";

const MODES: readonly LockMode[] = ["advisory", "row", "none"];

/** What the commands that change a database take about others who do the same, and about a server that starts with them. */
export const lockArgs = {
  "lock-timeout": {
    type: "string",
    valueHint: "duration",
    description: "how long to wait for another migrator (default: 10m)",
  },
  "lock-mode": {
    type: "string",
    valueHint: MODES.join("|"),
    description: "how PostgreSQL keeps other migrators out: advisory (the default), row or none",
  },
  wait: {
    type: "string",
    valueHint: "duration",
    description: "wait for a server that is not there yet (60s where no duration is given)",
  },
  "create-db": { type: "boolean", description: "create the database where it is missing" },
} as const satisfies ArgsDef;

interface LockFlags {
  readonly "lock-timeout"?: string | undefined;
  readonly "lock-mode"?: string | undefined;
  readonly wait?: string | undefined;
  readonly "create-db"?: boolean | undefined;
}

/** The lock that the options ask for. @throws UsageError */
export function lockOptions(flags: LockFlags): LockOptions {
  const [mode, timeout] = [flags["lock-mode"], flags["lock-timeout"]];
  return {
    ...(mode === undefined ? {} : { mode: parseMode(mode) }),
    ...(timeout === undefined ? {} : { timeoutMs: parseDuration(timeout, "--lock-timeout") }),
  };
}

/** How the session is opened with these options. @throws UsageError */
export function openingOptions(flags: LockFlags): Opening {
  const { wait, "create-db": createDatabase } = flags;
  return {
    ...(wait === undefined ? {} : { waitMs: parseDuration(wait, "--wait") }),
    ...(createDatabase === true ? { createDatabase } : {}),
    busyTimeoutMs: lockOptions(flags).timeoutMs ?? LOCK_TIMEOUT_MS,
  };
}

function parseMode(text: string): LockMode {
  const mode = MODES.find((candidate) => candidate === text);
  if (mode !== undefined) return mode;
  const near = nearest(text, MODES);
  throw new UsageError(
    `--lock-mode ${text} is unknown`,
    near === undefined ? `it is one of ${MODES.join(", ")}` : `did you mean ${near}?`,
  );
}
