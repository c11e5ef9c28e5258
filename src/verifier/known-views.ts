import { functionName } from "../dialects/postgres/views.ts";
import { type Schema, withViews } from "../schema/schema.ts";
import { triggerKey } from "../schema/view.ts";

/**
 * The schema of a database with those views and triggers only that are known. Others, which somebody has made by hand or
 * with SQL of his own, are as little a difference as a function is.
 */
export function withKnownViews(live: Schema, known: Pick<Schema, "views" | "triggers">): Schema {
  return withViews(
    live,
    [...live.views.values()].filter(({ name }) => known.views.has(name)),
    [...live.triggers.values()].filter((trigger) => known.triggers.has(triggerKey(trigger))),
  );
}

/** The paths under which an inspection lists what these views and triggers are, as no model can say it. */
export function knownPaths({ views, triggers }: Pick<Schema, "views" | "triggers">): ReadonlySet<string> {
  return new Set([
    ...Array.from(views.keys(), (name) => [`view ${name}`, `materialized view ${name}`]).flat(),
    ...Array.from(triggers.values(), (trigger) => {
      const call = functionName(trigger);
      const quoted = /^[a-z_][a-z0-9_$]*$/.test(call) ? call : `"${call.replaceAll('"', '""')}"`;
      const { table, name, postgres } = trigger;
      return [
        `table ${table}, trigger ${name}`,
        ...(typeof postgres === "string" ? [`function ${quoted}()`] : []),
      ];
    }).flat(),
  ]);
}
