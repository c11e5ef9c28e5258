import { Database } from "bun:sqlite";

/**
 * The first row of a query on a SQLite file that is there: undefined where there is none, and where it is not as easy as that,
 * as with somebody else at work. Whoever opens the file then finds out why, and waits or tells.
 */
export function peekSqlite(
  path: string,
  sql: string,
  parameter: string,
): Readonly<Record<string, unknown>> | undefined {
  let database: Database | undefined;
  try {
    // Who may only read could not take the files of a write-ahead log away again.
    database = new Database(path, { readwrite: true });
    return database.query<Record<string, unknown>, string>(sql).get(parameter) ?? undefined;
  } catch {
    return undefined;
  } finally {
    database?.close();
  }
}
