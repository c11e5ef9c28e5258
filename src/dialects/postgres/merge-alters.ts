import { mentionsIdentifier } from "../../schema/sql-tokens.ts";
import { postgresRenderer as sql } from "./renderer.ts";

/** Actions of one ALTER TABLE that concern one column and nothing else, so that those of others can stand beside them. */
export interface ColumnActions {
  readonly table: string;
  readonly column: string;
  readonly actions: readonly string[];
  /** The expression that the new values are made by, where one is given. */
  readonly using?: string | undefined;
}

/** What comes out of one or more operations, by their index in the migration. */
export interface Placed<P> {
  readonly part: P;
  readonly operations: readonly number[];
}

/**
 * Puts neighbouring actions on several columns of one table into one ALTER TABLE: a new type rewrites the whole table,
 * and so it is rewritten once. A part of which `readOf` gives the one column that it reads, and that changes nothing,
 * comes before the statement that it would stand in the middle of.
 */
export function mergeAlters<P>(
  parts: readonly Placed<P | ColumnActions>[],
  readOf: (part: P) => string | undefined,
): Placed<P | string>[] {
  const merged: Placed<P | string>[] = [];
  let group: Placed<ColumnActions>[] = [];
  const close = () => {
    const [first] = group;
    if (first === undefined) return;
    const actions = group.flatMap(({ part }) => part.actions);
    const [part = ""] = sql.alterTable(first.part.table, actions);
    merged.push({ part, operations: [...new Set(group.flatMap(({ operations }) => operations))] });
    group = [];
  };
  for (const { part, operations } of parts) {
    if (isActions(part)) {
      if (!group.every((other) => isIndependent(part, other.part))) close();
      group.push({ part, operations });
      continue;
    }
    const read = readOf(part);
    if (read === undefined || group.some((other) => other.part.column === read)) close();
    merged.push({ part, operations });
  }
  close();
  return merged;
}

/** All the values that `using` reads in one ALTER TABLE are the old ones. */
function isIndependent(actions: ColumnActions, earlier: ColumnActions): boolean {
  return (
    actions.table === earlier.table &&
    actions.column !== earlier.column &&
    (actions.using === undefined || !mentionsIdentifier(actions.using, earlier.column))
  );
}

function isActions<P>(part: P | ColumnActions): part is ColumnActions {
  return typeof part === "object" && part !== null && "actions" in part;
}
