import { ConnectionError } from "../errors.ts";
import type { Connection } from "./connection.ts";
import { PostgresConnection } from "./postgres-connection.ts";
import { toConnectError } from "./postgres-errors.ts";
import { openSocket } from "./postgres-socket.ts";
import type { PostgresUrl } from "./postgres-url.ts";

export interface PostgresOptions {
  readonly onNotice?: ((message: string) => void) | undefined;
  /** How long connecting and logging in may take; 10 s where neither this nor the URL says so. */
  readonly connectTimeoutMs?: number | undefined;
}

/** How long a session that only looks at another one may take to open. */
const OBSERVER_CONNECT_MS = 2_000;

/**
 * Opens one session with a PostgreSQL server. It is pinned to one socket: when that is lost, so is the session.
 * @throws ConnectionError, UsageError for a file that cannot be read or is no certificate
 */
export async function openPostgres(url: PostgresUrl, options: PostgresOptions = {}): Promise<Connection> {
  const deadlineMs = options.connectTimeoutMs ?? ((url.connectTimeout ?? 0) * 1000 || 10_000);
  const deadline = new AbortController();
  const timer = setTimeout(() => {
    const hint =
      "check host and port, and the firewall in between; connect_timeout=SECONDS in the URL allows more time";
    deadline.abort(
      new ConnectionError(
        `no answer from the server within ${deadlineMs} ms`,
        hint,
        undefined,
        "unavailable",
      ),
    );
  }, deadlineMs);
  let connection: PostgresConnection | undefined;
  try {
    const socket = await openSocket(url, deadline.signal);
    const openObserver = () => openPostgres(url, { connectTimeoutMs: OBSERVER_CONNECT_MS });
    connection = new PostgresConnection(socket, url, options.onNotice, openObserver);
    await connection.start(deadline.signal);
    return connection;
  } catch (error) {
    await connection?.close();
    throw toConnectError(deadline.signal.aborted ? deadline.signal.reason : error, url);
  } finally {
    clearTimeout(timer);
  }
}
