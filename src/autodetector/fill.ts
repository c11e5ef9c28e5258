import { dataEqual } from "../schema/compare.ts";
import type { SqlValue } from "../schema/expression.ts";
import type { Column } from "../schema/table.ts";

/** One-off values for rows that exist already, by `table.column`. */
export type Fills = ReadonlyMap<string, SqlValue>;

/** A column that becomes or is added NOT NULL, with nothing to give to the rows that exist already. */
export interface MissingFill {
  readonly table: string;
  readonly column: string;
  /** A column that is added has no value in any row; one that is altered lacks it where a row holds NULL. */
  readonly change: "added" | "altered";
}

/** The value for existing rows of a new column: none where the column itself supplies one. */
export function fillOfNewColumn(
  table: string,
  column: Column,
  fills: Fills,
): SqlValue | "missing" | undefined {
  if (column.generated !== undefined) return undefined;
  if (column.autoIncrement === true || column.default !== undefined) {
    const fill = fills.get(keyOf(table, column));
    return fill === undefined || dataEqual(fill, column.default) ? undefined : fill;
  }
  return fills.get(keyOf(table, column)) ?? (column.nullable ? undefined : "missing");
}

/** The value for rows that hold NULL when a column becomes NOT NULL. */
export function fillOfAlteredColumn(
  table: string,
  before: Column,
  after: Column,
  fills: Fills,
): SqlValue | "missing" | undefined {
  if (!before.nullable || after.nullable || after.generated !== undefined) return undefined;
  return fills.get(keyOf(table, after)) ?? after.default ?? "missing";
}

function keyOf(table: string, column: Column): string {
  return `${table}.${column.name}`;
}
