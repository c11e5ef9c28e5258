import type { Connection } from "./connection.ts";
import { openSqlite } from "./sqlite.ts";
import { type DatabaseUrl, parseDatabaseUrl } from "./url.ts";

export interface OpenOptions {
  /** `readOnly` concerns SQLite files, which it never creates or writes; `readWrite` where it is left out. */
  readonly mode?: "readWrite" | "readOnly" | undefined;
  /** Gets the notices and warnings of a PostgreSQL server. */
  readonly onNotice?: ((message: string) => void) | undefined;
  readonly connectTimeoutMs?: number | undefined;
}

/**
 * Opens a session with the database of a URL.
 * @throws UsageError for a URL that is wrong, ConnectionError where there is no session to be had
 */
export async function openConnection(
  url: string | DatabaseUrl,
  options: OpenOptions = {},
): Promise<Connection> {
  const parsed = typeof url === "string" ? parseDatabaseUrl(url) : url;
  if (parsed.dialect === "sqlite") return openSqlite(parsed.path, { mode: options.mode ?? "readWrite" });
  // The driver, with the network modules that it needs, is a third of the start of a program that does not use it.
  const { openPostgres } = await import("./postgres.ts");
  return openPostgres(parsed, options);
}
