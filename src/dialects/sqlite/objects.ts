import type { Connection } from "../../connection/connection.ts";

/*
 * Names of constraints and the text of checks and defaults are in the stored statements only, no pragma tells
 * them; so everything is read from there. Virtual tables and what they keep their content in are left out: a
 * shadow table (https://www.sqlite.org/vtab.html, 2.6) is marked by PRAGMA table_list from 3.37 on.
 */
const OBJECTS = `SELECT s.type AS "type", s.name AS "name", s.tbl_name AS "table", s.sql AS "sql"
FROM sqlite_schema AS s
WHERE s.sql IS NOT NULL AND s.name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
  AND (s.type IN ('index', 'view', 'trigger') OR s.type = 'table' AND s.sql NOT LIKE 'CREATE VIRTUAL%'
    AND s.name NOT IN (SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'shadow'))
ORDER BY s.rowid`;

/** A row of sqlite_schema. */
export type ObjectRow = {
  readonly type: string;
  readonly name: string;
  readonly table: string;
  readonly sql: string;
};

/** The tables, indexes, views and triggers as SQLite keeps them. */
export async function readObjects(connection: Connection): Promise<ObjectRow[]> {
  return await connection.query<ObjectRow>(OBJECTS);
}

/** See Dialect.fingerprint. The order in which things were made does not count. */
export async function fingerprint(connection: Connection): Promise<string> {
  return (await readObjects(connection))
    .map((row) => JSON.stringify(row))
    .sort()
    .join("\n");
}
