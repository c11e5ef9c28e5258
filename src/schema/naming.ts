import type { Expression } from "./expression.ts";
import { shorten } from "./identifier.ts";
import { indexKeys } from "./index-parts.ts";
import { localName } from "./qualified-name.ts";
import { normalizeExpression } from "./sql-tokens.ts";
import {
  type Constraint,
  type ForeignKey,
  type Index,
  type PrimaryKey,
  primaryKeyOf,
  type Table,
  type Unique,
} from "./table.ts";

/** The name of an index within the schema of its table: its own, or PostgreSQL's convention `table_column_idx`. */
export function indexName(table: string, index: Index): string {
  if (index.name !== undefined) return index.name;
  const parts = indexKeys(index).map(({ column, expression }) => column ?? expressionLabel(expression ?? ""));
  return shorten([localName(table), ...parts, index.unique ? "uniq" : "idx"].join("_"));
}

/** What stands for an expression in a name: PostgreSQL says `expr`, which two indexes of a table could not share. */
function expressionLabel(expression: Expression): string {
  const text = JSON.stringify(normalizeExpression(expression));
  return `expr_${Bun.hash.crc32(text).toString(16).padStart(8, "0")}`;
}

/** The name of a constraint: its own, or PostgreSQL's convention (`_pkey`, `_key`, `_fkey`). */
export function constraintName(table: string, constraint: Constraint): string {
  switch (constraint.kind) {
    case "primaryKey":
      return constraint.name ?? shorten(`${localName(table)}_pkey`);
    case "unique":
      return constraint.name ?? shorten([localName(table), ...constraint.columns, "key"].join("_"));
    case "foreignKey":
      return constraint.name ?? shorten([localName(table), ...constraint.columns, "fkey"].join("_"));
    case "check":
      return constraint.name;
  }
}

/** The constraint without its name where that is the derived one. */
export function withoutDerivedName<C extends PrimaryKey | Unique | ForeignKey>(
  table: string,
  constraint: C,
): C {
  const { name, ...unnamed } = constraint;
  // Only an optional key is gone.
  return name === constraintName(table, unnamed as C) ? (unnamed as C) : constraint;
}

/** The name of the enum of a column; it lives in the current schema, wherever the table does. */
export function enumName(table: string, column: string): string {
  return shorten(`${table.replace(".", "_")}_${column}`);
}

/** Every constraint of the table, the primary key first. */
export function constraintsOf(table: Table): readonly Constraint[] {
  const primaryKey = primaryKeyOf(table);
  return [
    ...(primaryKey === undefined ? [] : [primaryKey]),
    ...table.uniques,
    ...table.checks,
    ...table.foreignKeys,
  ];
}
