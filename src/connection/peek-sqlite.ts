import { Database } from "bun:sqlite";
import { closeSync, existsSync, openSync, realpathSync } from "node:fs";
import { readStoredRows, type StoredRows, type StoredTable } from "./sqlite-file.ts";

/** A question to one table, in two languages. */
export interface Peek {
  /** A query for one column. */
  readonly sql: string;
  readonly parameters: readonly string[];
  /** The same values from what is stored; undefined where they are not plain to see. */
  readonly read: (rows: StoredRows) => readonly unknown[] | undefined;
}

/**
 * The answer of a SQLite file that is there, in any order; undefined where there is none, and where it is not as easy as that, as with
 * somebody else at work. Whoever opens the file then finds out why, and waits or tells. The table may be another one here.
 */
export function peekSqlite(
  path: string,
  table: StoredTable,
  { sql, parameters, read }: Peek,
): readonly unknown[] | undefined {
  let database: Database | undefined;
  let descriptor: number | undefined;
  try {
    // Who may only read could not take the files of a write-ahead log away again.
    database = new Database(path, { readwrite: true });
    // The second takes the lock that keeps others from changing the file, and looks at no table.
    database.run("BEGIN; PRAGMA schema_version");
    descriptor = openSync(path, "r");
    // SQLite heeds a write-ahead log also where the file does not speak of one.
    const isLogged = existsSync(`${realpathSync(path)}-wal`);
    const rows = isLogged ? undefined : readStoredRows(descriptor, table);
    const found = rows && read(rows);
    if (found !== undefined) return found;
    using statement = database.prepare<never, string[]>(sql);
    return statement.values(...parameters).map(([value]) => value);
  } catch {
    return undefined;
  } finally {
    database?.close();
    // Not before: whoever closes a file loses all locks on it, SQLite's too (https://www.sqlite.org/howtocorrupt.html, 2.2).
    if (descriptor !== undefined) closeSync(descriptor);
  }
}
