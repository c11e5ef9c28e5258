import { UsageError } from "../errors.ts";
import type { PostgresUrl } from "./postgres-url.ts";
import { type DatabaseUrl, parseDatabaseUrl } from "./url.ts";

/** Tells the databases apart. */
export function isSqlite(url: DatabaseUrl): url is Exclude<DatabaseUrl, PostgresUrl> {
  return url.dialect === "sqlite";
}

/** True for the URL of a SQLite database, false for any other and for what is none. */
export function isSqliteUrl(url: string): boolean {
  try {
    return isSqlite(parseDatabaseUrl(url));
  } catch (error) {
    if (error instanceof UsageError) return false;
    throw error;
  }
}
