import { MigrationError } from "../errors.ts";
import { nearest } from "../nearest.ts";
import type { Migration } from "./migration.ts";
import { compareNames, parseMigrationName } from "./name.ts";
import { findMigrations } from "./resolve.ts";
import { sortByParents } from "./topological-order.ts";

/** What the graph needs to know of a migration. */
export interface GraphNode {
  readonly name: string;
  /** Full names or bare numbers. */
  readonly dependencies: readonly string[];
}

/** By full name, the full names that each migration depends on directly. */
type Parents = ReadonlyMap<string, readonly string[]>;

/** The graph of the migrations as `linkGraph` makes it. Throws MigrationError for what `checkNumbers` refuses, too. */
export function buildGraph<M extends GraphNode>(migrations: readonly M[]): MigrationGraph<M> {
  const graph = linkGraph(migrations);
  checkNumbers(graph);
  return graph;
}

/**
 * The graph of migrations of which several may have one number, as those of branches do. Throws MigrationError for a dependency
 * that is unknown or ambiguous, and for a cycle.
 */
export function linkGraph<M extends GraphNode>(migrations: readonly M[]): MigrationGraph<M> {
  const parents = parentsOf(migrations);
  return new MigrationGraph(migrations, parents, sortByParents(parents, compareNames));
}

/** Migrations and what they depend on; made by `linkGraph`. */
export class MigrationGraph<M extends GraphNode = Migration> {
  /** Every migration after all that it depends on, by number and name where that leaves a choice. */
  readonly order: readonly M[];
  readonly #byName: ReadonlyMap<string, M>;
  readonly #parents: Parents;

  constructor(migrations: readonly M[], parents: Parents, order: readonly string[]) {
    this.#byName = new Map(migrations.map((migration) => [migration.name, migration]));
    this.#parents = parents;
    this.order = order.map((name) => this.get(name));
  }

  has(name: string): boolean {
    return this.#byName.has(name);
  }

  /** The migration of that full name. Throws MigrationError where there is none. */
  get(name: string): M {
    const found = this.#byName.get(name);
    if (found === undefined) throw new MigrationError(`there is no migration ${name}`);
    return found;
  }

  /** The names of what a migration depends on directly. */
  parents(name: string): readonly string[] {
    return this.#parents.get(name) ?? [];
  }

  /** The names of all that a migration depends on, directly or not; without itself. */
  ancestors(name: string): Set<string> {
    const found = new Set<string>();
    const waiting = [...(this.#parents.get(name) ?? [])];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      if (found.has(next)) continue;
      found.add(next);
      waiting.push(...(this.#parents.get(next) ?? []));
    }
    return found;
  }

  /** The names of the migrations on which no other depends, in the graph's order. */
  leaves(): string[] {
    const inner = new Set([...this.#parents.values()].flat());
    return this.order.map((migration) => migration.name).filter((name) => !inner.has(name));
  }

  /**
   * What a new migration depends on: the one leaf, nothing where there is none; `absent` ones do not count.
   * @throws MigrationError naming the leaves where there are several, with a way out that leaves `applied` ones as they are
   */
  singleLeaf(absent: ReadonlySet<string> = new Set(), applied: ReadonlySet<string> = new Set()): string[] {
    const leaves = this.leaves().filter((name) => !absent.has(name));
    if (leaves.length <= 1) return leaves;
    const [first, second] = appliedFirst(leaves, applied);
    throw new MigrationError(
      `the migrations end in several branches: ${leaves.join(", ")}`,
      second === undefined || applied.has(second)
        ? JOIN
        : `${JOIN}; or let one follow the other: add "${first}" to the dependencies of ${second}`,
    );
  }
}

function parentsOf(nodes: readonly GraphNode[]): Parents {
  const names = nodes.map((node) => node.name);
  const known = new Set(names);
  const problems: string[] = [];
  const parents = new Map<string, readonly string[]>();
  for (const { name, dependencies } of nodes) {
    // As makemigrations writes it.
    const [first, ...others] = dependencies;
    if (others.length === 0 && (first === undefined || known.has(first))) {
      parents.set(name, dependencies);
      continue;
    }
    const resolved = dependencies.flatMap((dependency) => {
      const found = known.has(dependency) ? [dependency] : findMigrations(names, dependency);
      if (found.length !== 1) problems.push(dependencyProblem(name, dependency, found, names));
      return found;
    });
    parents.set(name, [...new Set(resolved)]);
  }
  if (problems.length > 0) {
    throw new MigrationError(
      problems.join("\n"),
      "correct the dependencies, or restore the file that is missing",
    );
  }
  return parents;
}

function dependencyProblem(
  name: string,
  dependency: string,
  found: readonly string[],
  names: readonly string[],
): string {
  const head = `${name} depends on ${JSON.stringify(dependency)}`;
  if (found.length > 1) return `${head}, which stands for several migrations: ${found.join(", ")}`;
  const close = nearest(dependency, names);
  return `${head}, which does not exist${close === undefined ? "" : ` (did you mean ${close}?)`}`;
}

/** True where a migration depends on both. */
function areJoined<M extends GraphNode>(graph: MigrationGraph<M>, one: string, other: string): boolean {
  return graph.order.some(({ name }) => {
    const ancestors = graph.ancestors(name);
    return ancestors.has(one) && ancestors.has(other);
  });
}

/**
 * Throws MigrationError for two migrations with one number of which neither depends on the other, unless a third one joins them or
 * one of them is `absent`, that is without a file. No way out that it names changes an `applied` one.
 */
export function checkNumbers<M extends GraphNode>(
  graph: MigrationGraph<M>,
  absent: ReadonlySet<string> = new Set(),
  applied: ReadonlySet<string> = new Set(),
): void {
  const last = new Map<number, string>();
  for (const { name } of graph.order) {
    const number = absent.has(name) ? undefined : parseMigrationName(name)?.number;
    if (number === undefined) continue;
    const earlier = last.get(number);
    last.set(number, name);
    if (earlier === undefined || graph.ancestors(name).has(earlier)) continue;
    if (areJoined(graph, earlier, name)) continue;
    const [first = earlier, second = name] = appliedFirst([earlier, name], applied);
    const renamed = applied.has(first) ? second : "the one that is applied nowhere yet";
    throw new MigrationError(
      `${earlier} and ${name} have the same number, and neither depends on the other`,
      applied.has(second)
        ? JOIN
        : `let one follow the other: rename ${renamed} to the next free number and add the other, as in dependencies = ["${first}"]; or ${JOIN}`,
    );
  }
}

const JOIN = "join them: yara-orm makemigrations --merge";

/** What is applied stays as it is, so that it is the others that can follow. */
function appliedFirst(names: readonly string[], applied: ReadonlySet<string>): string[] {
  return names.toSorted((one, other) => Number(applied.has(other)) - Number(applied.has(one)));
}
