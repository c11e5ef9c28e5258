import type { Change } from "../dialects/dialect.ts";
import { MigrationError } from "../errors.ts";
import type { Migration } from "../migrations/migration.ts";
import { applyOperation, describeOperation, invertOperation } from "../operations/handlers.ts";
import type { Schema } from "../schema/schema.ts";

export type Direction = "forward" | "backward";

/** A migration in one direction, ready to be rendered: its operations in order, each with the schema around it. */
export interface Unit {
  readonly name: string;
  readonly direction: Direction;
  readonly atomic: boolean;
  readonly changes: readonly Change[];
}

/**
 * The unit that applies a migration to `before`, and the schema after it.
 * @throws MigrationError naming the file and the operation that does not fit
 */
export function forwardUnit(migration: Migration, before: Schema): { unit: Unit; after: Schema } {
  const changes: Change[] = [];
  let schema = before;
  for (const [at, operation] of migration.operations.entries()) {
    const after = applying(migration, at, () => applyOperation(operation, schema));
    changes.push({ operation, before: schema, after });
    schema = after;
  }
  return {
    unit: { name: migration.name, direction: "forward", atomic: migration.atomic, changes },
    after: schema,
  };
}

/**
 * The unit that takes a database back to the schema before the migration.
 * @throws MigrationError naming the file and the operation that cannot be reverted
 */
export function backwardUnit(migration: Migration, before: Schema): Unit {
  const { unit } = forwardUnit(migration, before);
  const changes = unit.changes.map((change, at): Change => {
    const operation = applying(migration, at, () => invertOperation(change.operation, change.before));
    if (operation !== undefined) return { operation, before: change.after, after: change.before };
    throw new MigrationError(
      `${migration.name} cannot be reverted: operation ${at + 1} (${describeOperation(change.operation)}) has no way back`,
      "give m.runSQL a `reverse`, or m.runCode a second function, that undoes it ([] and () => {} do nothing)",
    );
  });
  return {
    name: migration.name,
    direction: "backward",
    atomic: migration.atomic,
    changes: changes.toReversed(),
  };
}

function applying<T>(migration: Migration, at: number, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const operation = migration.operations[at];
    const what = operation === undefined ? "" : ` (${describeOperation(operation)})`;
    const message = error instanceof Error ? error.message : String(error);
    const hint =
      error instanceof Error && "hint" in error && typeof error.hint === "string" ? error.hint : undefined;
    throw new MigrationError(`${migration.name}, operation ${at + 1}${what}: ${message}`, hint, error);
  }
}
