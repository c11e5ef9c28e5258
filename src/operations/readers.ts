import type { Schema } from "../schema/schema.ts";
import { foldName, hasName, parseRelations, type RelationText } from "../schema/sql-relations.ts";
import { type Trigger, triggerTexts, type View, viewTexts } from "../schema/view.ts";

const parsed = new WeakMap<View | Trigger, readonly RelationText[]>();

/** The texts of a view, on each database. */
export function textsOfView(view: View): readonly RelationText[] {
  const texts = parsed.get(view) ?? viewTexts(view).map(parseRelations);
  parsed.set(view, texts);
  return texts;
}

/** The texts of a trigger, on each database. */
export function textsOfTrigger(trigger: Trigger): readonly RelationText[] {
  const texts = parsed.get(trigger) ?? triggerTexts(trigger).map(parseRelations);
  parsed.set(trigger, texts);
  return texts;
}

/** The views that may read a table or view, and the triggers that are on it or may use it: rather too many than too few. */
export function readersOf(schema: Schema, relation: string): { views: View[]; triggers: Trigger[] } {
  const isNamed = (text: RelationText) => text.names.has(foldName(relation)) || hasName(text, relation);
  return {
    views: [...schema.views.values()].filter((view) => textsOfView(view).some(isNamed)),
    triggers: [...schema.triggers.values()].filter(
      (trigger) => trigger.table === relation || textsOfTrigger(trigger).some(isNamed),
    ),
  };
}
