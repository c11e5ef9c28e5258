import type { Change } from "../dialects/dialect.ts";
import { dataEqual } from "../schema/compare.ts";
import { type Column, findColumn } from "../schema/table.ts";

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
    case "createExtension":
    case "dropExtension":
    case "createSchema":
    case "dropSchema":
    case "alterComment":
    case "createView":
    case "dropView":
    case "createTrigger":
    case "dropTrigger":
      return false;
    case "createIndex":
      // An expression may fail on a row.
      return (
        operation.index.unique ||
        operation.index.columns.some((part) => typeof part !== "string" && part.expression !== undefined)
      );
    case "addColumn": {
      const { column, unique, foreignKey, fill } = operation;
      const value = fill ?? column.default;
      if (unique !== undefined || foreignKey !== undefined || column.generated !== undefined) return true;
      return value === undefined ? !column.nullable && column.autoIncrement !== true : "expression" in value;
    }
    case "alterColumn": {
      const table = before.tables.get(operation.table);
      const column = table && findColumn(table, operation.column.name);
      const tightened = column?.nullable === true && !operation.column.nullable;
      return (
        tightened ||
        operation.using !== undefined ||
        !dataEqual(column && valuesOf(column), valuesOf(operation.column))
      );
    }
    default:
      return true;
  }
}

/** What decides which values a column takes; anything that is not known to leave them alone is part of it. */
function valuesOf({ default: _default, comment: _comment, nullable: _nullable, ...rest }: Column): unknown {
  return rest;
}
