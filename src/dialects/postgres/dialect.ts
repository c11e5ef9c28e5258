import type { Dialect } from "../dialect.ts";
import { advisoryLock } from "./advisory-lock.ts";
import { canonicalize } from "./canonicalize.ts";
import { inspect } from "./inspector.ts";
import { introspect } from "./introspector.ts";
import { CONTENTION, limits } from "./limits.ts";
import { normalize } from "./normalize.ts";
import { omissions } from "./omissions.ts";
import { render } from "./operations.ts";
import { portable } from "./portable.ts";
import { postgresRenderer } from "./renderer.ts";
import { rowLock } from "./row-lock.ts";
import { statementNature } from "./statement.ts";

/** PostgreSQL, from version 12 on. */
export const postgresDialect: Dialect = {
  name: "postgres",
  // In a message with other statements nobody can look at rows; a text that is no integer fails by itself.
  refuse: (query) => ({ kind: "sql", sql: `SELECT (${query})::integer`, operations: [] }),
  // Without USAGE on its schema a table looks as if it were not there; the catalogs say that it is.
  hidden: (table) =>
    `SELECT n.nspname AS schema, current_user AS role FROM pg_namespace n
     WHERE n.nspname IN (
       SELECT CASE WHEN part = '$user' THEN current_user ELSE part END
       FROM (SELECT btrim(entry, ' "') AS part FROM unnest(string_to_array(current_setting('search_path'), ',')) AS entry) AS path
     )
     AND NOT has_schema_privilege(n.oid, 'USAGE')
     AND EXISTS (SELECT FROM pg_class c WHERE c.relnamespace = n.oid AND c.relname = ${postgresRenderer.quoteText(table)})`,
  begin: "BEGIN",
  limits,
  isContention: ({ details }) => CONTENTION.includes(details.sqlState ?? ""),
  lock: (mode, app) => (mode === "none" ? undefined : mode === "row" ? rowLock(app) : advisoryLock(app)),
  render,
  statementNature,
  normalize,
  introspect,
  inspect,
  portable,
  canonicalize,
  omissions,
  async checkDeferred(connection) {
    await connection.execute(["SET CONSTRAINTS ALL IMMEDIATE"]);
    const [row] = await connection.query<{ names: string | null }>(
      `SELECT string_agg(DISTINCT format('%I.%I', n.nspname, c.conname), ', ') AS names
       FROM pg_constraint c JOIN pg_namespace n ON n.oid = c.connamespace WHERE c.condeferred`,
    );
    if (row?.names) await connection.execute([`SET CONSTRAINTS ${row.names} DEFERRED`]);
  },
  async databaseName(connection) {
    const [row] = await connection.query<{ name: string }>("SELECT current_database() AS name");
    return row?.name ?? "";
  },
  quote: (identifier) => postgresRenderer.quote(identifier),
  quoteTable: (name) => postgresRenderer.quoteTable(name),
  quoteText: (text) => postgresRenderer.quoteText(text),
  placeholder: (position) => `$${position}`,
};
