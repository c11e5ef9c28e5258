import { MigrationError, SchemaError } from "../errors.ts";
import { applyOperation, describeOperation } from "../operations/handlers.ts";
import { EMPTY_SCHEMA, type Schema } from "../schema/schema.ts";
import type { Migration } from "./migration.ts";

type Replayed = Pick<Migration, "name" | "operations">;

/**
 * The schema after the migrations, which are in the order of their graph. Throws MigrationError that names the file and
 * the operation where one does not fit.
 */
export function replay(migrations: readonly Replayed[], before: Schema = EMPTY_SCHEMA): Schema {
  return migrations.reduce(replayOne, before);
}

function replayOne(before: Schema, { name, operations }: Replayed): Schema {
  let schema = before;
  for (const [index, operation] of operations.entries()) {
    try {
      schema = applyOperation(operation, schema);
    } catch (error) {
      if (!(error instanceof SchemaError)) throw error;
      throw new MigrationError(
        `${name}, operation ${index + 1} (${describeOperation(operation)}): ${error.message}`,
        error.hint,
        error,
      );
    }
  }
  return schema;
}
