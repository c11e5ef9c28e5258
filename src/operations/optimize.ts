import { reduceOperations, touchedBy } from "./handlers.ts";
import type { Operation } from "./types.ts";

/**
 * The same change in fewer operations: what undoes itself goes, what belongs to a new table moves into its
 * CreateTable. Linear: an operation is only joined with the last one that touched the same table, and only if
 * nothing that it needs has been touched since.
 */
export function optimize(operations: readonly Operation[]): Operation[] {
  const kept: (Operation | undefined)[] = [];
  const lastTouch = new Map<string, number>();
  let barrier = -1;

  for (const operation of operations) {
    const touched = touchedBy(operation);
    const at =
      touched === "everything" ? -1 : Math.max(barrier, ...touched.map((key) => lastTouch.get(key) ?? -1));
    const previous = at > barrier ? kept[at] : undefined;
    const reduced = previous === undefined ? undefined : reduceOperations(previous, operation);
    if (reduced === undefined) kept.push(operation);
    else kept[at] = reduced[0];

    const position = reduced === undefined ? kept.length - 1 : at;
    if (touched === "everything") barrier = position;
    else for (const key of touched) lastTouch.set(key, position);
  }
  return kept.filter((operation) => operation !== undefined);
}
