import { SchemaError } from "../errors.ts";
import type { Expression } from "../schema/expression.ts";
import { mapIndex } from "../schema/index-parts.ts";
import { constraintsOf } from "../schema/naming.ts";
import { localName, namespaceOf, tableNameProblem } from "../schema/qualified-name.ts";
import { type Schema, withTable } from "../schema/schema.ts";
import { renameTableIn } from "../schema/sql-tokens.ts";
import type { Table } from "../schema/table.ts";
import { checkGenerated } from "./generated-checks.ts";
import { changeTable, enumKey, type Handler, namespaceKeys, never, tableOf } from "./handler.ts";
import { checkConstraintNames } from "./key-checks.ts";
import { applyToTable } from "./local.ts";
import { referrers } from "./referrers.ts";
import { checkColumn, checkConstraints, checkIndex, unreferencedTable } from "./table-checks.ts";
import type { AlterComment, CreateTable, DropTable, RenameTable } from "./types.ts";

export const createTable: Handler<CreateTable> = {
  apply({ table }, schema) {
    if (schema.tables.has(table.name)) throw new SchemaError(`table ${table.name} exists already`);
    checkTableName(table.name, schema);
    checkTable(table, schema);
    return withTable(schema, table);
  },
  invert: ({ table }) => ({ kind: "dropTable", table: table.name }),
  describe: ({ table }) => `create table ${table.name}`,
  touches: ({ table }) => [
    table.name,
    ...namespaceKeys(table.name),
    ...table.foreignKeys.map((key) => key.references.table),
    ...table.columns.flatMap(({ type }) => (type.kind === "enum" ? [enumKey(type.name)] : [])),
  ],
  reduce(operation, next) {
    if (next.kind === "dropTable") return next.table === operation.table.name ? [] : undefined;
    // Touched by both may also be what the new table refers to.
    if (!("table" in next) || next.table !== operation.table.name) return undefined;
    const table = applyToTable(next, operation.table);
    return table === undefined ? undefined : [{ kind: "createTable", table }];
  },
};

export const dropTable: Handler<DropTable> = {
  apply(operation, schema) {
    unreferencedTable(schema, operation.table);
    return { ...schema, tables: schema.tables.delete(operation.table) };
  },
  invert: (operation, before) => ({ kind: "createTable", table: tableOf(before, operation.table) }),
  describe: (operation) => `drop table ${operation.table}`,
  touches: (operation) => [operation.table, ...namespaceKeys(operation.table)],
  reduce: never,
};

export const renameTable: Handler<RenameTable> = {
  apply({ from, to }, schema) {
    if (schema.tables.has(to)) throw new SchemaError(`table ${to} exists already`);
    checkTableName(to, schema);
    const table = { ...namingItself(referringTo(tableOf(schema, from), from, to), from, to), name: to };
    checkConstraintNames(table);
    for (const index of table.indexes) checkIndex(table, index);
    const moved = withTable({ ...schema, tables: schema.tables.delete(from) }, table);
    return referrers(schema, from).reduce(
      (next, referrer) => changeTable(next, referrer.table, (other) => referringTo(other, from, to)),
      moved,
    );
  },
  invert: ({ from, to }) => ({ kind: "renameTable", from: to, to: from }),
  describe: ({ from, to }) => `rename table ${from} to ${to}`,
  // Whoever refers to the table changes with it.
  touches: () => "everything",
  reduce: never,
};

export const alterComment: Handler<AlterComment> = {
  apply: (operation, schema) =>
    changeTable(schema, operation.table, (table) => applyToTable(operation, table) ?? table),
  invert(operation, before) {
    const { comment } = tableOf(before, operation.table);
    return { kind: "alterComment", table: operation.table, ...(comment === undefined ? {} : { comment }) };
  },
  describe: (operation) => `alter the comment of table ${operation.table}`,
  touches: (operation) => [operation.table],
  reduce: never,
};

function checkTableName(name: string, schema: Schema): void {
  const problem = tableNameProblem(name);
  if (problem !== undefined) throw new SchemaError(`the table name ${name} ${problem}`);
  const namespace = namespaceOf(name);
  if (namespace === undefined || schema.namespaces.has(namespace)) return;
  throw new SchemaError(
    `table ${name} needs the schema ${namespace}, which does not exist`,
    `create it before with m.createSchema(${JSON.stringify(namespace)})`,
  );
}

function checkTable(table: Table, schema: Schema): void {
  if (table.columns.length === 0) throw new SchemaError(`table ${table.name} has no column`);
  const names = new Set<string>();
  for (const column of table.columns) {
    if (names.has(column.name))
      throw new SchemaError(`table ${table.name} has the column ${column.name} twice`);
    names.add(column.name);
    checkColumn(table.name, column, schema);
  }
  checkConstraints(table, constraintsOf(table), schema);
  for (const index of table.indexes) checkIndex(table, index);
  checkGenerated(table);
}

/** The table with its new name in its own expressions. */
function namingItself(table: Table, from: string, to: string): Table {
  const renamed = (expression: Expression) => renameTableIn(expression, localName(from), localName(to));
  return {
    ...table,
    columns: table.columns.map((column) => {
      const { generated } = column;
      if (generated === undefined) return column;
      return { ...column, generated: { ...generated, expression: renamed(generated.expression) } };
    }),
    checks: table.checks.map((check) => ({ ...check, expression: renamed(check.expression) })),
    indexes: table.indexes.map((index) => mapIndex(index, (column) => column, renamed)),
  };
}

function referringTo(table: Table, from: string, to: string): Table {
  if (table.foreignKeys.every((key) => key.references.table !== from)) return table;
  const foreignKeys = table.foreignKeys.map((key) =>
    key.references.table === from ? { ...key, references: { ...key.references, table: to } } : key,
  );
  return { ...table, foreignKeys };
}
