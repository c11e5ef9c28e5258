import { DatabaseError } from "../errors.ts";
import { describeOperation } from "../operations/handlers.ts";
import { withRetries } from "./contention.ts";
import { failureOf } from "./failure.ts";
import { type Group, groupsOf } from "./groups.ts";
import type { HalfApplied } from "./journal.ts";
import { transactionLimits } from "./limits.ts";
import { runSteps } from "./run-group.ts";
import { send } from "./step-failure.ts";
import { begun } from "./step-hashes.ts";
import type { Target } from "./target.ts";
import type { Unit } from "./unit.ts";

/** SQLSTATE unsafe_new_enum_value_usage: a value that was added can be used once it is committed. */
const NEEDS_COMMIT = "55P04";

/** Whatever it is that fails, nothing of the trial stays. */
const UNDONE = { done: 0, total: 1 };

/** What was not tried of a migration, and why. */
export interface NotTried {
  readonly name: string;
  readonly what: string;
}

/**
 * Runs units one after the other in a single transaction, which is rolled back in the end, whatever comes of it. Returns
 * what could not be tried in it. Of the one that is applied in part, the rest is tried. On SQLite foreign keys are off for all of
 * them where they have to be for one.
 * @throws MigrationError and HalfAppliedError as the units themselves would
 */
export async function tryUnits(
  target: Target,
  units: readonly Unit[],
  onStart: (unit: Unit) => void,
  half?: HalfApplied,
): Promise<NotTried[]> {
  const { connection, dialect } = target;
  const groups = units.flatMap((unit) => {
    const all = groupsOf(unit, dialect);
    // What an earlier run has done is there, and stays.
    const progress = unit.name === half?.name ? begun(unit, all, half) : UNDONE;
    return all.slice(progress.done).map((group) => ({ unit, group, progress }));
  });
  const parts = groups.map((part) => ({ ...part, rendering: dialect.render(part.group.changes) }));
  const skipped: NotTried[] = [];
  let started: Unit | undefined;
  try {
    await connection.execute([...new Set(parts.flatMap(({ rendering }) => rendering.before)), dialect.begin]);
    for (const { unit, group, progress, rendering } of parts) {
      target.signal?.throwIfAborted();
      if (started !== unit) onStart(unit);
      started = unit;
      if (group.bare) {
        skipped.push({ name: unit.name, what: `${textOf(group)} cannot be in a transaction` });
        continue;
      }
      try {
        const steps = [...transactionLimits(target, unit), ...rendering.steps];
        await withRetries(target, unit, false, async () => {
          const work = { target, name: unit.name, changes: group.changes };
          await send(connection, await runSteps(work, [], steps));
          await dialect.checkDeferred(connection);
        });
      } catch (error) {
        const failure = failureOf(error, unit, group.operations, progress);
        if (!needsCommit(failure)) throw failure;
        const what = `${textOf(group)} and all that follows needs a value of an enum that is committed before`;
        return [...skipped, { name: unit.name, what }];
      }
    }
    return skipped;
  } finally {
    // On a lost session there is nothing to take back.
    await connection.execute(["ROLLBACK"]).catch(() => {});
    await connection.execute([...new Set(parts.flatMap(({ rendering }) => rendering.after))]).catch(() => {});
  }
}

function textOf({ changes }: Group): string {
  return changes.map(({ operation }) => describeOperation(operation)).join(", ");
}

function needsCommit(failure: unknown): boolean {
  const cause = failure instanceof Error ? failure.cause : undefined;
  return cause instanceof DatabaseError && cause.details.sqlState === NEEDS_COMMIT;
}
