import { withRetries } from "./contention.ts";
import { failureOf } from "./failure.ts";
import { type Prepared, preparedOf } from "./prepared.ts";
import { runBare, runInTransaction } from "./run-group.ts";
import { isFailureOf } from "./step-failure.ts";
import { runSteps } from "./steps.ts";
import type { Recording, Target } from "./target.ts";
import type { Unit } from "./unit.ts";

export type { Target } from "./target.ts";

/**
 * Runs one migration in one direction, with its record, in one transaction; one that needs several steps (see
 * `groupsOf`) step by step, and from the step where an earlier run has ended. Returns false where somebody else has
 * done it meanwhile. Without a `recording` nothing is recorded. What there is to think about may be given.
 * @throws MigrationError naming the file, the operation and the statement; what its transaction did is undone.
 * HalfAppliedError where an earlier run has ended in a way that only a person can judge
 */
export async function runUnit(
  target: Target,
  unit: Unit,
  recording?: Recording,
  { groups, renderingOf }: Prepared = preparedOf(target, unit, recording),
): Promise<boolean> {
  const isOne = groups.length === 1 && !groups.some(({ bare }) => bare);
  if (recording !== undefined && !(isOne && recording.half === undefined)) {
    return await runSteps(target, unit, groups, recording);
  }
  for (const group of groups) {
    const work = { target, name: unit.name, changes: group.changes };
    try {
      const rendering = renderingOf(group);
      if (group.bare) await runBare(work, rendering.steps);
      else {
        const record = recording?.record ?? [];
        await withRetries(target, unit, true, () => runInTransaction(work, rendering, record));
      }
    } catch (error) {
      if (recording !== undefined && isFailureOf(recording.done, error)) return false;
      throw failureOf(error, unit, group.operations);
    }
  }
  return true;
}
