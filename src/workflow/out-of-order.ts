import { CheckFailedError, MigrationError, YaraError } from "../errors.ts";
import type { Unit } from "../executor/unit.ts";
import type { MigrationGraph } from "../migrations/graph.ts";
import { replay } from "../migrations/state.ts";
import { compareSchemas } from "../schema/compare.ts";
import type { History } from "./history.ts";
import type { Workspace } from "./workspace.ts";

/** A migration that is to be applied although one that comes after it is applied already. */
export interface OutOfOrder {
  readonly name: string;
  /** The last applied one that comes after it. */
  readonly after: string;
}

/**
 * Without a goal, all is applied: that of several branches, too, which nobody may have tried together.
 * @throws MigrationError naming the ends, where there are several and no goal
 */
export function requireOneEnd(
  { graph, absent }: History,
  goal: string | undefined,
  applied: readonly string[],
): void {
  if (goal === undefined) graph.singleLeaf(absent, new Set(applied));
}

/** Tells of migrations that come before applied ones, as those of merged branches do. @throws CheckFailedError with `strict` */
export function tellOutOfOrder(
  { emit }: Workspace,
  graph: MigrationGraph,
  applied: readonly string[],
  planned: readonly string[],
  strict: boolean,
): void {
  const found = outOfOrder(graph, applied, planned);
  if (!strict) {
    for (const { name, after } of found) emit({ kind: "outOfOrder", name, after });
    return;
  }
  if (found.length === 0) return;
  throw new CheckFailedError(
    found.map(({ name, after }) => `${name} comes before ${after}, which is applied already`).join("\n"),
    { outOfOrder: found },
    "give it the next free number and let it depend on the last migration; or apply it as it is, without --strict",
  );
}

/**
 * Whoever replays the files gets to the same tables as the database does, which runs them in another order.
 * @throws MigrationError naming two that do not fit
 */
export function requireSameEnd(
  graph: MigrationGraph,
  applied: readonly string[],
  units: readonly Unit[],
): void {
  const [first] = outOfOrder(
    graph,
    applied,
    units.map(({ name }) => name),
  );
  const end = units.flatMap(({ changes }) => changes).at(-1)?.after;
  if (first === undefined || end === undefined) return;
  const present = new Set([...applied, ...units.map(({ name }) => name)]);
  try {
    const replayed = replay(graph.order.filter(({ name }) => present.has(name)));
    if (compareSchemas(replayed, end).length === 0) return;
  } catch (error) {
    if (!YaraError.is(error)) throw error;
    throw orderMatters(first, error.message);
  }
  throw orderMatters(first, "the tables would not be the same");
}

function orderMatters({ name, after }: OutOfOrder, why: string): MigrationError {
  return new MigrationError(
    `${name} comes before ${after}, which is applied already, and after it would not come to the same: ${why}`,
    `give it the next free number, and add "${after}" to its dependencies`,
  );
}

/** Those of the planned ones that come before an applied one. */
export function outOfOrder(
  graph: MigrationGraph,
  applied: readonly string[],
  planned: readonly string[],
): OutOfOrder[] {
  const place = new Map(graph.order.map(({ name }, at) => [name, at]));
  const last = applied.reduce((most, name) => Math.max(most, place.get(name) ?? -1), -1);
  const after = graph.order[last]?.name;
  if (after === undefined) return [];
  return planned.filter((name) => (place.get(name) ?? last) < last).map((name) => ({ name, after }));
}
