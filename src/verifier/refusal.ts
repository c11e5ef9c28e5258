import type { Change } from "../dialects/dialect.ts";
import { dataEqual } from "../schema/compare.ts";
import { findColumn } from "../schema/table.ts";

/** True if rows that fit the schema before can be a good reason for a database to refuse one of the changes. */
export function mayRefuseRows(changes: readonly Change[]): boolean {
  return changes.some(mayRefuse);
}

function mayRefuse({ operation, before }: Change): boolean {
  switch (operation.kind) {
    case "createTable":
    case "dropTable":
    case "renameTable":
    case "dropColumn":
    case "renameColumn":
    case "dropIndex":
    case "renameIndex":
    case "dropConstraint":
    case "createEnum":
    case "dropEnum":
    case "alterComment":
      return false;
    case "createIndex":
      // An expression may fail on a row.
      return (
        operation.index.unique ||
        operation.index.columns.some((part) => typeof part !== "string" && part.expression !== undefined)
      );
    case "addColumn": {
      const { column, unique, foreignKey, fill } = operation;
      const value = fill ?? column.default ?? column.generated;
      if (unique !== undefined || foreignKey !== undefined) return true;
      return value === undefined ? !column.nullable && column.autoIncrement !== true : "expression" in value;
    }
    case "alterColumn": {
      const table = before.tables.get(operation.table);
      const column = table && findColumn(table, operation.column.name);
      const tightened = column?.nullable === true && !operation.column.nullable;
      const { type, collation, generated } = operation.column;
      const same = [column?.type, column?.collation, column?.generated];
      return tightened || operation.using !== undefined || !dataEqual(same, [type, collation, generated]);
    }
    default:
      return true;
  }
}
