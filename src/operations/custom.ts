import { MigrationError } from "../errors.ts";
import type { Operation } from "./types.ts";

/** An operation of the user's own: a name for several others. */
export interface CustomOperation {
  readonly kind: "custom";
  readonly name: string;
  readonly operations: readonly AnyOperation[];
}

/** What a migration file may list. */
export type AnyOperation = Operation | CustomOperation;

/**
 * Makes a builder of the user's own: what `expand` returns for its arguments takes its place when the file is loaded,
 * so it works on every database and goes back like its parts.
 * @throws MigrationError where `expand` does not return a list
 */
export function defineOperation<Arguments extends readonly unknown[]>(
  name: string,
  expand: (...values: Arguments) => readonly AnyOperation[],
): (...values: Arguments) => CustomOperation {
  return (...values) => {
    const operations: unknown = expand(...values);
    if (!Array.isArray(operations)) {
      throw new MigrationError(
        `the operation ${name} does not return a list of operations`,
        "return an array of what the builders of migrations make: [m.addColumn(...)]",
      );
    }
    return Object.freeze({ kind: "custom", name, operations });
  };
}

/** True for what a builder of `defineOperation` has made, also of another copy of the package. */
export function isCustom(value: unknown): value is CustomOperation {
  if (typeof value !== "object" || value === null || !("kind" in value)) return false;
  return value.kind === "custom" && "operations" in value && Array.isArray(value.operations);
}

/** The operations with each custom one replaced by its parts. */
export function expandOperations(operations: readonly AnyOperation[]): Operation[] {
  return operations.flatMap((operation) =>
    isCustom(operation) ? expandOperations(operation.operations) : [operation],
  );
}
