import type { Step } from "../dialects/dialect.ts";
import { ConnectionError, HalfAppliedError } from "../errors.ts";
import { failureOf } from "./failure.ts";
import type { Group } from "./groups.ts";
import type { HalfApplied } from "./journal.ts";
import { runBare, runInTransaction, statementSteps } from "./run-group.ts";
import { isFailureOf } from "./step-failure.ts";
import { begun } from "./step-hashes.ts";
import { preparation, repeatForSession } from "./take-up.ts";
import type { Recording, Target } from "./target.ts";
import type { Unit } from "./unit.ts";

/**
 * Runs a migration of several steps. Each step that can be in a transaction ends with the note that it is done, so that
 * it happens exactly once; of one that cannot, it is noted before that it begins, and after that it has ended.
 * Returns and throws like `runUnit`.
 */
export async function runSteps(
  target: Target,
  unit: Unit,
  groups: readonly Group[],
  recording: Recording,
): Promise<boolean> {
  const { half, journal, done } = recording;
  const run: Run = { target, unit, recording };
  let state = begun(unit, groups, half);
  if (half === undefined) await createJournal(run);
  for (const group of groups.slice(0, state.done)) await repeatForSession(target, group);
  for (const group of groups.slice(state.done)) {
    const isNew = half === undefined && state.done === 0;
    const guard = isNew ? done : journal.guard(state);
    const opening: Opening = { steps: [...statementSteps(recording.confirm), guard], isNew };
    try {
      if (group.bare) await runOutside(run, group, state, opening);
      else await runInside(run, group, state, opening);
    } catch (error) {
      if (isNew && isFailureOf(guard, error)) return false;
      if (isFailureOf(guard, error)) throw journal.overtaken(state);
      throw error instanceof HalfAppliedError ? error : failureOf(error, unit, group.operations, state);
    }
    state = advanced(state);
  }
  // The file has lost its last steps since.
  if (half?.done === groups.length) await note(run, statementSteps(recording.confirm), closing(run, state));
  return true;
}

interface Run {
  readonly target: Target;
  readonly unit: Unit;
  readonly recording: Recording;
}

/** What the first transaction of a step begins with, and whether it is the first step of all. */
interface Opening {
  readonly steps: readonly Step[];
  readonly isNew: boolean;
}

async function runInside(
  run: Run,
  group: Group,
  state: HalfApplied,
  { steps, isNew }: Opening,
): Promise<void> {
  const { target } = run;
  const rendering = target.dialect.render(group.changes);
  const notes = isNew ? statementSteps(beginning(run, state)) : [];
  const all = [...steps, ...notes, ...rendering.steps];
  await runInTransaction(target, { ...rendering, steps: all }, closing(run, advanced(state)));
}

async function runOutside(
  run: Run,
  group: Group,
  state: HalfApplied,
  { steps, isNew }: Opening,
): Promise<void> {
  const { target, unit, recording } = run;
  const { journal } = recording;
  const doing = { ...state, doing: true };
  const ready = await preparation(target, unit, group, state);
  await note(run, steps, isNew ? beginning(run, doing) : [journal.update(doing)]);
  if (!ready.done) {
    try {
      await runBare(target.connection, ready.steps);
    } catch (error) {
      // Of a step that was refused it is known that it is not done; where the session is lost, nothing is.
      const undone =
        state.done === 0 ? [journal.end(), ...recording.undo] : [journal.update({ ...state, doing: false })];
      if (!(error instanceof ConnectionError)) await note(run, [], undone).catch(() => {});
      throw error;
    }
  }
  const confirm = statementSteps(recording.confirm);
  await note(run, [...confirm, journal.guard(doing)], closing(run, advanced(state)));
}

/** Writes notes in a transaction of their own. */
async function note({ target }: Run, steps: readonly Step[], statements: readonly string[]): Promise<void> {
  await runInTransaction(target, { before: [], steps, after: [] }, statements);
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

async function createJournal({ target, recording }: Run): Promise<void> {
  const { journal } = recording;
  if ((await journal.read(target.connection)) !== undefined) return;
  try {
    await target.connection.execute(journal.create());
  } catch (error) {
    // Somebody else may have been faster.
    if ((await journal.read(target.connection)) === undefined) throw error;
  }
}
