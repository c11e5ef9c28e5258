import type { Change } from "../dialects/dialect.ts";
import type { Unit } from "./unit.ts";

/** Changes that run in one transaction, or one that runs in none. */
export interface Group {
  readonly changes: readonly Change[];
  /** The index of the first change in the unit. */
  readonly first: number;
  /** Outside a transaction. */
  readonly bare: boolean;
}

/**
 * An atomic unit is one group. In one that is not, SQL and code of the user's stand alone and outside a transaction,
 * while neighbouring operations on the schema keep one: half a table rebuild is in nobody's interest.
 */
export function groupsOf(unit: Unit): readonly Group[] {
  if (unit.atomic || unit.changes.length === 0) return [{ changes: unit.changes, first: 0, bare: false }];
  const groups: { changes: Change[]; first: number; bare: boolean }[] = [];
  for (const [at, change] of unit.changes.entries()) {
    const bare = change.operation.kind === "runSQL" || change.operation.kind === "runCode";
    const last = groups.at(-1);
    if (last === undefined || bare || last.bare) groups.push({ changes: [change], first: at, bare });
    else last.changes.push(change);
  }
  return groups;
}
