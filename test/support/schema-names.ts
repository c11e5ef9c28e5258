import type { Operation } from "../../src/operations/types.ts";
import { constraintName, constraintsOf, indexName } from "../../src/schema/naming.ts";
import { besideTable } from "../../src/schema/qualified-name.ts";
import { type Schema, tablesByName } from "../../src/schema/schema.ts";
import type { Table } from "../../src/schema/table.ts";
import { foldName } from "./names.ts";

/**
 * The names that must differ: PostgreSQL keeps tables, indexes, keys and types under one roof, and the constraints
 * of a table share one more.
 */
export function allNames(schema: Schema): string[] {
  return [
    ...schema.enums.keys(),
    ...schema.views.keys(),
    ...Array.from(schema.triggers.values(), ({ name }) => name),
    ...tablesByName(schema).flatMap(namesOfTable),
  ].map(foldName);
}

function namesOfTable(table: Table): string[] {
  return [
    table.name,
    ...[
      ...table.indexes.map((index) => indexName(table.name, index)),
      ...constraintsOf(table).map((constraint) => constraintName(table.name, constraint)),
    ].map((name) => besideTable(table.name, name)),
  ];
}

/** The names that an operation brings, as far as it says them itself. */
export function namesOf(operation: Operation): string[] {
  switch (operation.kind) {
    case "createTable":
      return namesOfTable(operation.table);
    case "createView":
      return [operation.view.name];
    case "createTrigger":
      return [operation.trigger.name];
    case "createIndex":
      return [besideTable(operation.table, indexName(operation.table, operation.index))];
    case "renameIndex":
      return [besideTable(operation.table, operation.to)];
    case "addConstraint":
      return [besideTable(operation.table, constraintName(operation.table, operation.constraint))];
    case "addColumn":
      return [operation.unique, operation.foreignKey].flatMap((constraint) =>
        constraint === undefined
          ? []
          : [besideTable(operation.table, constraintName(operation.table, constraint))],
      );
    default:
      return [];
  }
}

/** True if the schema has none of the names. */
export function areFree(names: readonly string[], schema: Schema): boolean {
  const taken = new Set(allNames(schema));
  return areUnique(names.map(foldName)) && names.every((name) => !taken.has(foldName(name)));
}

/** True if no two of the names are equal. */
export function areUnique(names: readonly string[]): boolean {
  return new Set(names).size === names.length;
}
