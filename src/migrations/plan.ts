import { MigrationError, UsageError } from "../errors.ts";
import type { GraphNode, MigrationGraph } from "./graph.ts";
import { compareNames } from "./name.ts";
import { ZERO } from "./resolve.ts";

/** How far back: to a migration that stays applied, to before the first (`zero`), or a number of migrations. */
export type DowngradeGoal = { readonly target: string } | { readonly steps: number };

type Graph = MigrationGraph<GraphNode>;

/**
 * The migrations to apply, in their order: everything, or the target with all that it depends on. Applied names without
 * a file do not matter here. Throws MigrationError for a target that is not in the graph.
 */
export function planUpgrade(graph: Graph, applied: readonly string[], target?: string): string[] {
  const done = new Set(applied);
  const pending = namesOf(graph).filter((name) => !done.has(name));
  if (target === undefined) return pending;
  const wanted = graph.ancestors(graph.get(target).name).add(target);
  return pending.filter((name) => wanted.has(name));
}

/**
 * The migrations to revert, in the order of reverting: all that come after the target in the graph's order, or the last
 * ones. Throws MigrationError where one of them has no file or the target is not applied, UsageError for steps that are
 * no positive whole number.
 */
export function planDowngrade(graph: Graph, applied: readonly string[], goal: DowngradeGoal): string[] {
  const history = historyOf(graph, applied);
  const reverted = history.slice(keptOf(graph, history, goal)).reverse();
  const missing = reverted.filter((name) => !graph.has(name));
  if (missing.length > 0) {
    throw new MigrationError(
      `${missing.join(", ")} is applied and would be reverted, but its file is missing`,
      "restore the file from version control; what to revert is written in it",
    );
  }
  return reverted;
}

/** Applied migrations that have no file, by number and name. */
export function missingFiles(graph: Graph, applied: readonly string[]): string[] {
  return [...new Set(applied)].filter((name) => !graph.has(name)).sort(compareNames);
}

/** What is applied in the graph's order; names without a file stand where their number puts them. */
function historyOf(graph: Graph, applied: readonly string[]): string[] {
  const done = new Set(applied);
  const history = namesOf(graph).filter((name) => done.has(name));
  for (const name of missingFiles(graph, applied)) {
    history.splice(history.findLastIndex((other) => compareNames(other, name) < 0) + 1, 0, name);
  }
  return history;
}

function keptOf(graph: Graph, history: readonly string[], goal: DowngradeGoal): number {
  if ("steps" in goal) {
    if (!Number.isSafeInteger(goal.steps) || goal.steps < 1) {
      throw new UsageError(`the number of steps is ${goal.steps}`, "give a whole number from 1 on");
    }
    return Math.max(0, history.length - goal.steps);
  }
  if (goal.target === ZERO) return 0;
  const at = history.indexOf(goal.target);
  if (at >= 0) return at + 1;
  throw new MigrationError(
    `cannot go back to ${graph.get(goal.target).name}: it is not applied`,
    `the last applied migration is ${history.at(-1) ?? "none"}; to apply it: yara-orm upgrade ${goal.target}`,
  );
}

function namesOf(graph: Graph): string[] {
  return graph.order.map((migration) => migration.name);
}
