/** How long a migration may wait and work; where one is left out, what the database has been told or else the default counts. */
export interface Timeouts {
  /** Milliseconds that a statement waits for a lock that somebody else holds, 4,000 by default; 0: without end. */
  readonly lockMs?: number | undefined;
  /** Milliseconds that a statement may take, without end by default; 0: without end. */
  readonly statementMs?: number | undefined;
}

/** How long a statement waits for a lock where nobody has said it. */
export const DDL_LOCK_TIMEOUT_MS = 4000;

/** Statements that set limits, and those that put back what was there before. */
export interface Limits {
  readonly set: readonly string[];
  /** Nothing where the end of the transaction does it. */
  readonly reset: readonly string[];
}

export const NO_LIMITS: Limits = { set: [], reset: [] };
