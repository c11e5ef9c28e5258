import type { Step } from "../dialects/dialect.ts";
import { ConnectionError, HalfAppliedError } from "../errors.ts";
import { withRetries } from "./contention.ts";
import { failureOf } from "./failure.ts";
import type { Group } from "./groups.ts";
import type { HalfApplied } from "./journal.ts";
import { transactionLimits, withSessionLimits } from "./limits.ts";
import { tellingOf } from "./own-table.ts";
import { runBare, runInTransaction, statementSteps } from "./run-group.ts";
import { isFailureOf } from "./step-failure.ts";
import { begun } from "./step-hashes.ts";
import { canTakeUp, preparation, repeatForSession } from "./take-up.ts";
import type { Recording, Target } from "./target.ts";
import type { Unit } from "./unit.ts";

/**
 * Runs a migration of several steps. Each step that can be in a transaction ends with the note that it is done, so that
 * it happens exactly once; of one that cannot, it is noted before that it begins, and after that it has ended. Where
 * another migrator is at the same one, on a database without a lock for that, both go on with what is left.
 * Returns and throws like `runUnit`.
 */
export async function runSteps(
  target: Target,
  unit: Unit,
  groups: readonly Group[],
  recording: Recording,
): Promise<boolean> {
  if (recording.half === undefined) {
    try {
      await createJournal(target, recording);
    } catch (error) {
      throw failureOf(error, unit, [], { done: 0, total: groups.length });
    }
  }
  for (let half = recording.half; ; ) {
    if (await runRest({ target, unit, recording }, groups, half)) return true;
    half = (await recording.journal.read(target.connection)) ?? undefined;
    // It has come to its end without us.
    if (half === undefined) return false;
    if (half.name !== unit.name || half.direction !== unit.direction) throw recording.journal.overtaken(half);
  }
}

interface Run {
  readonly target: Target;
  readonly unit: Unit;
  readonly recording: Recording;
}

/** Runs the steps that are not done. Returns false as soon as somebody else has done one of them meanwhile. */
async function runRest(run: Run, groups: readonly Group[], half: HalfApplied | undefined): Promise<boolean> {
  const { target, unit, recording } = run;
  const { journal } = recording;
  let state = begun(unit, groups, half);
  for (const group of groups.slice(0, state.done)) await repeatForSession(target, group);
  for (const group of groups.slice(state.done)) {
    const isNew = half === undefined && state.done === 0;
    const guards: Guards = {
      isNew,
      before: isNew ? [recording.done, journal.free()] : [journal.guard(state)],
      after: journal.guard({ ...state, doing: true }),
    };
    try {
      const mayRepeat = !group.bare || canTakeUp(group);
      const step = group.bare ? runOutside : runInside;
      await withRetries(target, unit, mayRepeat, () => step(run, group, state, guards));
    } catch (error) {
      if ([...guards.before, guards.after].some((guard) => isFailureOf(guard, error))) return false;
      throw error instanceof HalfAppliedError ? error : failureOf(error, unit, group.operations, state);
    }
    state = advanced(state);
  }
  // The file has lost its last steps since.
  if (half?.done === groups.length) await note(run, [], closing(run, state));
  return true;
}

/** What fails where somebody else has been there: in the first transaction of a step, and in the one after its work. */
interface Guards {
  readonly isNew: boolean;
  readonly before: readonly Step[];
  readonly after: Step;
}

async function runInside(
  run: Run,
  group: Group,
  state: HalfApplied,
  { before, isNew }: Guards,
): Promise<void> {
  const { target, recording } = run;
  const rendering = target.dialect.render(group.changes);
  const notes = isNew ? statementSteps(beginning(run, state)) : [];
  const limits = transactionLimits(target, run.unit);
  const steps = [...statementSteps(recording.confirm), ...before, ...limits, ...notes, ...rendering.steps];
  const work = { target, name: run.unit.name, changes: group.changes };
  await runInTransaction(work, { ...rendering, steps }, closing(run, advanced(state)));
}

async function runOutside(run: Run, group: Group, state: HalfApplied, guards: Guards): Promise<void> {
  const { target, unit, recording } = run;
  const { journal } = recording;
  const doing = { ...state, doing: true };
  const ready = await preparation(target, unit, group, state);
  await note(run, guards.before, guards.isNew ? beginning(run, doing) : [journal.update(doing)]);
  if (!ready.done) {
    try {
      const work = { target, name: unit.name, changes: group.changes };
      await withSessionLimits(target, unit, group, () => runBare(work, ready.steps));
    } catch (error) {
      // Of a step that was refused it is known that it is not done; where the session is lost, nothing is.
      const undone =
        state.done === 0 ? [journal.end(), ...recording.undo] : [journal.update({ ...state, doing: false })];
      if (!(error instanceof ConnectionError)) await note(run, [guards.after], undone).catch(() => {});
      throw error;
    }
  }
  await note(run, [guards.after], closing(run, advanced(state)));
}

/** Writes notes in a transaction of their own. */
async function note(
  { target, unit, recording }: Run,
  guards: readonly Step[],
  statements: readonly string[],
): Promise<void> {
  const steps = [...statementSteps(recording.confirm), ...guards];
  const work = { target, name: unit.name, changes: [] };
  await runInTransaction(work, { before: [], steps, after: [] }, statements);
}

/** The record is there exactly as long as all of the migration is. */
function beginning({ unit, recording }: Run, state: HalfApplied): readonly string[] {
  const { record, journal } = recording;
  return [...(unit.direction === "backward" ? record : []), journal.begin(state)];
}

function closing({ unit, recording }: Run, state: HalfApplied): readonly string[] {
  const { record, journal } = recording;
  if (state.done < state.total) return [journal.update(state)];
  return [journal.end(), ...(unit.direction === "forward" ? record : [])];
}

function advanced(state: HalfApplied): HalfApplied {
  return { ...state, done: state.done + 1, doing: false };
}

async function createJournal(target: Target, recording: Recording): Promise<void> {
  const { journal } = recording;
  if ((await journal.read(target.connection)) !== undefined) return;
  try {
    await tellingOf("the table orm_progress cannot be created", () =>
      target.connection.execute(journal.create()),
    );
  } catch (error) {
    // Somebody else may have been faster.
    if ((await journal.read(target.connection)) === undefined) throw error;
  }
}
