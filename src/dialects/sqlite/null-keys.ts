import { parseCreateTable } from "./create-table-parser.ts";
import { unreadClauses } from "./unread-clauses.ts";

/**
 * The columns of the primary key of a CREATE TABLE that can hold NULL there, as those of no schema can: all that are not
 * said to be NOT NULL, but for the number of the row (https://www.sqlite.org/lang_createtable.html, 3.5).
 * @throws SchemaError where it is no such text
 */
export function nullableKeyColumns(sql: string): string[] {
  const { columns, constraints } = parseCreateTable(sql);
  const key = constraints.find(({ kind }) => kind === "primaryKey");
  if (key?.kind !== "primaryKey") return [];
  const clauses = unreadClauses(sql);
  if (clauses.includes("WITHOUT ROWID") || clauses.includes("STRICT")) return [];
  const names = new Set(key.columns.map((name) => name.toLowerCase()));
  const found = columns.filter(({ name }) => names.has(name.toLowerCase()));
  const isRowId = found.length === 1 && found[0]?.type.toLowerCase() === "integer";
  return isRowId ? [] : found.filter(({ notNull }) => !notNull).map(({ name }) => name);
}
