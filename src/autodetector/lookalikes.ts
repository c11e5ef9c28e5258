import { dataEqual } from "../schema/compare.ts";
import { type Column, isGenerated, type Table } from "../schema/table.ts";
import type { TableDiff } from "./table-diff.ts";

/** Something dropped and something added that could be one thing renamed. Nobody guesses: both are named. */
export interface Lookalike {
  readonly kind: "column" | "table";
  /** The table of the columns; for tables the dropped one. */
  readonly table: string;
  readonly dropped: string;
  readonly added: string;
}

/** A dropped and an added column of the same type in the same table; a generated one loses nothing. */
export function columnLookalikes({ after, columns }: TableDiff): Lookalike[] {
  return columns.dropped.flatMap((dropped) =>
    columns.added
      .filter((added) => !isGenerated(dropped) && dataEqual(added.type, dropped.type))
      .map(
        (added): Lookalike => ({
          kind: "column",
          table: after.name,
          dropped: dropped.name,
          added: added.name,
        }),
      ),
  );
}

/** A dropped and a created table with the same columns. */
export function tableLookalikes(dropped: readonly Table[], created: readonly Table[]): Lookalike[] {
  const createdByShape = Map.groupBy(created, shapeOf);
  return dropped.flatMap((table) =>
    (createdByShape.get(shapeOf(table)) ?? []).map(
      (added): Lookalike => ({ kind: "table", table: table.name, dropped: table.name, added: added.name }),
    ),
  );
}

function shapeOf(table: Table): string {
  return JSON.stringify(table.columns.map(({ name, type }: Column) => [name, type.kind]).sort());
}
