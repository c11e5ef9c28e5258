import type { Blocker } from "./activity.ts";
import type { Connection, DatabaseRow } from "./connection.ts";

interface BlockerRow extends DatabaseRow {
  readonly pid: number;
  readonly application: string | null;
  readonly user: string | null;
  readonly state: string | null;
  readonly since: Date | string | null;
  readonly query: string | null;
}

const QUERY = `SELECT b.pid, a.application_name AS application, a.usename AS "user", a.state, a.xact_start AS since, a.query
FROM unnest(pg_blocking_pids($1::integer)) AS b(pid) LEFT JOIN pg_stat_activity a ON a.pid = b.pid ORDER BY b.pid`;

/** Looks from a second session at what another one cannot tell while it waits, or after its transaction has failed; the session is opened when it is first needed. */
export class PostgresObserver {
  readonly #open: () => Promise<Connection>;
  #session: Promise<Connection | undefined> | undefined;
  #closed = false;

  constructor(open: () => Promise<Connection>) {
    this.#open = open;
  }

  /** Who blocks the server's process (PostgreSQL manual, 9.27 "System Information Functions"); nobody where that cannot be told. */
  async blockersOf(pid: number): Promise<Blocker[]> {
    return (await this.#ask<BlockerRow>(QUERY, [pid])).map(toBlocker);
  }

  /** The role that is in force in a session with that URL from its beginning; undefined where that cannot be told. */
  async role(): Promise<string | undefined> {
    const [row] = await this.#ask<{ readonly role: string }>("SELECT current_user AS role", []);
    return row?.role;
  }

  async #ask<Row extends DatabaseRow>(sql: string, parameters: readonly unknown[]): Promise<Row[]> {
    if (this.#closed) return [];
    // A server that has no second session to give is no reason to fail.
    this.#session ??= this.#open().catch(() => undefined);
    try {
      return (await (await this.#session)?.query<Row>(sql, parameters)) ?? [];
    } catch {
      return [];
    }
  }

  /** Ends the session, also one that is just being opened. Never throws. */
  async close(): Promise<void> {
    this.#closed = true;
    await (await this.#session)?.close();
  }
}

function toBlocker({ pid, application, user, state, since, query }: BlockerRow): Blocker {
  return {
    pid,
    ...(application ? { application } : {}),
    ...(user ? { user } : {}),
    ...(state ? { state } : {}),
    ...(since === null ? {} : { since: new Date(since) }),
    ...(query ? { query } : {}),
  };
}
