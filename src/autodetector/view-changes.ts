import { textsOfView } from "../operations/readers.ts";
import type { Operation } from "../operations/types.ts";
import { viewsInOrder } from "../operations/view-order.ts";
import { comparableTrigger, comparableView, dataEqual } from "../schema/compare.ts";
import { compareText, type Schema, withViews } from "../schema/schema.ts";
import { foldName } from "../schema/sql-relations.ts";
import { type Trigger, triggerKey, type View } from "../schema/view.ts";

/** What goes before the tables change, and what comes after; a view or trigger that changed does both. */
export interface ViewChanges {
  readonly before: readonly Operation[];
  readonly after: readonly Operation[];
}

/** Compares the views and triggers of two schemas. */
export function changeViews(from: Schema, to: Schema): ViewChanges {
  if (from.views === to.views && from.triggers === to.triggers) return { before: [], after: [] };
  const changed = changedViews(from, to);
  const isSame = (trigger: Trigger, other: Trigger | undefined) =>
    other !== undefined &&
    !changed.has(foldName(trigger.table)) &&
    dataEqual(comparableTrigger(trigger), comparableTrigger(other));
  const gone = triggersByKey(from).filter(
    (trigger) => !isSame(trigger, to.triggers.get(triggerKey(trigger))),
  );
  const come = triggersByKey(to).filter(
    (trigger) => !isSame(trigger, from.triggers.get(triggerKey(trigger))),
  );
  const isChanged = ({ name }: View) => changed.has(foldName(name));
  return {
    before: [
      ...gone.map(({ table, name }): Operation => ({ kind: "dropTrigger", table, name })),
      ...viewsInOrder(from)
        .filter(isChanged)
        .toReversed()
        .map(({ name }): Operation => ({ kind: "dropView", name })),
    ],
    after: [
      ...viewsInOrder(to)
        .filter(isChanged)
        .map((view): Operation => ({ kind: "createView", view })),
      ...come.map((trigger): Operation => ({ kind: "createTrigger", trigger })),
    ],
  };
}

/**
 * The schema that models make with the views of the state, which models do not declare, and its triggers but those of
 * tables that are gone.
 */
export function withViewsOf(state: Schema, schema: Schema): Schema {
  const triggers = [...state.triggers.values()];
  const kept = triggers.filter(({ table }) => schema.tables.has(table) || state.views.has(table));
  if (kept.length === triggers.length) return { ...schema, views: state.views, triggers: state.triggers };
  return withViews(schema, state.views.values(), kept);
}

/** The folded names of the views that differ, and of those that read them, which cannot stay meanwhile. */
function changedViews(from: Schema, to: Schema): ReadonlySet<string> {
  const changed = new Set<string>();
  for (const name of [...from.views.keys(), ...to.views.keys()]) {
    const [before, after] = [from.views.get(name), to.views.get(name)];
    const isSame =
      before !== undefined && after !== undefined && dataEqual(comparableView(before), comparableView(after));
    if (!isSame) changed.add(foldName(name));
  }
  for (const view of [...viewsInOrder(from), ...viewsInOrder(to)]) {
    if (textsOfView(view).some(({ names }) => !names.isDisjointFrom(changed)))
      changed.add(foldName(view.name));
  }
  return changed;
}

function triggersByKey(schema: Schema): Trigger[] {
  return [...schema.triggers.values()].sort((a, b) => compareText(triggerKey(a), triggerKey(b)));
}
