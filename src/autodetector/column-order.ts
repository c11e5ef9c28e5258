import { mentions } from "../schema/sql-tokens.ts";
import { type Column, findColumn, isGenerated } from "../schema/table.ts";
import type { TableDiff } from "./table-diff.ts";

/** A column before and after. */
type Altered = TableDiff["columns"]["altered"][number];

/**
 * True where the new columns and the changes of others have to come before the dropped columns: a table must keep a
 * column that is not generated at every moment, and what others are computed from.
 */
export function dropsComeLast({ before, after, columns }: TableDiff): boolean {
  const stays = before.columns.some((column) => {
    const later = findColumn(after, column.name);
    return later !== undefined && !isGenerated(column) && !isGenerated(later);
  });
  if (!stays) return true;
  return columns.altered.some(({ before: { generated } }) =>
    columns.dropped.some(({ name }) => generated !== undefined && mentions(generated.expression, name)),
  );
}

/** The dropped columns: first the generated ones, those that others are computed from after these. */
export function inDropOrder(dropped: readonly Column[]): { computed: Column[]; plain: Column[] } {
  const computed: Column[] = [];
  let waiting = dropped.filter(isGenerated);
  while (waiting.length > 0) {
    const free = waiting.filter(({ name }) =>
      waiting.every((other) => other.name === name || !mentions(other.generated.expression, name)),
    );
    // A circle is no order that a database has; it is left to say so.
    const next = free.length > 0 ? free : waiting;
    computed.push(...next);
    waiting = waiting.filter((column) => !next.includes(column));
  }
  return { computed, plain: dropped.filter((column) => !isGenerated(column)) };
}

/** The generated columns after those that they may be computed from. */
export function plainFirst(columns: readonly Column[]): readonly Column[] {
  const computed = inDropOrder(columns).computed.toReversed();
  return computed.length === 0 ? columns : [...columns.filter((column) => !isGenerated(column)), ...computed];
}

/** What becomes plain before what may be computed from it, and what becomes generated last. */
export function inAlterOrder(altered: readonly Altered[]): readonly Altered[] {
  const rank = ({ before, after }: Altered) => (!isGenerated(after) ? 0 : isGenerated(before) ? 1 : 2);
  return altered.toSorted((a, b) => rank(a) - rank(b));
}
