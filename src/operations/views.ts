import { SchemaError } from "../errors.ts";
import type { Schema } from "../schema/schema.ts";
import { foldName } from "../schema/sql-relations.ts";
import { tokenizeSql } from "../schema/sql-tokens.ts";
import { type Trigger, triggerKey, triggerTexts, type View, viewTexts } from "../schema/view.ts";
import { type Handler, never } from "./handler.ts";
import { textsOfTrigger, textsOfView } from "./readers.ts";
import type { CreateTrigger, CreateView, DropTrigger, DropView } from "./types.ts";

export const createView: Handler<CreateView> = {
  apply({ view }, schema) {
    const { name } = view;
    if (name.includes("."))
      throw new SchemaError(`view ${name} has a dot in its name`, "views live in the current schema");
    if (schema.views.has(name)) throw new SchemaError(`view ${name} exists already`);
    if (schema.tables.has(name)) throw new SchemaError(`view ${name} has the name of a table`);
    if (viewTexts(view).some((text) => text.trim() === ""))
      throw new SchemaError(`view ${name} has no definition`);
    if (viewTexts(view).some(hasSeveral))
      throw new SchemaError(
        `view ${name} has more than one statement`,
        "other statements go through m.runSQL",
      );
    return { ...schema, views: schema.views.set(name, view) };
  },
  invert: ({ view }) => ({ kind: "dropView", name: view.name }),
  describe: ({ view }) => `create view ${view.name}`,
  touches: ({ view }) => [view.name, ...viewTexts(view).flatMap(namesIn)],
  reduce: ({ view }, next) => (next.kind === "dropView" && next.name === view.name ? [] : undefined),
};

export const dropView: Handler<DropView> = {
  apply({ name }, schema) {
    viewOf(schema, name);
    const folded = foldName(name);
    const view = [...schema.views.values()].find((other) =>
      textsOfView(other).some(({ names }) => names.has(folded)),
    );
    if (view !== undefined) {
      throw new SchemaError(
        `view ${name} cannot be dropped: view ${view.name} reads it`,
        `drop it first: m.dropView(${JSON.stringify(view.name)})`,
      );
    }
    const trigger = [...schema.triggers.values()].find(
      (other) => other.table === name || textsOfTrigger(other).some(({ names }) => names.has(folded)),
    );
    if (trigger === undefined) return { ...schema, views: schema.views.delete(name) };
    throw new SchemaError(
      `view ${name} cannot be dropped: trigger ${trigger.name} of ${trigger.table} uses it`,
      `drop it first: ${dropping(trigger)}`,
    );
  },
  invert: ({ name }, before) => ({ kind: "createView", view: viewOf(before, name) }),
  describe: ({ name }) => `drop view ${name}`,
  touches: ({ name }) => [name],
  reduce: never,
};

export const createTrigger: Handler<CreateTrigger> = {
  apply({ trigger }, schema) {
    const key = triggerKey(trigger);
    if (schema.triggers.has(key)) throw new SchemaError(`trigger ${key} exists already`);
    const problem = triggerProblem(trigger, schema);
    if (problem !== undefined) throw new SchemaError(`trigger ${key} ${problem}`);
    return { ...schema, triggers: schema.triggers.set(key, trigger) };
  },
  invert: ({ trigger: { table, name } }) => ({ kind: "dropTrigger", table, name }),
  describe: ({ trigger }) => `create trigger ${trigger.name} of ${trigger.table}`,
  touches: ({ trigger }) => [trigger.table, ...triggerTexts(trigger).flatMap(namesIn)],
  reduce: ({ trigger }, next) =>
    next.kind === "dropTrigger" && triggerKey(next) === triggerKey(trigger) ? [] : undefined,
};

export const dropTrigger: Handler<DropTrigger> = {
  apply(operation, schema) {
    triggerOf(schema, operation);
    return { ...schema, triggers: schema.triggers.delete(triggerKey(operation)) };
  },
  invert: (operation, before) => ({ kind: "createTrigger", trigger: triggerOf(before, operation) }),
  describe: ({ table, name }) => `drop trigger ${name} of ${table}`,
  touches: ({ table }) => [table],
  reduce: never,
};

/** The call that drops a trigger. */
export function dropping({ table, name }: Pick<Trigger, "table" | "name">): string {
  return `m.dropTrigger(${JSON.stringify(table)}, ${JSON.stringify(name)})`;
}

function viewOf(schema: Schema, name: string): View {
  const view = schema.views.get(name);
  if (view === undefined) throw new SchemaError(`there is no view ${name}`);
  return view;
}

function triggerOf(schema: Schema, which: Pick<Trigger, "table" | "name">): Trigger {
  const trigger = schema.triggers.get(triggerKey(which));
  if (trigger === undefined) throw new SchemaError(`there is no trigger ${which.name} of ${which.table}`);
  return trigger;
}

/** What no database could make of a trigger, in words that follow its name. */
function triggerProblem(trigger: Trigger, schema: Schema): string | undefined {
  const { table, timing, events, columns, forEach, when, postgres, sqlite } = trigger;
  const view = schema.views.get(table);
  const target = schema.tables.get(table);
  if (view === undefined && target === undefined) return `is on ${table}, which does not exist`;
  if (postgres === undefined && sqlite === undefined)
    return "does nothing: give it a body, postgres or sqlite";
  if (events.length === 0) return "has no event";
  if (new Set(events).size < events.length) return "names an event twice";
  if (columns !== undefined && !events.includes("update")) return "names columns, which only an update has";
  if (columns?.length === 0) return "names no column";
  const unknown = columns?.find((name) => target?.columns.every((column) => column.name !== name));
  if (unknown !== undefined) return `names the column ${unknown}, which table ${table} does not have`;
  if (timing !== "insteadOf")
    return view === undefined ? undefined : "is on a view: there it must be insteadOf";
  if (view === undefined) return "is insteadOf, which only a view can have";
  if (view.materialized) return "is on a materialized view, which has no triggers";
  if (forEach === "statement") return "is insteadOf, which is for each row";
  if (columns !== undefined || when !== undefined) return "is insteadOf, which takes no columns and no when";
  return undefined;
}

function hasSeveral(sql: string): boolean {
  const tokens = tokenizeSql(sql).filter(({ kind }) => kind !== "space" && kind !== "comment");
  const end = tokens.findIndex(({ text }) => text === ";");
  return end >= 0 && tokens.slice(end).some(({ text }) => text !== ";");
}

function namesIn(sql: string): string[] {
  return tokenizeSql(sql).flatMap(({ name }) => (name === undefined ? [] : [name]));
}
