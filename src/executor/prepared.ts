import type { Rendering } from "../dialects/dialect.ts";
import { type Group, groupsOf } from "./groups.ts";
import { transactionLimits } from "./limits.ts";
import { statementSteps, transactionOf } from "./run-group.ts";
import type { Recording, Target } from "./target.ts";
import type { Unit } from "./unit.ts";

/** What there is to think about for a migration before anything is sent. */
export interface Prepared {
  readonly groups: readonly Group[];
  /** What is to be done for a group that runs as a whole. Throws what the dialect does where it cannot say it. */
  readonly renderingOf: (group: Group) => Rendering;
}

interface PreparedAhead extends Prepared {
  readonly target: Target;
  readonly recording: Recording;
}

const ahead = new WeakMap<Unit, PreparedAhead>();

/** The steps of a unit and, when they are asked for, their statements; those that were made ahead for the same recording. */
export function preparedOf(target: Target, unit: Unit, recording?: Recording): Prepared {
  const made = ahead.get(unit);
  // For one run: what has run is not kept.
  ahead.delete(unit);
  if (made?.target === target && made.recording === recording) return made;
  const groups = groupsOf(unit, target.dialect);
  return { groups, renderingOf: (group) => rendered(target, unit, group, recording) };
}

/** The same for a unit that is run several times, without a recording. */
export function preparedForAll(target: Target, unit: Unit): Prepared {
  const made = new Map<Group, Rendering>();
  const renderingOf = (group: Group): Rendering => {
    const rendering = made.get(group) ?? rendered(target, unit, group, undefined);
    made.set(group, rendering);
    return rendering;
  };
  return { groups: groupsOf(unit, target.dialect), renderingOf };
}

/**
 * Makes the statements of a unit that is one transaction, while the database works on the one before. Returns them where
 * nothing more is needed for it. What cannot be made is told when its turn comes.
 */
export function prepareAhead(target: Target, unit: Unit, recording: Recording): string[] | undefined {
  try {
    const groups = groupsOf(unit, target.dialect);
    const [group, more] = groups;
    if (group === undefined || group.bare || more !== undefined) return undefined;
    const rendering = rendered(target, unit, group, recording);
    ahead.set(unit, { target, recording, groups, renderingOf: () => rendering });
    const statements = transactionOf(target.dialect, rendering.steps, recording.record);
    if (statements === undefined) return undefined;
    target.connection.foresee?.(statements);
    return rendering.before.length + rendering.after.length > 0 ? undefined : statements;
  } catch {
    // It is made again, and fails again, when the unit runs.
    return undefined;
  }
}

function rendered(target: Target, unit: Unit, group: Group, recording: Recording | undefined): Rendering {
  const rendering = target.dialect.render(group.changes);
  const opening = recording === undefined ? [] : [...statementSteps(recording.confirm), recording.done];
  const limits = group.bare ? [] : transactionLimits(target, unit);
  return { ...rendering, steps: [...opening, ...limits, ...rendering.steps] };
}
