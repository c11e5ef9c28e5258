import type { Connection } from "../connection/connection.ts";
import type { Change, Dialect, Step } from "../dialects/dialect.ts";
import type { Timeouts } from "../dialects/timeouts.ts";
import type { ContentionEvent } from "./contention.ts";
import type { CopiedEvent, CopyEvent } from "./copy.ts";
import type { HalfApplied, Journal } from "./journal.ts";

/** What the executor needs: one session and its dialect. */
export interface Target {
  readonly connection: Connection;
  readonly dialect: Dialect;
  /** What counts for migrations whose files say nothing of that. */
  readonly timeouts?: Timeouts | undefined;
  /** A pooler shares sessions: what would be set for the session might be set for somebody else's. */
  readonly pooled?: boolean;
  /** Told when a migration has to wait, how far a copy of many rows is, and what its code has to say. */
  readonly tell?: ((event: ContentionEvent | CopyEvent | CopiedEvent | LogEvent) => void) | undefined;
  /** Aborted when the run is stopped. */
  readonly signal?: AbortSignal | undefined;
}

/** A line of progress from the code of a migration. */
export interface LogEvent {
  readonly kind: "log";
  readonly name: string;
  readonly text: string;
}

/** Changes of a migration, which run together. */
export interface Work {
  readonly target: Target;
  /** The migration's. */
  readonly name: string;
  readonly changes: readonly Change[];
}

/** How a migration is recorded that others may run at the same moment, or that an earlier run has begun. */
export interface Recording {
  /** Statements that fail where the lock is held no more. */
  readonly confirm: readonly string[];
  /** Fails where the migration has been done meanwhile. */
  readonly done: Step;
  /** The statements that say that it is done. */
  readonly record: readonly string[];
  /** Those that take this back. */
  readonly undo: readonly string[];
  readonly journal: Journal;
  /** How far an earlier run of this migration has come. */
  readonly half: HalfApplied | undefined;
}
