import { shorten } from "../../schema/identifier.ts";
import { shortenTable } from "../../schema/qualified-name.ts";
import type { Schema } from "../../schema/schema.ts";
import { normalizeExpression, tokenizeSql } from "../../schema/sql-tokens.ts";
import type { Trigger, TriggerEvent, View } from "../../schema/view.ts";
import { parenthesize } from "../base-renderer.ts";
import { postgresRenderer as sql } from "./renderer.ts";

const EVENTS: readonly TriggerEvent[] = ["insert", "update", "delete"];
const TIMINGS = { before: "BEFORE", after: "AFTER", insteadOf: "INSTEAD OF" } as const;

/** The view as PostgreSQL keeps it; `schema` has the tables that its text may name with their schema. */
export function normalizeView({ name, definition, materialized }: View, schema: Schema): View {
  return {
    name: shorten(name),
    definition: sql.text(definition, schema),
    ...(materialized ? { materialized } : {}),
  };
}

/** The trigger as PostgreSQL keeps it; none where it is for SQLite only. */
export function normalizeTrigger({ sqlite: _, ...trigger }: Trigger, schema: Schema): Trigger[] {
  const { name, table, events, columns, when, postgres } = trigger;
  if (postgres === undefined) return [];
  return [
    {
      ...trigger,
      name: shorten(name),
      table: shortenTable(table),
      events: EVENTS.filter((event) => events.includes(event)),
      ...(columns === undefined ? {} : { columns: columns.map(shorten) }),
      ...(when === undefined ? {} : { when: sql.text(when, schema) }),
      postgres:
        typeof postgres === "string"
          ? sql.text(postgres, schema)
          : { execute: sql.expression(postgres.execute) },
    },
  ];
}

/** CREATE VIEW of a normalized view. */
export function createView({ name, definition, materialized }: View): string {
  const what = materialized ? "MATERIALIZED VIEW" : "VIEW";
  return `CREATE ${what} ${sql.quote(name)} AS\n${String(definition)}`;
}

/** DROP VIEW; never CASCADE. */
export function dropView({ name, materialized }: View): string {
  return `DROP ${materialized ? "MATERIALIZED VIEW" : "VIEW"} ${sql.quote(name)}`;
}

/** CREATE TRIGGER of a normalized trigger, after its function where that is its own. */
export function createTrigger(trigger: Trigger): string[] {
  const { postgres } = trigger;
  if (postgres === undefined) return [];
  const own = `${sql.quote(functionName(trigger))}()`;
  if (typeof postgres !== "string") return [triggerStatement(trigger, postgres.execute)];
  const body = quoteBody(postgres);
  return [
    `CREATE FUNCTION ${own} RETURNS trigger LANGUAGE plpgsql AS ${body}`,
    triggerStatement(trigger, own),
  ];
}

/** CREATE TRIGGER of a normalized trigger that calls a function. */
export function triggerStatement(trigger: Trigger, call: string): string {
  const { name, table, timing, events, columns, forEach, when } = trigger;
  const list = events.map((event) => {
    const of = event === "update" && columns !== undefined;
    return of ? `UPDATE OF ${columns.map((column) => sql.quote(column)).join(", ")}` : event.toUpperCase();
  });
  return [
    `CREATE TRIGGER ${sql.quote(name)} ${TIMINGS[timing]} ${list.join(" OR ")} ON ${sql.quoteTable(table)}`,
    `FOR EACH ${forEach === "statement" ? "STATEMENT" : "ROW"}`,
    ...(when === undefined ? [] : [`WHEN ${parenthesize(String(when))}`]),
    `EXECUTE FUNCTION ${call}`,
  ].join(" ");
}

/** The statements that drop a normalized trigger, and its function where that is its own. */
export function dropTrigger(trigger: Trigger): string[] {
  const drop = `DROP TRIGGER ${sql.quote(trigger.name)} ON ${sql.quoteTable(trigger.table)}`;
  if (typeof trigger.postgres !== "string") return trigger.postgres === undefined ? [] : [drop];
  return [drop, `DROP FUNCTION ${sql.quote(functionName(trigger))}()`];
}

/** The name of the function that comes and goes with a trigger. */
export function functionName({ table, name }: Pick<Trigger, "table" | "name">): string {
  return shorten(`${table.replace(".", "_")}_${name}_trigger`);
}

/** The call of a function in one spelling. */
export function canonicalCall(call: string): string {
  const parts = tokenizeSql(String(normalizeExpression(call))).filter(({ kind }) => kind !== "space");
  return parts.map(({ text }) => (text === "," ? ", " : text)).join("");
}

function quoteBody(body: string): string {
  for (let tag = "$body$", count = 0; ; count += 1, tag = `$body${count}$`) {
    if (!body.includes(tag)) return `${tag}${body}${tag}`;
  }
}
