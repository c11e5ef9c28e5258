import { Database } from "bun:sqlite";
import { closeSync, existsSync, openSync, realpathSync } from "node:fs";
import { readStoredTable, type StoredTable, type StoredValue } from "./sqlite-file.ts";

/**
 * The values of all rows in some columns of a table in a SQLite file that is there; undefined where there is none, and where it is not as easy
 * as that, as with somebody else at work. Whoever opens the file then finds out why, and waits or tells. `columns` are the first
 * ones of the table as `table` describes it, which may be another one here.
 */
export function peekSqlite(
  path: string,
  table: StoredTable,
  columns: readonly string[],
): readonly (readonly StoredValue[])[] | undefined {
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
    const found = isLogged ? undefined : readStoredTable(descriptor, table, columns.length);
    if (found !== undefined) return found;
    const list = columns.map((column) => `"${column}"`).join();
    using statement = database.prepare<never, []>(`SELECT ${list} FROM "${table.name}"`);
    const rows = statement.values() as StoredValue[][];
    return columns.map((_, at) => rows.map((row) => row[at] ?? null));
  } catch {
    return undefined;
  } finally {
    database?.close();
    // Not before: whoever closes a file loses all locks on it, SQLite's too (https://www.sqlite.org/howtocorrupt.html, 2.2).
    if (descriptor !== undefined) closeSync(descriptor);
  }
}
