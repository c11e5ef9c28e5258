import type { Table } from "../schema/table.ts";

/** The tables to which a column refers by itself. */
export function targetsOf(table: Table, column: string): string[] {
  return table.foreignKeys
    .filter((key) => key.columns.length === 1 && key.columns[0] === column)
    .map((key) => key.references.table)
    .sort();
}

/** True if both refer to something, and to nothing that is the same: the values of the one mean nothing in the other. */
export function referApart(left: readonly string[], right: readonly string[]): boolean {
  return left.length > 0 && right.length > 0 && !left.some((target) => right.includes(target));
}

/**
 * The columns that have kept their name only: they refer to another table now (renamed ones have their new names
 * already), so what the name stands for may be under another one.
 */
export function columnsReferringElsewhere(before: Table, after: Table): ReadonlySet<string> {
  const names = after.foreignKeys.flatMap(({ columns }) => (columns.length === 1 ? columns : []));
  return new Set(names.filter((name) => referApart(targetsOf(before, name), targetsOf(after, name))));
}
