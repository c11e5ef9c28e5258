import { reduceOperations, touchedBy } from "./handlers.ts";
import type { Operation } from "./types.ts";

/**
 * The same change in fewer operations: what undoes itself goes, what belongs to a new table moves into its
 * CreateTable. Optimizing the result again changes nothing.
 */
export function optimize(operations: readonly Operation[]): Operation[] {
  let current = [...operations];
  for (;;) {
    const shorter = joinOnce(current);
    if (shorter.length === current.length) return shorter;
    // What has gone may have stood between two others.
    current = shorter;
  }
}

/**
 * Linear: an operation is only joined with the last one that touched the same, so nothing that it needs has been
 * touched since, and it may move there.
 */
function joinOnce(operations: readonly Operation[]): Operation[] {
  const kept: (Operation | undefined)[] = [];
  const touches = new Map<string, number[]>();
  let barrier = -1;

  const lastTouch = (key: string): number => {
    const positions = touches.get(key) ?? [];
    while (positions.length > 0 && kept[positions.at(-1) ?? -1] === undefined) positions.pop();
    return positions.at(-1) ?? -1;
  };

  const touch = (key: string, position: number): void => {
    const positions = touches.get(key);
    if (positions === undefined) touches.set(key, [position]);
    else if (positions.at(-1) !== position) positions.push(position);
  };

  for (const operation of operations) {
    const touched = touchedBy(operation);
    const at = touched === "everything" ? -1 : Math.max(...touched.map(lastTouch));
    const previous = at > barrier ? kept[at] : undefined;
    const reduced = previous === undefined ? undefined : reduceOperations(previous, operation);
    if (reduced === undefined) kept.push(operation);
    else kept[at] = reduced[0];

    const position = reduced === undefined ? kept.length - 1 : at;
    if (touched === "everything") barrier = position;
    else for (const key of touched) touch(key, position);
  }
  return kept.filter((operation) => operation !== undefined);
}
