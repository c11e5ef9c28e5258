import { MigrationError, YaraError } from "../errors.ts";
import { applyOperation, describeOperation } from "../operations/handlers.ts";
import type { Operation } from "../operations/types.ts";
import { EMPTY_SCHEMA, type Schema } from "../schema/schema.ts";
import { messageOf } from "../shown.ts";
import type { Migration } from "./migration.ts";

/** An operation with the schema before and after it. */
export interface TracedOperation {
  readonly operation: Operation;
  readonly before: Schema;
  readonly after: Schema;
}

type Traced = Pick<Migration, "name" | "operations">;

/** The schema after the migrations, which are in the order of their graph. Throws like `trace`. */
export function replay(migrations: Iterable<Traced>, before: Schema = EMPTY_SCHEMA): Schema {
  let schema = before;
  for (const migration of migrations) schema = trace(migration, schema).at(-1)?.after ?? schema;
  return schema;
}

/**
 * Each operation of a migration with the schema around it. Throws MigrationError that names the file and the operation
 * where one does not fit.
 */
export function trace(migration: Traced, before: Schema): TracedOperation[] {
  let schema = before;
  return migration.operations.map((operation, at) => {
    const after = withPlace(migration, at, () => applyOperation(operation, schema));
    const traced = { operation, before: schema, after };
    schema = after;
    return traced;
  });
}

/** Does `work` for an operation of a migration; what it throws names the file and the operation. */
export function withPlace<T>({ name, operations }: Traced, at: number, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const operation = operations[at];
    if (YaraError.is(error)) {
      const what = operation === undefined ? "" : ` (${describeOperation(operation)})`;
      throw new MigrationError(`${name}, operation ${at + 1}${what}: ${error.message}`, error.hint, error);
    }
    // Data of a wrong type, which could not be described either.
    throw new MigrationError(
      `${name}, operation ${at + 1} (${operation?.kind}): ${messageOf(error)}`,
      "its arguments are not of the expected types; tsc and editors show which",
      error,
    );
  }
}
