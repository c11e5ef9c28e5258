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
}
