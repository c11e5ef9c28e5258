import { readersOf } from "../operations/readers.ts";
import type { Operation } from "../operations/types.ts";
import { viewsInOrder } from "../operations/view-order.ts";
import { dataEqual } from "../schema/compare.ts";
import { compareText, type Schema } from "../schema/schema.ts";
import { type Trigger, triggerKey, type View } from "../schema/view.ts";
import type { Change } from "./dialect.ts";

/** The views and triggers that a change must not find in the database, or that it would leave out of date. */
export interface Affected {
  readonly views: readonly View[];
  readonly triggers: readonly Trigger[];
}

export const NOTHING_AFFECTED: Affected = { views: [], triggers: [] };

/** A change at its position in the migration; `suspension` where it takes away or brings back for others. */
export interface PlacedChange extends Change {
  readonly position: number;
  readonly suspension: boolean;
}

/**
 * The changes with those added that take away what `affectedBy` finds, with all that reads it, and bring it back as it
 * is to be afterwards: once around all neighbours between two that are about views, triggers, or what nobody knows.
 */
export function suspendViews(
  changes: readonly Change[],
  affectedBy: (change: Change) => Affected,
): PlacedChange[] {
  const placed = changes.map((change, position) => ({ ...change, position, suspension: false }));
  const result: PlacedChange[] = [];
  let group: PlacedChange[] = [];
  for (const change of placed) {
    if (!BARRIERS.has(change.operation.kind)) {
      group.push(change);
      continue;
    }
    result.push(...suspendAround(group, affectedBy), change);
    group = [];
  }
  return [...result, ...suspendAround(group, affectedBy)];
}

const BARRIERS: ReadonlySet<Operation["kind"]> = new Set<Operation["kind"]>([
  "runSQL",
  "runCode",
  "createView",
  "dropView",
  "createTrigger",
  "dropTrigger",
]);

function suspendAround(
  changes: readonly PlacedChange[],
  affectedBy: (change: Change) => Affected,
): readonly PlacedChange[] {
  const affected = changes.map((change) => {
    const { views, triggers } = change.before;
    return views.size === 0 && triggers.size === 0 ? NOTHING_AFFECTED : affectedBy(change);
  });
  const isTouched = (position: number) => {
    const [found, change] = [affected[position], changes[position]];
    if (found === undefined || change === undefined) return false;
    const { before, after } = change;
    return (
      found.views.length > 0 ||
      found.triggers.length > 0 ||
      before.views !== after.views ||
      before.triggers !== after.triggers
    );
  };
  const touched = changes.keys().filter(isTouched).toArray();
  const [start, end] = [changes[touched[0] ?? -1], changes[touched.at(-1) ?? -1]];
  if (start === undefined || end === undefined) return changes;

  const original = new Map([...start.before.triggers.keys()].map((key) => [key, key]));
  const away = { views: new Set<string>(), triggers: new Set<string>() };
  for (const [at, { operation, before }] of changes.entries()) {
    for (const { name } of affected[at]?.views ?? []) away.views.add(name);
    for (const trigger of affected[at]?.triggers ?? [])
      away.triggers.add(original.get(triggerKey(trigger)) ?? "");
    if (operation.kind !== "renameTable") continue;
    for (const trigger of before.triggers.values()) {
      const first = original.get(triggerKey(trigger));
      if (trigger.table !== operation.from || first === undefined) continue;
      original.delete(triggerKey(trigger));
      original.set(triggerKey({ ...trigger, table: operation.to }), first);
    }
  }
  const current = new Map([...original].map(([last, first]) => [first, last]));
  for (const view of start.before.views.values()) {
    if (!dataEqual(view, end.after.views.get(view.name))) away.views.add(view.name);
  }
  for (const [key, trigger] of start.before.triggers.entries()) {
    if (!dataEqual(trigger, end.after.triggers.get(current.get(key) ?? key))) away.triggers.add(key);
  }
  addReaders(away, start.before);
  const place = (change: PlacedChange, schema: Schema, operations: readonly Operation[]) =>
    operations.map((operation): PlacedChange => {
      return { operation, before: schema, after: schema, position: change.position, suspension: true };
    });
  const back = new Set([...away.triggers].map((key) => current.get(key) ?? key));
  const [first, last] = [changes.indexOf(start), changes.indexOf(end)];
  return [
    ...changes.slice(0, first),
    ...place(start, start.before, drops(away, start.before)),
    ...changes.slice(first, last + 1),
    ...place(end, end.after, creates({ views: away.views, triggers: back }, end.after)),
    ...changes.slice(last + 1),
  ];
}

interface Away {
  readonly views: Set<string>;
  readonly triggers: Set<string>;
}

/** A view goes before what it reads, and a trigger with the view that it is of. */
function addReaders(away: Away, schema: Schema): void {
  const waiting = [...away.views];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    const { views, triggers } = readersOf(schema, name);
    for (const view of views) {
      if (away.views.has(view.name) || view.name === name) continue;
      away.views.add(view.name);
      waiting.push(view.name);
    }
    for (const trigger of triggers) away.triggers.add(triggerKey(trigger));
  }
}

function drops(away: Away, schema: Schema): Operation[] {
  return [
    ...triggersOf(away, schema).map(({ table, name }): Operation => ({ kind: "dropTrigger", table, name })),
    ...viewsOf(away, schema)
      .toReversed()
      .map(({ name }): Operation => ({ kind: "dropView", name })),
  ];
}

function creates(away: Away, schema: Schema): Operation[] {
  return [
    ...viewsOf(away, schema).map((view): Operation => ({ kind: "createView", view })),
    ...triggersOf(away, schema).map((trigger): Operation => ({ kind: "createTrigger", trigger })),
  ];
}

function viewsOf({ views }: Away, schema: Schema): View[] {
  return viewsInOrder(schema).filter(({ name }) => views.has(name));
}

function triggersOf({ triggers }: Away, schema: Schema): Trigger[] {
  return [...schema.triggers.values()]
    .filter((trigger) => triggers.has(triggerKey(trigger)))
    .sort((a, b) => compareText(triggerKey(a), triggerKey(b)));
}
