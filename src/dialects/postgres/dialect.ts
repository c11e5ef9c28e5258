import type { Dialect } from "../dialect.ts";
import { advisoryLock } from "./advisory-lock.ts";
import { canonicalize } from "./canonicalize.ts";
import { hidden } from "./hidden-tables.ts";
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
import { postgresValues } from "./values.ts";

/** PostgreSQL, from version 12 on. */
export const postgresDialect: Dialect = {
  name: "postgres",
  // In a message with other statements nobody can look at rows; a text that is no integer fails by itself.
  refuse: (query) => ({ kind: "sql", sql: `SELECT (${query})::integer`, operations: [] }),
  // Without USAGE on its schema a table looks as if it were not there; the catalogs say that it is.
  hidden,
  begin: postgresValues.begin,
  // To what the session has begun with.
  resetSession: "RESET ALL",
  // Locks would be held to the end of the last one, and there are only so many.
  sharesTransactions: false,
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
  async version(connection) {
    const [row] = await connection.query<{ version: string }>(
      "SELECT current_setting('server_version') AS version",
    );
    // Packagers add their own: 15.3 (Debian 15.3-1).
    return `PostgreSQL ${row?.version.split(" ", 1)[0]}`;
  },
  quote: (identifier) => postgresRenderer.quote(identifier),
  quoteTable: postgresValues.quoteTable,
  quoteText: (text) => postgresRenderer.quoteText(text),
  placeholder: postgresValues.placeholder,
};
