/** A thing under its old and its new name. */
export interface NamePair {
  readonly from: string;
  readonly to: string;
}

/**
 * The renames one after the other so that each new name is free when its turn comes: a chain from its end, and in a
 * circle one steps aside first, under a name that `isTaken` refuses to nobody.
 */
export function orderRenames(pairs: readonly NamePair[], isTaken: (name: string) => boolean): NamePair[] {
  const ordered: NamePair[] = [];
  const changes = pairs.filter(({ from, to }) => from !== to);
  const waiting = new Map(changes.map(({ from, to }): [string, NamePair] => [from, { from, to }]));
  while (waiting.size > 0) {
    const ready = waiting.values().find(({ to }) => !waiting.has(to));
    if (ready !== undefined) {
      ordered.push(ready);
      waiting.delete(ready.from);
      continue;
    }
    const [circle] = waiting.values();
    if (circle === undefined) break;
    const aside = freeName(circle.from, (name) => isTaken(name) || waiting.has(name));
    ordered.push({ from: circle.from, to: aside });
    waiting.delete(circle.from);
    waiting.set(aside, { from: aside, to: circle.to });
  }
  return ordered;
}

function freeName(name: string, isTaken: (name: string) => boolean): string {
  for (let candidate = `${name}_renamed`; ; candidate += "_") if (!isTaken(candidate)) return candidate;
}
