import { ConnectionError } from "../errors.ts";
import type { Connection } from "./connection.ts";
import { createDatabase } from "./create-database.ts";
import { openSqlite } from "./sqlite.ts";
import { type DatabaseUrl, type PostgresUrl, parseDatabaseUrl } from "./url.ts";
import { waitForServer } from "./wait.ts";

/** How long one try may take while waiting for a server. */
const ATTEMPT_MS = 10_000;

/** How a session is opened. */
export interface ConnectOptions {
  /** Gets the notices and warnings of a PostgreSQL server. */
  readonly onNotice?: ((message: string) => void) | undefined;
  readonly connectTimeoutMs?: number | undefined;
  /** How long to wait for a PostgreSQL server that is not there yet; not at all where it is left out. */
  readonly waitMs?: number | undefined;
  /** Creates a PostgreSQL database that is missing. */
  readonly createDatabase?: boolean | undefined;
  /** How long to wait for another process that writes to a SQLite file. */
  readonly busyTimeoutMs?: number | undefined;
}

export interface OpenOptions extends ConnectOptions {
  /** `readOnly` concerns SQLite files, which it never creates or writes; `readWrite` where it is left out. */
  readonly mode?: "readWrite" | "readOnly" | undefined;
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
  if (parsed.dialect === "sqlite") {
    const { mode = "readWrite", busyTimeoutMs, onNotice } = options;
    return openSqlite(parsed.path, { mode, busyTimeoutMs, onNotice });
  }
  // The driver, with the network modules that it needs, is a third of the start of a program that does not use it.
  const { openPostgres } = await import("./postgres.ts");
  const { waitMs, createDatabase: creates, connectTimeoutMs, onNotice } = options;
  const open = (url: PostgresUrl) => openPostgres(url, options);
  const openWhenThere = (url: PostgresUrl): Promise<Connection> => {
    if (waitMs === undefined) return open(url);
    const attempt = (leftMs: number) =>
      openPostgres(url, { ...options, connectTimeoutMs: Math.min(connectTimeoutMs ?? ATTEMPT_MS, leftMs) });
    return waitForServer(attempt, waitMs, (message) => onNotice?.(message));
  };
  try {
    return await openWhenThere(parsed);
  } catch (error) {
    const isMissing = error instanceof ConnectionError && error.reason === "missingDatabase";
    if (creates !== true || !isMissing) throw error;
    await createDatabase(parsed, open);
    return await open(parsed);
  }
}
