import type { Step } from "../dialects/dialect.ts";
import { HalfAppliedError } from "../errors.ts";
import { describeOperation } from "../operations/handlers.ts";
import type { Group } from "./groups.ts";
import type { HalfApplied } from "./journal.ts";
import { statementSteps } from "./run-group.ts";
import type { Target } from "./target.ts";
import type { Unit } from "./unit.ts";

/** What is still to be done of a step that runs in no transaction. */
export interface Preparation {
  /** An earlier run has come to its end with it. */
  readonly done: boolean;
  readonly steps: readonly Step[];
}

/**
 * Looks at what an earlier run may have left of a step that runs in no transaction. Code runs again from its beginning.
 * @throws HalfAppliedError where it was begun and nobody can tell what became of it
 */
export async function preparation(
  { connection, dialect }: Target,
  unit: Unit,
  group: Group,
  state: HalfApplied,
): Promise<Preparation> {
  const { steps } = dialect.render(group.changes);
  if (group.changes.some(({ operation }) => operation.kind === "runCode")) return { done: false, steps };
  const [nature] = group.natures;
  if (nature?.recovery === undefined) {
    if (state.doing) throw inDoubt(unit, group, state);
    return { done: false, steps };
  }
  const { query, judge } = nature.recovery;
  const { done, cleanup } = judge(query === undefined ? [] : await connection.query(query));
  const before = statementSteps(cleanup).map((step) => ({ ...step, operations: [0] }));
  return { done: done && state.doing, steps: [...before, ...steps] };
}

/** True for a step that may run again after it was refused, whatever it has done by then. */
export function canTakeUp({ changes, natures: [nature] }: Group): boolean {
  return nature?.recovery !== undefined && changes.every(({ operation }) => operation.kind !== "runCode");
}

/** Runs again what a step that is done has set for the session only. */
export async function repeatForSession({ connection, dialect }: Target, group: Group): Promise<void> {
  if (!group.natures.some(({ ofSession }) => ofSession)) return;
  for (const step of dialect.render(group.changes).steps) {
    if (step.kind === "sql" && dialect.statementNature(step.sql).ofSession === true) {
      await connection.execute([step.sql]);
    }
  }
}

function inDoubt(
  { name }: Unit,
  { changes }: Group,
  { done, total, direction }: HalfApplied,
): HalfAppliedError {
  const what = changes.map(({ operation }) => describeOperation(operation)).join(", ");
  const verb = direction === "forward" ? "applied" : "reverted";
  return new HalfAppliedError(
    `${name} was stopped in the middle of step ${done + 1} of ${total} (${what}), and nobody can tell whether that had its effect`,
    `look at the database; undo what the step has done and run: yara-orm resolve ${name} --resume\n` +
      `or finish the migration by hand and run: yara-orm resolve ${name} --${verb}`,
  );
}
