import type { Operation } from "../../operations/types.ts";
import { indexKeys } from "../../schema/index-parts.ts";
import { constraintName, constraintsOf, indexName } from "../../schema/naming.ts";
import type { Constraint, Index } from "../../schema/table.ts";

/** What SQLite leaves out of an operation that it otherwise does, in words for people; see `normalize`. */
export function omissions(operation: Operation): string[] {
  switch (operation.kind) {
    case "createTable": {
      const { name, indexes } = operation.table;
      return [
        ...constraintsOf(operation.table).flatMap((constraint) => ofConstraint(name, constraint)),
        ...indexes.flatMap((index) => ofIndex(name, index)),
      ];
    }
    case "createSchema":
      return [`SQLite has no schemas: ${operation.name} is a part of the names of its tables`];
    case "addColumn":
      return operation.unique === undefined ? [] : ofConstraint(operation.table, operation.unique);
    case "addConstraint":
      return ofConstraint(operation.table, operation.constraint);
    case "createView":
      return operation.view.materialized
        ? [`view ${operation.view.name} is made on SQLite without its rows: it is a plain view`]
        : [];
    case "createTrigger": {
      const { name, table, forEach, sqlite } = operation.trigger;
      const why =
        sqlite === undefined
          ? "it has no body for SQLite"
          : forEach === "statement"
            ? "SQLite has no triggers for each statement"
            : undefined;
      return why === undefined ? [] : [`trigger ${name} of ${table} is left out on SQLite: ${why}`];
    }
    case "createIndex": {
      const { table, index, concurrently } = operation;
      return [
        ...ofIndex(table, index),
        ...concurrent(`index ${indexName(table, index)} is made`, concurrently),
      ];
    }
    case "dropIndex":
      return concurrent(`index ${operation.name} is dropped`, operation.concurrently);
    default:
      return [];
  }
}

function ofIndex(table: string, index: Index): string[] {
  const name = `index ${indexName(table, index)}`;
  const { method, include } = index;
  if (method !== undefined && method !== "hash")
    return [`SQLite has no ${method} index: ${name} is left out`];
  const keys = indexKeys(index);
  const left = [
    ...(method === undefined ? [] : ["its method"]),
    ...(include === undefined ? [] : ["the columns that it includes"]),
    ...(keys.some(({ opclass }) => opclass !== undefined) ? ["its operator classes"] : []),
    ...(keys.some(({ nulls }) => nulls !== undefined) ? ["the place of its NULLs"] : []),
  ];
  return left.length === 0 ? [] : [`${name} is made on SQLite without ${left.join(", ")}`];
}

/** Nobody can write to a SQLite file beside anybody else. */
function concurrent(what: string, concurrently = false): string[] {
  return concurrently ? [`${what} on SQLite in the transaction, and not concurrently`] : [];
}

function ofConstraint(table: string, constraint: Constraint): string[] {
  if (constraint.kind !== "unique" && constraint.kind !== "primaryKey") return [];
  const takesNulls = constraint.kind === "unique" && constraint.nullsNotDistinct;
  const left = [
    ...(constraint.deferrable === undefined ? [] : ["being deferrable"]),
    ...(takesNulls ? ["taking NULLs for equal"] : []),
  ];
  const name = constraintName(table, constraint);
  return left.length === 0 ? [] : [`constraint ${name} is made on SQLite without ${left.join(", ")}`];
}
