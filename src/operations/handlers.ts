import type { Schema } from "../schema/schema.ts";
import { addColumn, alterColumn, dropColumn, renameColumn } from "./columns.ts";
import { addConstraint, dropConstraint } from "./constraints.ts";
import { alterEnum, createEnum, dropEnum, renameEnum, renameEnumValue } from "./enums.ts";
import { createExtension, dropExtension } from "./extensions.ts";
import { followViews } from "./follow-views.ts";
import type { Handler } from "./handler.ts";
import { createIndex, dropIndex, renameIndex } from "./indexes.ts";
import { createSchema, dropSchema } from "./namespaces.ts";
import { runCode, runSQL } from "./special.ts";
import { alterComment, createTable, dropTable, renameTable } from "./tables.ts";
import type { Operation, OperationKind, OperationOf } from "./types.ts";
import { createTrigger, createView, dropTrigger, dropView } from "./views.ts";

/** One row for each kind of operation; a missing one does not compile. */
const handlers: { readonly [K in OperationKind]: Handler<OperationOf<K>> } = {
  createTable,
  dropTable,
  renameTable,
  addColumn,
  dropColumn,
  alterColumn,
  renameColumn,
  createIndex,
  dropIndex,
  renameIndex,
  addConstraint,
  dropConstraint,
  createEnum,
  alterEnum,
  renameEnum,
  renameEnumValue,
  dropEnum,
  createSchema,
  dropSchema,
  createExtension,
  dropExtension,
  alterComment,
  createView,
  dropView,
  createTrigger,
  dropTrigger,
  runSQL,
  runCode,
};

/** Every kind of operation, in the order of the documents. */
export const operationKinds = Object.keys(handlers) as readonly OperationKind[]; // the keys of the mapped type

/** The schema after the operation. Throws SchemaError where it does not fit. */
export function applyOperation(operation: Operation, schema: Schema): Schema {
  return followViews(operation, schema, handlerOf(operation).apply(operation, schema));
}

/** The operation that takes the schema back to `before`; undefined where the operation cannot be reverted. */
export function invertOperation(operation: Operation, before: Schema): Operation | undefined {
  return handlerOf(operation).invert(operation, before);
}

/** What the operation does, in a few words for people: `add column age to user`. */
export function describeOperation(operation: Operation): string {
  return handlerOf(operation).describe(operation);
}

/** The tables and enums (`enum:name`) that the operation changes or needs. */
export function touchedBy(operation: Operation): readonly string[] | "everything" {
  return handlerOf(operation).touches(operation);
}

/** What the operation and a later one come to; see Handler.reduce. */
export function reduceOperations(
  operation: Operation,
  next: Operation,
): readonly [] | readonly [Operation] | undefined {
  return handlerOf(operation).reduce(operation, next);
}

function handlerOf(operation: Operation): Handler<Operation> {
  // The table maps each kind to the handler of that very kind, which the type of a lookup cannot say.
  return handlers[operation.kind] as unknown as Handler<Operation>;
}
