import type { Change } from "../dialects/dialect.ts";
import type { Timeouts } from "../dialects/timeouts.ts";
import { MigrationError } from "../errors.ts";
import type { Migration } from "../migrations/migration.ts";
import { trace, withPlace } from "../migrations/state.ts";
import { describeOperation, invertOperation } from "../operations/handlers.ts";
import type { Operation } from "../operations/types.ts";
import type { DialectName } from "../schema/expression.ts";
import type { Schema } from "../schema/schema.ts";
import { requireInside } from "./ends-transaction.ts";

export type Direction = "forward" | "backward";

/** A migration in one direction, ready to be rendered: its operations in order, each with the schema around it. */
export interface Unit {
  readonly name: string;
  readonly direction: Direction;
  readonly atomic: boolean;
  /** See Migration. */
  readonly timeouts?: Timeouts | undefined;
  readonly changes: readonly Change[];
}

/** The unit that applies a migration to `before` on a database of that kind. Throws MigrationError naming the operation that does not fit. */
export function forwardUnit(migration: Migration, before: Schema, dialect: DialectName): Unit {
  const { name, atomic, timeouts, operations } = migration;
  const changes = trace(migration, before);
  if (atomic) for (const at of operations.keys()) requireInsideAt(migration, at, operations[at], dialect);
  return { name, direction: "forward", atomic, timeouts, changes };
}

/**
 * The unit that takes a database back to the schema before the migration, whose forward unit may be known.
 * @throws MigrationError naming the operation that cannot be reverted
 */
export function backwardUnit(
  migration: Migration,
  before: Schema,
  dialect: DialectName,
  forward: Unit = forwardUnit(migration, before, dialect),
): Unit {
  const { name, atomic, timeouts } = migration;
  const changes = forward.changes.map((change, at): Change => {
    const operation = withPlace(migration, at, () => invertOperation(change.operation, change.before));
    if (atomic) requireInsideAt(migration, at, operation, dialect);
    if (operation !== undefined) return { operation, before: change.after, after: change.before };
    throw new MigrationError(
      `${name} cannot be reverted: operation ${at + 1} (${describeOperation(change.operation)}) has no way back`,
      "give m.runSQL a `reverse`, or m.runCode a second function, that undoes it ([] and () => {} do nothing)",
    );
  });
  return { name, direction: "backward", atomic, timeouts, changes: changes.toReversed() };
}

function requireInsideAt(
  migration: Migration,
  at: number,
  operation: Operation | undefined,
  dialect: DialectName,
): void {
  if (operation !== undefined) withPlace(migration, at, () => requireInside(operation, dialect));
}

/** The schema after a forward unit that began with `before`. */
export function schemaAfter(unit: Unit, before: Schema): Schema {
  return unit.changes.at(-1)?.after ?? before;
}
