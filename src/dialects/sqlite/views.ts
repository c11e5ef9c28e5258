import { SchemaError } from "../../errors.ts";
import { shorten } from "../../schema/identifier.ts";
import { shortenTable } from "../../schema/qualified-name.ts";
import type { Schema } from "../../schema/schema.ts";
import type { Trigger, TriggerEvent, View } from "../../schema/view.ts";
import type { Step } from "../dialect.ts";
import { canonicalExpression } from "./expression-text.ts";
import { sqlite } from "./renderer.ts";
import { TokenReader } from "./token-reader.ts";

const TIMINGS = { before: "BEFORE", after: "AFTER", insteadOf: "INSTEAD OF" } as const;

/** The view as SQLite can have it. */
export function normalizeView({ name, definition }: View, schema: Schema): View {
  return { name: shorten(name), definition: sqlite.text(definition, schema) };
}

/**
 * The triggers that SQLite has for one: a trigger there is for one event, so one for several becomes several, named after
 * their events. None where it is for PostgreSQL only, or for whole statements.
 */
export function normalizeTrigger(trigger: Trigger, schema: Schema): Trigger[] {
  const { name, table, timing, events, columns, forEach, when, sqlite: body } = trigger;
  if (body === undefined || forEach === "statement") return [];
  return events.map((event) => ({
    name: shorten(events.length === 1 ? name : `${name}_${event}`),
    table: shortenTable(table),
    timing,
    events: [event],
    ...(columns === undefined || event !== "update" ? {} : { columns: columns.map(shorten) }),
    ...(when === undefined ? {} : { when: sqlite.text(when, schema) }),
    sqlite: sqlite.text(body, schema),
  }));
}

/** A normalized view in one spelling. */
export function canonicalView(view: View): View {
  return { ...view, definition: canonicalExpression(String(view.definition)) };
}

/** A normalized trigger in one spelling. */
export function canonicalTrigger(trigger: Trigger): Trigger {
  const { when, sqlite: body = "" } = trigger;
  return {
    ...trigger,
    ...(when === undefined ? {} : { when: canonicalExpression(String(when)) }),
    sqlite: canonicalExpression(body),
  };
}

/** CREATE VIEW of a normalized view, which is read once: SQLite looks at a definition when it is used only. */
export function createView({ name, definition }: View, operations: readonly number[]): Step[] {
  const quoted = sqlite.quote(name);
  return [
    { kind: "sql", sql: `CREATE VIEW ${quoted} AS\n${String(definition)}`, operations },
    {
      kind: "check",
      sql: `SELECT 1 FROM ${quoted} LIMIT 0`,
      explain: () => new SchemaError(`the view ${name} cannot be read`),
      operations,
    },
  ];
}

/** CREATE TRIGGER of a normalized trigger. */
export function createTrigger(trigger: Trigger): string {
  const { name, table, timing, events, columns, when, sqlite: body = "" } = trigger;
  const of = columns === undefined ? "" : ` OF ${columns.map((column) => sqlite.quote(column)).join(", ")}`;
  const head = `${TIMINGS[timing]} ${events.join("").toUpperCase()}${of} ON ${sqlite.quoteTable(table)} FOR EACH ROW`;
  const condition = when === undefined ? "" : ` WHEN ${String(when)}`;
  return `CREATE TRIGGER ${sqlite.quote(name)} ${head}${condition}\nBEGIN\n${body};\nEND`;
}

/** The view that a CREATE VIEW makes; undefined for one that names its columns, which a Schema has no words for. */
export function parseView(name: string, sql: string): View | undefined {
  return attempt(() => {
    const reader = new TokenReader(sql);
    reader.expect("CREATE");
    reader.expect("VIEW");
    reader.accept("IF", "NOT", "EXISTS");
    reader.name();
    reader.expect("AS");
    return canonicalView({ name, definition: withoutEnd(rest(reader)) });
  });
}

/** The trigger that a CREATE TRIGGER makes; undefined where a Schema has no words for it. */
export function parseTrigger(name: string, table: string, sql: string): Trigger | undefined {
  return attempt(() => {
    const reader = new TokenReader(sql);
    reader.expect("CREATE");
    reader.expect("TRIGGER");
    reader.accept("IF", "NOT", "EXISTS");
    reader.name();
    const timing = reader.accept("AFTER") ? "after" : reader.accept("INSTEAD", "OF") ? "insteadOf" : "before";
    if (timing === "before") reader.accept("BEFORE");
    const event = EVENTS.find((each) => reader.accept(each.toUpperCase()));
    if (event === undefined) return undefined;
    const columns: string[] = [];
    if (reader.accept("OF"))
      do columns.push(reader.name());
      while (reader.accept(","));
    reader.expect("ON");
    reader.name();
    reader.accept("FOR", "EACH", "ROW");
    const when = reader.accept("WHEN")
      ? reader.source(() => {
          while (reader.keyword !== "BEGIN") reader.next();
        })
      : undefined;
    reader.expect("BEGIN");
    return canonicalTrigger({
      name,
      table,
      timing,
      events: [event],
      ...(columns.length === 0 ? {} : { columns }),
      ...(when === undefined ? {} : { when }),
      sqlite: withoutEnd(rest(reader).replace(/\bEND[\s;]*$/i, "")),
    });
  });
}

const EVENTS: readonly TriggerEvent[] = ["insert", "update", "delete"];

function rest(reader: TokenReader): string {
  return reader.source(() => {
    while (!reader.atEnd) reader.next();
  });
}

function withoutEnd(sql: string): string {
  return sql.trim().replace(/[\s;]+$/, "");
}

function attempt<T>(parse: () => T): T | undefined {
  try {
    return parse();
  } catch (error) {
    if (error instanceof SchemaError) return undefined;
    throw error;
  }
}
