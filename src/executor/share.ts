import type { Change, Rendering } from "../dialects/dialect.ts";
import { failureOf } from "./failure.ts";
import { groupsOf } from "./groups.ts";
import { isBusy, isCancelled } from "./lock.ts";
import { runSteps } from "./run-group.ts";
import { ownStatement, send } from "./step-failure.ts";
import type { Target } from "./target.ts";
import type { Unit } from "./unit.ts";

/** A shared transaction takes in no further migration after this time: others wait for it, and a kill undoes all of it. */
const LONGEST_MS = 1_000;

const SAVEPOINT = 'SAVEPOINT "yara_migration"';
const RELEASE = 'RELEASE "yara_migration"';
const UNDO = ['ROLLBACK TO "yara_migration"', RELEASE];

/** How units that share a transaction are recorded. */
export interface SharedRecording {
  /** What creates the tables of records, where these are missing. */
  readonly opening: readonly string[];
  /** Asked once, in the transaction: tells of which units the record says by now that they are done. */
  readonly readDone: () => Promise<(name: string) => boolean>;
  /** The statements that say that a unit is done. */
  readonly record: (name: string) => readonly string[];
  readonly onStart: (unit: Unit) => void;
  /** What has become of a unit; told once that is committed. */
  readonly onEnd: (unit: Unit, outcome: "done" | "doneMeanwhile", elapsedMs: number) => void;
}

/** The units from the first on that are dealt with, and those of them that were undone and have to run one by one. */
export interface SharedOutcome {
  readonly committed: number;
  readonly undone: number;
}

/** The first of them has to run by itself. */
export const NOT_SHARED: SharedOutcome = { committed: 0, undone: 0 };

/**
 * Runs the first of these units, as many as go together, in one transaction with a savepoint for each: those that are one
 * transaction each, without code, which may do something outside the database. None where the first is not such a unit.
 * @throws MigrationError like `runUnit` for the one that fails; it is undone, and those before it are committed
 */
export async function runShared(
  target: Target,
  units: readonly Unit[],
  recording: SharedRecording,
): Promise<SharedOutcome> {
  const { connection, dialect } = target;
  const [first] = units;
  if (first === undefined) return NOT_SHARED;
  const frame = rendered(target, first);
  if (frame === undefined) return NOT_SHARED;
  const ended: (() => void)[] = [];
  const begun = performance.now();
  let failure: { readonly error: unknown } | undefined;
  let count = 0;
  try {
    await connection.execute([...frame.rendering.before, dialect.begin, ...recording.opening]);
    const isDone = await recording.readDone();
    for (const unit of units) {
      const part = count === 0 ? frame : rendered(target, unit);
      if (part === undefined || !goTogether(frame, part)) break;
      if (count > 0 && (target.signal?.aborted === true || performance.now() - begun > LONGEST_MS)) break;
      count += 1;
      recording.onStart(unit);
      if (isDone(unit.name)) {
        ended.push(() => recording.onEnd(unit, "doneMeanwhile", 0));
        continue;
      }
      const started = performance.now();
      try {
        const work = { target, name: unit.name, changes: part.changes };
        const pending = await runSteps(work, [ownStatement(SAVEPOINT)], part.rendering.steps);
        const end = [...recording.record(unit.name), RELEASE];
        await send(connection, [...pending, ...end.map(ownStatement)]);
      } catch (error) {
        failure = { error: failureOf(error, unit, part.operations) };
        await connection.execute(UNDO);
        break;
      }
      const elapsedMs = performance.now() - started;
      ended.push(() => recording.onEnd(unit, "done", elapsedMs));
      if (part.isLast) break;
    }
    await connection.execute(["COMMIT"]);
  } catch (error) {
    await connection.execute(["ROLLBACK"]).catch(() => {});
    // Nothing has begun: who waits no more for the others has stopped no migration.
    if (count === 0) target.signal?.throwIfAborted();
    const refused = isBusy(error) || isCancelled(error) || target.signal?.aborted === true;
    // Whoever creates the tables by themselves can tell which of them cannot be created.
    if (count === 0 && recording.opening.length > 0 && !refused) return NOT_SHARED;
    if (count === 0 || refused) throw failureOf(error, units[count - 1] ?? first, []);
    // The whole transaction is lost, by a statement that rolls it back, or does not commit: one of them is to blame for that.
    return { committed: 0, undone: count };
  } finally {
    const { after } = frame.rendering;
    if (after.length > 0) await connection.execute(after).catch(() => {});
  }
  for (const tell of ended) tell();
  if (failure !== undefined) throw failure.error;
  return { committed: count, undone: 0 };
}

interface Part {
  readonly rendering: Rendering;
  readonly changes: readonly Change[];
  readonly operations: readonly number[];
  /** Statements of the user's may break a deferred constraint: that has to show before the next unit can mend it. */
  readonly isLast: boolean;
}

/** A unit for the database, if it may share a transaction. */
function rendered({ dialect }: Target, unit: Unit): Part | undefined {
  if (unit.changes.some(({ operation }) => operation.kind === "runCode")) return undefined;
  const [group, more] = groupsOf(unit, dialect);
  const isPlain = more === undefined && group?.bare === false;
  // What ends a transaction would end that of the others as well.
  if (!isPlain || group.natures.some(({ transaction }) => transaction !== "inside")) return undefined;
  const { changes, operations, natures } = group;
  return { rendering: dialect.render(changes), changes, operations, isLast: natures.length > 0 };
}

function goTogether({ rendering: one }: Part, { rendering: other }: Part): boolean {
  return one.before.join() === other.before.join() && one.after.join() === other.after.join();
}
