import { isInteger } from "../../src/schema/column-type.ts";
import { compareText, type Schema, tablesByName } from "../../src/schema/schema.ts";
import type { Table } from "../../src/schema/table.ts";
import type { Trigger, View } from "../../src/schema/view.ts";
import type { Chooser } from "./chooser.ts";
import { freshName } from "./names.ts";
import { onTable, type Proposal } from "./proposal.ts";

type TriggerEvents = Trigger["events"];

/** Views that read one table, two, or another view, and triggers that change nothing. */
export const viewProposals = {
  createView(chooser, schema, { memory }) {
    const table = chooser.pick(tablesByName(schema));
    if (table === undefined) return undefined;
    const name = freshName(chooser, memory.names);
    const definition = query(chooser, schema, table);
    const materialized = chooser.chance(15);
    return { kind: "createView", view: { name, definition, ...(materialized ? { materialized } : {}) } };
  },

  dropView(chooser, schema) {
    const view = chooser.pick(viewsByName(schema));
    return view === undefined ? undefined : { kind: "dropView", name: view.name };
  },

  createTrigger: onTable((chooser, table, schema, { memory }) => {
    const name = freshName(chooser, memory.names);
    const view = chooser.pick(viewsByName(schema).filter(({ materialized }) => !materialized));
    if (view !== undefined && chooser.chance(25)) {
      return {
        kind: "createTrigger",
        trigger: {
          name,
          table: view.name,
          timing: "insteadOf",
          events: chooser.oneOf<TriggerEvents>([["insert"], ["delete"], ["insert", "delete"]]),
          postgres: "BEGIN RETURN NULL; END",
          sqlite: "SELECT 1;",
        },
      };
    }
    return { kind: "createTrigger", trigger: tableTrigger(chooser, table, name) };
  }),

  dropTrigger(chooser, schema) {
    const trigger = chooser.pick([...schema.triggers.values()].sort((a, b) => compareText(a.name, b.name)));
    if (trigger === undefined) return undefined;
    return { kind: "dropTrigger", table: trigger.table, name: trigger.name };
  },
} satisfies Record<string, Proposal>;

function tableTrigger(chooser: Chooser, table: Table, name: string): Trigger {
  const columns = chooser.some(table.columns, 2).map((column) => column.name);
  const [first = ""] = columns;
  const events = chooser.oneOf<TriggerEvents>([["insert"], ["update"], ["insert", "update"]]);
  const [timing, when] = [chooser.oneOf(["after", "before"] as const), chooser.chance(40)];
  const isUpdate = chooser.chance(40) && events.some((event) => event === "update");
  const generated = table.columns.some((column) => column.generated !== undefined);
  return {
    name,
    table: table.name,
    timing,
    events,
    ...(isUpdate ? { columns } : {}),
    // Before a row is written PostgreSQL has not computed its generated columns, and refuses to look.
    ...(when && !(generated && timing === "before") ? { when: `NEW.${quote(first)} IS NOT NULL` } : {}),
    ...(chooser.chance(85) ? { postgres: `BEGIN PERFORM NEW.${quote(first)}; RETURN NEW; END` } : {}),
    sqlite: chooser.oneOf([
      `SELECT NEW.${quote(first)};`,
      `DELETE FROM ${quote(table.name)} WHERE ${quote(first)} IS NULL AND 1 = 2;`,
      "SELECT 1; SELECT 'END; it''s'",
    ]),
  };
}

function query(chooser: Chooser, schema: Schema, table: Table): string {
  const plain = chooser.some(table.columns, 3).map(({ name }) => quote(name));
  const [list, from] = [plain.join(", "), quote(table.name)];
  const whole = table.columns.find(({ type }) => isInteger(type));
  const other = chooser.pick(tablesByName(schema));
  const view = chooser.pick(viewsByName(schema));
  return chooser.oneOf([
    `SELECT ${list} FROM ${from}`,
    `SELECT * FROM ${from}`,
    `SELECT ${from}.${plain[0]} FROM ${from} WHERE ${from}.${plain[0]} IS NOT NULL;`,
    `SELECT x.${plain[0]} AS "first result", count(*) AS "how many" FROM ${from} AS x GROUP BY x.${plain[0]}`,
    ...(view === undefined ? [] : [`SELECT * FROM ${quote(view.name)}`]),
    ...(whole === undefined ? [] : [`SELECT ${quote(whole.name)} + 1 AS "next one" FROM ${from}`]),
    ...(other === undefined || other === table
      ? []
      : [`SELECT a.${plain[0]} FROM ${from} a\nLEFT JOIN ${quote(other.name)} AS b ON 1 = 1 -- all of them`]),
  ]);
}

function viewsByName(schema: Schema): View[] {
  return [...schema.views.values()].sort((a, b) => compareText(a.name, b.name));
}

function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
