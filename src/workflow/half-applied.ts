import { HalfAppliedError } from "../errors.ts";
import type { HalfApplied } from "../executor/journal.ts";
import type { Direction } from "../executor/unit.ts";
import type { MigrationGraph } from "../migrations/graph.ts";
import type { Workspace } from "./workspace.ts";

type WithoutSteps = Omit<HalfApplied, "steps">;

/** The migration that is done in part, if any. Creates nothing. */
export async function halfApplied(workspace: Workspace): Promise<HalfApplied | undefined> {
  const { connection, journal } = await workspace.database();
  return (await journal.read(connection)) ?? undefined;
}

/** The same for programs, which have no use for the hashes of its steps. */
export function withoutSteps({ name, direction, done, total, doing }: HalfApplied): WithoutSteps {
  return { name, direction, done, total, doing };
}

/** The applied migrations with the one that is reverted in part: it is still to be reverted. */
export function withHalf(applied: readonly string[], half: HalfApplied | undefined): string[] {
  return half?.direction === "backward" ? [...applied, half.name] : [...applied];
}

/**
 * What is planned, beginning with the migration that is done in part.
 * @throws HalfAppliedError where that goes the other way, or is not planned
 */
export function takenUp(
  planned: readonly string[],
  half: HalfApplied | undefined,
  direction: Direction,
  graph: MigrationGraph,
): string[] {
  if (half === undefined) return [...planned];
  if (half.direction !== direction || !planned.includes(half.name)) {
    throw blocked(half, graph.has(half.name));
  }
  return [half.name, ...planned.filter((name) => name !== half.name)];
}

/** The error where something else has to be done first, for which it takes the file of the migration. */
export function blocked(half: WithoutSteps, hasFile: boolean): HalfAppliedError {
  const state = stateText(half);
  if (hasFile) return new HalfAppliedError(state, endText(half));
  return new HalfAppliedError(
    `${state}, and its file is missing`,
    `restore the file; then finish it: yara-orm ${commandOf(half)}`,
  );
}

/** The error where its file is to count as it is now: only the steps that have not run take what it says. */
export function notRehashed(half: HalfApplied): HalfAppliedError {
  return new HalfAppliedError(
    stateText(half),
    `in the file, steps that are done have to stay as they ran, and the others may be edited as you like\n${endText(half)}`,
  );
}

function stateText({ name, direction, done, total }: WithoutSteps): string {
  const verb = direction === "forward" ? "applied" : "reverted";
  return `${name} is ${verb} in part: ${done} of ${total} steps are done`;
}

/** How it comes to an end, one or the other. */
function endText(half: WithoutSteps): string {
  const other = half.direction === "forward" ? "--reverted" : "--applied";
  return (
    `to finish it: yara-orm ${commandOf(half)}\n` +
    `or undo by hand what is done, and record that: yara-orm resolve ${half.name} ${other}`
  );
}

function commandOf({ direction }: WithoutSteps): string {
  return direction === "forward" ? "upgrade" : "downgrade";
}
