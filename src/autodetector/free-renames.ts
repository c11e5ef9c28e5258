import type { NamePair } from "./rename-order.ts";

/** Those of the pairs whose new names are free, or become so because what has them gets another name, too. */
export function freeRenames<P extends NamePair>(
  pairs: readonly P[],
  isTaken: (name: string) => boolean,
  decided: readonly NamePair[] = [],
): readonly P[] {
  const leaving = new Set([...decided, ...pairs].map(({ from }) => from));
  const free = pairs.filter(({ to }) => !isTaken(to) || leaving.has(to));
  return free.length === pairs.length ? pairs : freeRenames(free, isTaken, decided);
}
