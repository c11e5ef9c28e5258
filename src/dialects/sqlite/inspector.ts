import type { Connection } from "../../connection/connection.ts";
import { tablesByName } from "../../schema/schema.ts";
import type { Inspection, Unsupported } from "../dialect.ts";
import { withoutBroken } from "../without-broken.ts";
import { toSchema } from "./introspector.ts";
import { nullableKeyColumns } from "./null-keys.ts";
import { type ObjectRow, readObjects } from "./objects.ts";
import { unreadClauses } from "./unread-clauses.ts";

/** See Dialect.inspect. */
export async function inspect(connection: Connection): Promise<Inspection> {
  const unsupported: Unsupported[] = [];
  const leftOut = new Map<string, string[]>();
  const rows = await readObjects(connection);
  const schema = toSchema(rows, ({ path, what, table, column }) => {
    unsupported.push({ path, what });
    if (column !== undefined) leftOut.set(table, [...(leftOut.get(table) ?? []), column]);
  });
  const clauses = rows
    .filter(({ type, name }) => type === "table" && schema.tables.has(name))
    .flatMap(({ name, sql }): Unsupported[] => [
      ...unreadClauses(sql).map((what) => ({ path: `table ${name}`, what })),
      ...nullableKeyColumns(sql).map((column) => ({
        path: `table ${name}, column ${column}`,
        what: "is of the primary key and may hold NULL: here it is NOT NULL",
      })),
    ]);
  const known = new Set(tablesByName(schema).flatMap(({ indexes }) => indexes.map(({ name }) => name)));
  const indexes = rows
    .filter(({ type, name }) => type === "index" && !known.has(name))
    .map(({ table, name, sql }) => ({ path: `table ${table}, index ${name}`, what: sql }));
  const others = await connection.query<ObjectRow>(OTHERS);
  const beside = others.map(({ type, name, table, sql }) => ({
    path: type === "trigger" ? `table ${table}, trigger ${name}` : `${type} ${name}`,
    what: sql,
  }));
  return withoutBroken(schema, leftOut, [...unsupported, ...clauses, ...indexes, ...beside]);
}

const OTHERS = `SELECT CASE WHEN s.type = 'table' THEN 'virtual table' ELSE s.type END AS "type", s.name AS "name",
  s.tbl_name AS "table", s.sql AS "sql"
FROM sqlite_schema AS s
WHERE s.type IN ('view', 'trigger') OR s.type = 'table' AND s.sql LIKE 'CREATE VIRTUAL%'
ORDER BY s.rowid`;
