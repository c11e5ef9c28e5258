import type { Timeouts } from "../dialects/timeouts.ts";
import type { Operation } from "../operations/types.ts";

/** A migration file as it was loaded. */
export interface Migration {
  readonly name: string;
  /** Absolute. */
  readonly path: string;
  /** As they are written: full names or bare numbers. */
  readonly dependencies: readonly string[];
  readonly operations: readonly Operation[];
  /** False: it runs outside a transaction. */
  readonly atomic: boolean;
  /** How long it may wait and work, where the file says that; no part of what it means. */
  readonly timeouts?: Timeouts | undefined;
}
