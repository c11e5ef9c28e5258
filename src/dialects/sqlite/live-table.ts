import { SchemaError } from "../../errors.ts";
import type { Table } from "../../schema/table.ts";
import { parseCreateTable } from "./create-table-parser.ts";
import { toSchema } from "./introspector.ts";
import type { ObjectRow } from "./objects.ts";
import { sqlite } from "./renderer.ts";
import { type TableOptions, tableOptions } from "./table-options.ts";
import type { Alteration } from "./table-work.ts";
import { unknownClauses } from "./unknown-clauses.ts";
import { unreadClauses } from "./unread-clauses.ts";

/** The query for a table as the database has it, and for those that it refers to: their keys may be all that it says of them. */
export function liveTableQuery(name: string): string {
  const text = sqlite.quoteText(name);
  return `SELECT s.type AS "type", s.name AS "name", s.tbl_name AS "table", s.sql AS "sql", l.strict AS "strict", l.wr AS "wr" FROM sqlite_schema AS s JOIN pragma_table_list(s.name) AS l ON l.schema = 'main' WHERE s.type = 'table' AND (s.name = ${text} COLLATE NOCASE OR lower(s.name) IN (SELECT lower("table") FROM pragma_foreign_key_list(${text})))`;
}

/**
 * The options that the new table gets from the old one, which the rows of `liveTableQuery` describe.
 * @throws SchemaError where the old one has what no migration knows, and the new one would be without it
 */
export function optionsOfLive(work: Alteration, rows: readonly Readonly<Record<string, unknown>>[]): string {
  // What `liveTableQuery` selects.
  const tables = rows as unknown as readonly (ObjectRow & TableOptions)[];
  const own = tables.find(({ name }) => name.toLowerCase() === work.base.name.toLowerCase());
  // That it is missing is said better by the statements that need it.
  if (own === undefined) return "";
  refuseUnknownColumns(work.base, own.sql);
  refuseUnreadClauses(work.base, own.sql);
  const live = toSchema(tables, () => {}).tables.get(own.name);
  if (live !== undefined) refuseUnknownClauses(work, live);
  return tableOptions(work.target, own);
}

function refuseUnknownColumns(base: Table, sql: string): void {
  const known = new Set(base.columns.map(({ name }) => name.toLowerCase()));
  const unknown = parseCreateTable(sql).columns.filter(({ name }) => !known.has(name.toLowerCase()));
  refuse(
    base,
    unknown.map(({ name }) => name),
    "column",
    "yara-orm diff shows what the database has beyond its migrations; drop the column if its values may go, or let a migration before this one add it (applied with upgrade --fake)",
  );
}

function refuseUnreadClauses(base: Table, sql: string): void {
  const isKept = (clause: string) => clause === "STRICT" || clause === "WITHOUT ROWID";
  refuse(
    base,
    unreadClauses(sql).filter((clause) => !isKept(clause)),
    "clause",
    "no model can say it: make the table anew without it by hand, before this migration or by m.runSQL at its beginning, or do by hand what this migration does and record it with upgrade --fake",
  );
}

function refuseUnknownClauses(work: Alteration, live: Table): void {
  refuse(
    work.base,
    unknownClauses(work, live),
    "clause",
    "yara-orm diff shows what the database has beyond its migrations; let this migration add it as well, or one before it (applied with upgrade --fake), or make the table anew without it by hand",
  );
}

function refuse({ name }: Table, unknown: readonly string[], what: string, hint: string): void {
  if (unknown.length === 0) return;
  throw new SchemaError(
    `table ${name} must be made anew, and has ${unknown.length === 1 ? `a ${what}` : `${what}s`} that no migration knows: ${unknown.join(", ")}`,
    hint,
  );
}
