import { SchemaError } from "../errors.ts";
import { constraintName } from "../schema/naming.ts";
import { type Schema, withTable } from "../schema/schema.ts";
import { type Column, findColumn, type Table } from "../schema/table.ts";
import { checkGenerated, refuseValue } from "./generated-checks.ts";
import { changeTable, enumKey, type Handler, never, tableOf } from "./handler.ts";
import { checkJoinedTypes } from "./joined-types.ts";
import { checkConstraintNames } from "./key-checks.ts";
import { applyToTable, ownConstraints } from "./local.ts";
import { referrers } from "./referrers.ts";
import { checkColumn, checkConstraints, checkIndex } from "./table-checks.ts";
import type { AddColumn, AlterColumn, DropColumn, Operation, RenameColumn } from "./types.ts";

export const addColumn: Handler<AddColumn> = {
  apply(operation, schema) {
    const table = changed(operation, operation.table, schema);
    checkColumn(table.name, operation.column, schema);
    refuseValue(table.name, operation.column, operation.fill, "fill");
    checkGenerated(table);
    if (operation.unique !== undefined) checkConstraints(table, [operation.unique], schema);
    if (operation.foreignKey !== undefined) checkConstraints(table, [operation.foreignKey], schema);
    return withTable(schema, table);
  },
  invert: ({ table, column }) => ({ kind: "dropColumn", table, column: column.name }),
  describe: ({ table, column }) => `add column ${column.name} to ${table}`,
  touches: ({ table, column, foreignKey }) => [
    table,
    ...enumOf(column),
    ...(foreignKey === undefined ? [] : [foreignKey.references.table]),
  ],
  reduce(operation, next) {
    const undone =
      next.kind === "dropColumn" && next.table === operation.table && next.column === operation.column.name;
    return undone ? [] : undefined;
  },
};

export const dropColumn: Handler<DropColumn> = {
  apply(operation, schema) {
    const table = changed(operation, operation.table, schema);
    const [referrer] = referrers(schema, operation.table, operation.column);
    if (referrer !== undefined) {
      const name = constraintName(referrer.table, referrer.key);
      throw new SchemaError(
        `column ${operation.table}.${operation.column} cannot be dropped: table ${referrer.table} refers to it`,
        `drop the foreign key first: m.dropConstraint("${referrer.table}", "${name}")`,
      );
    }
    checkGenerated(table);
    return withTable(schema, table);
  },
  invert(operation, before) {
    const table = tableOf(before, operation.table);
    return {
      kind: "addColumn",
      table: operation.table,
      column: columnOf(table, operation.column),
      ...ownConstraints(table, operation.column),
    };
  },
  describe: ({ table, column }) => `drop column ${column} of ${table}`,
  touches: ({ table }) => [table],
  reduce: never,
};

export const alterColumn: Handler<AlterColumn> = {
  apply(operation, schema) {
    checkColumn(operation.table, operation.column, schema);
    refuseValue(operation.table, operation.column, operation.fill, "fill");
    refuseValue(operation.table, operation.column, operation.using, "using");
    const table = changed(operation, operation.table, schema);
    checkGenerated(table);
    if (operation.column.nullable && table.primaryKey.includes(operation.column.name)) {
      throw new SchemaError(
        `column ${table.name}.${operation.column.name} is in the primary key and cannot accept NULL`,
      );
    }
    checkJoinedTypes(tableOf(schema, table.name), table, operation.column.name, schema);
    return withTable(schema, table);
  },
  invert: (operation, before) => ({
    kind: "alterColumn",
    table: operation.table,
    column: columnOf(tableOf(before, operation.table), operation.column.name),
  }),
  describe: ({ table, column }) => `alter column ${column.name} of ${table}`,
  touches: ({ table, column }) => [table, ...enumOf(column)],
  reduce: never,
};

export const renameColumn: Handler<RenameColumn> = {
  apply(operation, schema) {
    const { from, to } = operation;
    const table = changed(operation, operation.table, schema);
    checkConstraintNames(table);
    for (const index of table.indexes) checkIndex(table, index);
    const renamed = withTable(schema, table);
    return referrers(schema, operation.table, from).reduce(
      (next, referrer) =>
        changeTable(next, referrer.table, (other) => referringToColumn(other, operation.table, from, to)),
      renamed,
    );
  },
  invert: ({ table, from, to }) => ({ kind: "renameColumn", table, from: to, to: from }),
  describe: ({ table, from, to }) => `rename column ${from} of ${table} to ${to}`,
  // Whoever refers to the column changes with it.
  touches: () => "everything",
  reduce: never,
};

function changed(operation: Operation, name: string, schema: Schema): Table {
  const table = tableOf(schema, name);
  return applyToTable(operation, table) ?? table;
}

function columnOf(table: Table, name: string): Column {
  const column = findColumn(table, name);
  if (column === undefined) throw new SchemaError(`table ${table.name} has no column ${name}`);
  return column;
}

function enumOf({ type }: Column): string[] {
  return type.kind === "enum" ? [enumKey(type.name)] : [];
}

function referringToColumn(table: Table, target: string, from: string, to: string): Table {
  const foreignKeys = table.foreignKeys.map((key) => {
    if (key.references.table !== target) return key;
    const columns = key.references.columns.map((column) => (column === from ? to : column));
    return { ...key, references: { ...key.references, columns } };
  });
  return { ...table, foreignKeys };
}
