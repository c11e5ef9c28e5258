import { basename } from "node:path";
import type { Connection } from "../../connection/connection.ts";
import type { Dialect } from "../dialect.ts";
import { NO_LIMITS } from "../timeouts.ts";
import { canonicalize } from "./canonicalize.ts";
import { inspect } from "./inspector.ts";
import { introspect } from "./introspector.ts";
import { normalize } from "./normalize.ts";
import { fingerprint } from "./objects.ts";
import { omissions } from "./omissions.ts";
import { render } from "./operations.ts";
import { portable } from "./portable.ts";
import { sqlite } from "./renderer.ts";
import { statementNature } from "./statement.ts";
import { sqliteValues } from "./values.ts";

/** SQLite, from version 3.40 on. */
export const sqliteDialect: Dialect = {
  name: "sqlite",
  lock: () => undefined,
  async writer(connection) {
    const file = await fileOf(connection);
    if (file === undefined) return undefined;
    // Only who shows where a database is asks for it.
    const { sqliteWriter } = await import("../../connection/sqlite-writer.ts");
    return sqliteWriter(file);
  },
  hidden: async () => undefined,
  refuse(query, error) {
    let made: Error | undefined;
    const explain = () => {
      made ??= error();
      return made;
    };
    return { kind: "check", sql: query, explain, operations: [] };
  },
  begin: sqliteValues.begin,
  resetSession: "PRAGMA foreign_keys = ON",
  // Each commit waits for the disk.
  sharesTransactions: true,
  // A session waits for the lock on the whole file when a transaction begins, and for nothing after that.
  limits: () => NO_LIMITS,
  isContention: () => false,
  render,
  statementNature,
  normalize,
  introspect,
  fingerprint,
  inspect,
  portable,
  canonicalize,
  omissions,
  // Nothing tells SQLite to; a rebuild checks by itself.
  checkDeferred: async () => {},
  async databaseName(connection) {
    const file = await fileOf(connection);
    return file === undefined ? ":memory:" : basename(file);
  },
  async version(connection) {
    const [row] = await connection.query<{ version: string }>("SELECT sqlite_version() AS version");
    return `SQLite ${row?.version}`;
  },
  quote: (identifier) => sqlite.quote(identifier),
  quoteTable: sqliteValues.quoteTable,
  quoteText: (text) => sqlite.quoteText(text),
  placeholder: sqliteValues.placeholder,
};

/** The path of the database's file; undefined in memory. */
async function fileOf(connection: Connection): Promise<string | undefined> {
  const sql = "SELECT file FROM pragma_database_list WHERE name = 'main'";
  const [row] = await connection.query<{ file: string }>(sql);
  return row?.file || undefined;
}
