import { groupsOf, operationsDone } from "../executor/groups.ts";
import type { HalfApplied } from "../executor/journal.ts";
import { begun } from "../executor/step-hashes.ts";
import { preparation } from "../executor/take-up.ts";
import type { Target } from "../executor/target.ts";
import type { Unit } from "../executor/unit.ts";

/** How far an earlier run has come with a unit. */
interface Taken {
  /** The indexes of the operations that do not run again. */
  readonly done: ReadonlySet<number>;
  /** In steps; undefined of a unit of which nothing is done. */
  readonly progress: Pick<HalfApplied, "direction" | "done" | "total"> | undefined;
}

/**
 * What a run would find done of this unit.
 * @throws HalfAppliedError where it could not go on: the steps that were done are edited, or nobody can tell whether one is
 */
export async function takenOf(target: Target, unit: Unit, half: HalfApplied | undefined): Promise<Taken> {
  if (unit.name !== half?.name) return { done: new Set(), progress: undefined };
  const groups = groupsOf(unit, target.dialect);
  const state = begun(unit, groups, half);
  const next = groups[state.done];
  const isNextDone =
    state.doing && next?.bare === true && (await preparation(target, unit, next, state)).done;
  const done = state.done + (isNextDone ? 1 : 0);
  return {
    done: operationsDone(unit, target.dialect, done),
    progress: { direction: half.direction, done, total: state.total },
  };
}
