import { compareText, type Schema } from "../schema/schema.ts";
import { foldName } from "../schema/sql-relations.ts";
import type { View } from "../schema/view.ts";
import { textsOfView } from "./readers.ts";

/** The views in an order in which each comes after those that it reads; by name where that leaves a choice. */
export function viewsInOrder({ views }: Pick<Schema, "views">): View[] {
  const waiting = new Map(
    [...views.values()]
      .sort((a, b) => compareText(a.name, b.name))
      .map((view) => [foldName(view.name), view] as const),
  );
  const ordered: View[] = [];
  const place = (view: View) => {
    if (!waiting.delete(foldName(view.name))) return;
    const read = textsOfView(view).flatMap(({ names }) => [...names]);
    for (const name of read.sort(compareText)) {
      const other = waiting.get(name);
      if (other !== undefined) place(other);
    }
    ordered.push(view);
  };
  for (const view of [...waiting.values()]) place(view);
  return ordered;
}
