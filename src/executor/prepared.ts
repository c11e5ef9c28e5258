import type { Dialect, Rendering } from "../dialects/dialect.ts";
import { type Group, groupsOf } from "./groups.ts";
import type { Unit } from "./unit.ts";

/** What there is to think about for a migration before anything is sent. */
export interface Prepared {
  readonly groups: readonly Group[];
  /** The statements of a group. Throws what the dialect does where it cannot say them. */
  readonly renderingOf: (group: Group) => Rendering;
}

const ahead = new WeakMap<Unit, Prepared & { readonly dialect: Dialect }>();

/** The steps of a unit and, when they are asked for, their statements; those that were made ahead. */
export function preparedOf(dialect: Dialect, unit: Unit): Prepared {
  const made = ahead.get(unit);
  // For one run: what has run is not kept.
  ahead.delete(unit);
  if (made?.dialect === dialect) return made;
  return { groups: groupsOf(unit, dialect), renderingOf: (group) => dialect.render(group.changes) };
}

/**
 * Makes the statements of a unit that is one transaction, while the database works on the one before. What cannot be made is
 * told when its turn comes.
 */
export function prepareAhead(dialect: Dialect, unit: Unit): void {
  try {
    const groups = groupsOf(unit, dialect);
    const [group, more] = groups;
    if (group === undefined || more !== undefined) return;
    const rendering = dialect.render(group.changes);
    ahead.set(unit, { dialect, groups, renderingOf: () => rendering });
  } catch {
    // It is made again, and fails again, when the unit runs.
  }
}
