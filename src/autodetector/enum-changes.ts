import { mentionsValue, namesValue } from "../operations/named-values.ts";
import type { Operation } from "../operations/types.ts";
import { dataEqual } from "../schema/compare.ts";
import type { EnumType } from "../schema/schema.ts";
import { type Column, findColumn, type Table } from "../schema/table.ts";
import type { TableDiff } from "./table-diff.ts";

/** The changes of the enums that stay, before and after those of the columns. */
export interface EnumChanges {
  readonly before: readonly Operation[];
  readonly after: readonly Operation[];
}

/**
 * An enum gets its values before the columns change. Where a column leaves it or changes its default, or something that
 * names a value goes, what goes of the enum goes afterwards: until then rows, the default or an expression may still
 * have such a value.
 */
export function changeEnums(
  kept: readonly { readonly before: EnumType; readonly after: EnumType }[],
  changed: readonly TableDiff[],
  droppedTables: readonly Table[],
): EnumChanges {
  const before: Operation[] = [];
  const after: Operation[] = [];
  for (const type of kept) {
    if (dataEqual(type.before, type.after)) continue;
    const full: Operation = { kind: "alterEnum", type: type.after };
    const removed = type.before.values.filter((value) => !type.after.values.includes(value));
    const isWaitedFor =
      removed.length > 0 &&
      (isLeft(type.before.name, changed, droppedTables) ||
        removed.some((value) => isForgotten(value, changed)));
    if (!isWaitedFor) {
      before.push(full);
      continue;
    }
    const added = type.after.values.filter((value) => !type.before.values.includes(value));
    if (added.length > 0) {
      before.push({ kind: "alterEnum", type: { ...type.after, values: [...type.before.values, ...added] } });
    }
    after.push(full);
  }
  return { before, after };
}

/** True if some column of the enum is dropped, gets another type or another default. */
function isLeft(name: string, changed: readonly TableDiff[], droppedTables: readonly Table[]): boolean {
  const uses = ({ type }: Column) => type.kind === "enum" && type.name === name;
  return (
    droppedTables.some((table) => table.columns.some(uses)) ||
    changed.some(({ before, after }) =>
      before.columns.some((column) => {
        if (!uses(column)) return false;
        const next = findColumn(after, column.name);
        return (
          next === undefined ||
          !dataEqual(next.type, column.type) ||
          !dataEqual(next.default ?? null, column.default ?? null)
        );
      }),
    )
  );
}

/** True if some check, index or generated column that names the value is dropped or becomes another one. */
function isForgotten(value: string, changed: readonly TableDiff[]): boolean {
  return changed.some(
    ({ constraints, indexes, columns }) =>
      constraints.dropped.some((part) => part.kind === "check" && namesValue(part, value)) ||
      indexes.dropped.some((index) => namesValue(index, value)) ||
      [...columns.dropped, ...columns.altered.map(({ before }) => before)].some(
        ({ generated }) => generated !== undefined && mentionsValue(generated.expression, value),
      ),
  );
}
