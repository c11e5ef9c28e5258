import { shorten } from "./identifier.ts";
import type { Constraint, Index, Table } from "./table.ts";

/** The name of an index: its own, or PostgreSQL's convention `table_column_idx`. */
export function indexName(table: string, index: Index): string {
  return index.name ?? shorten([table, ...index.columns, index.unique ? "uniq" : "idx"].join("_"));
}

/** The name of a constraint: its own, or PostgreSQL's convention (`_pkey`, `_key`, `_fkey`). */
export function constraintName(table: string, constraint: Constraint): string {
  switch (constraint.kind) {
    case "primaryKey":
      return shorten(`${table}_pkey`);
    case "unique":
      return constraint.name ?? shorten([table, ...constraint.columns, "key"].join("_"));
    case "foreignKey":
      return constraint.name ?? shorten([table, ...constraint.columns, "fkey"].join("_"));
    case "check":
      return constraint.name;
  }
}

/** Every constraint of the table, the primary key first. */
export function constraintsOf(table: Table): readonly Constraint[] {
  const primaryKey: Constraint[] =
    table.primaryKey.length > 0 ? [{ kind: "primaryKey", columns: table.primaryKey }] : [];
  return [...primaryKey, ...table.uniques, ...table.checks, ...table.foreignKeys];
}
