import { SchemaError } from "../errors.ts";
import { constraintName, constraintsOf } from "../schema/naming.ts";
import { withTable } from "../schema/schema.ts";
import { checkGenerated } from "./generated-checks.ts";
import { type Handler, never, tableOf } from "./handler.ts";
import { checkKeysInUse } from "./key-checks.ts";
import { applyToTable } from "./local.ts";
import { checkConstraints } from "./table-checks.ts";
import type { AddConstraint, DropConstraint } from "./types.ts";

export const addConstraint: Handler<AddConstraint> = {
  apply(operation, schema) {
    const before = tableOf(schema, operation.table);
    const table = applyToTable(operation, before) ?? before;
    checkConstraints(table, [operation.constraint], schema);
    checkGenerated(table);
    return withTable(schema, table);
  },
  invert: ({ table, constraint }) => ({
    kind: "dropConstraint",
    table,
    name: constraintName(table, constraint),
  }),
  describe: ({ table, constraint }) => `add constraint ${constraintName(table, constraint)} to ${table}`,
  touches: ({ table, constraint }) =>
    constraint.kind === "foreignKey" ? [table, constraint.references.table] : [table],
  reduce(operation, next) {
    const undone =
      next.kind === "dropConstraint" &&
      next.table === operation.table &&
      next.name === constraintName(operation.table, operation.constraint);
    return undone ? [] : undefined;
  },
};

export const dropConstraint: Handler<DropConstraint> = {
  apply(operation, schema) {
    const before = tableOf(schema, operation.table);
    const after = applyToTable(operation, before) ?? before;
    checkKeysInUse(`the constraint ${operation.name} of table ${before.name}`, before, after, schema);
    return withTable(schema, after);
  },
  invert(operation, before) {
    const table = tableOf(before, operation.table);
    const constraint = constraintsOf(table).find(
      (candidate) => constraintName(table.name, candidate) === operation.name,
    );
    if (constraint === undefined)
      throw new SchemaError(`table ${table.name} has no constraint ${operation.name}`);
    return { kind: "addConstraint", table: operation.table, constraint };
  },
  describe: ({ table, name }) => `drop constraint ${name} of ${table}`,
  touches: ({ table }) => [table],
  reduce: never,
};
