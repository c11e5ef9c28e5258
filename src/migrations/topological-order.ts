import { MigrationError } from "../errors.ts";

/** Names after all their parents, the smallest first among those that are free. Throws MigrationError that names a cycle. */
export function sortByParents(
  parents: ReadonlyMap<string, readonly string[]>,
  compare: (left: string, right: string) => number,
): string[] {
  const children = childrenOf(parents);
  const missing = new Map([...parents].map(([name, above]) => [name, above.length]));
  const free = [...parents.keys()].filter((name) => missing.get(name) === 0).sort(compare);
  const order: string[] = [];
  for (let name = free.shift(); name !== undefined; name = free.shift()) {
    order.push(name);
    for (const child of children.get(name) ?? []) {
      const left = (missing.get(child) ?? 0) - 1;
      missing.set(child, left);
      if (left === 0) insert(free, child, compare);
    }
  }
  if (order.length < parents.size) throw cycleError(parents, new Set(order));
  return order;
}

function childrenOf(parents: ReadonlyMap<string, readonly string[]>): Map<string, string[]> {
  const children = new Map<string, string[]>();
  for (const [name, above] of parents) {
    for (const parent of above) {
      const known = children.get(parent);
      if (known === undefined) children.set(parent, [name]);
      else known.push(name);
    }
  }
  return children;
}

function insert(sorted: string[], name: string, compare: (left: string, right: string) => number): void {
  const at = sorted.findIndex((other) => compare(name, other) < 0);
  sorted.splice(at < 0 ? sorted.length : at, 0, name);
}

function cycleError(
  parents: ReadonlyMap<string, readonly string[]>,
  sorted: ReadonlySet<string>,
): MigrationError {
  // Whatever could not be sorted has a parent that could not be sorted: walking up comes round.
  const path: string[] = [];
  let name = [...parents.keys()].find((candidate) => !sorted.has(candidate));
  while (name !== undefined && !path.includes(name)) {
    path.push(name);
    name = parents.get(name)?.find((parent) => !sorted.has(parent));
  }
  const cycle = name === undefined ? path : [...path.slice(path.indexOf(name)), name];
  return new MigrationError(
    `the dependencies form a cycle: ${cycle.join(" -> ")}`,
    "remove one of these dependencies",
  );
}
