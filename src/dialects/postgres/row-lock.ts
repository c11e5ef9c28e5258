import type { Connection } from "../../connection/connection.ts";
import { DatabaseError } from "../../errors.ts";
import type { LockHolder, MigrationLock } from "../lock.ts";
import { postgresRenderer as sql } from "./renderer.ts";

/** How long the row stays taken by somebody who gives no sign of life, each transaction being one. */
const LEASE_MS = 60_000;

const CREATE = `CREATE TABLE IF NOT EXISTS orm_lock (
  app text PRIMARY KEY,
  token text,
  application text,
  since timestamptz,
  expires_at timestamptz
)`;

/** Another one with each transaction under the lock. */
const SIGN = "(token || ' ' || extract(epoch FROM expires_at))";

/**
 * What several sessions that create the same table at the same moment may get, in spite of IF NOT EXISTS: an index of the
 * catalog, the table or its type is in the way, depending on how far the fastest is. It is there then.
 */
const RACES: readonly string[] = ["23505", "42P07", "42710", "40001"];

/**
 * The lock of one app as a row of the table orm_lock. Who holds it keeps the row locked for the length of each
 * transaction; in between, and after the end of the session, it is taken until the time is over: by the clock of the
 * server, or, where that has gone back, after whoever waits has seen no sign of life for as long.
 */
export function rowLock(app: string, leaseMs = LEASE_MS): MigrationLock {
  const lease = `interval '${leaseMs} milliseconds'`;
  let seen: { readonly sign: string; readonly at: number } | undefined;
  const token = crypto.randomUUID();
  const [name, mine] = [sql.quoteText(app), sql.quoteText(token)];
  return {
    // Where the row is another's by now there is no time to prolong, and NULL is no integer either way.
    confirm: [
      `UPDATE orm_lock SET expires_at = clock_timestamp() + ${lease} WHERE app = ${name} AND token = ${mine}`,
      `SELECT (SELECT CASE WHEN token = ${mine} THEN NULL ELSE 'the lock was lost to another migrator' END FROM orm_lock WHERE app = ${name})::integer`,
    ],
    async take(connection) {
      await createTable(connection);
      // Without the question before it an INSERT waits for the transaction of whoever holds the row.
      await connection.execute([
        `INSERT INTO orm_lock (app) SELECT ${name} WHERE NOT EXISTS (SELECT FROM orm_lock WHERE app = ${name}) ON CONFLICT DO NOTHING`,
      ]);
      const taken = await connection.query(
        `UPDATE orm_lock
         SET token = ${mine}, application = current_setting('application_name'), since = now(),
             expires_at = clock_timestamp() + ${lease}
         WHERE app = (
           SELECT app FROM orm_lock
           WHERE app = ${name} AND (token IS NULL OR expires_at < clock_timestamp() OR ${SIGN} = $1)
           FOR UPDATE SKIP LOCKED
         )
         RETURNING app`,
        [seen !== undefined && performance.now() - seen.at > leaseMs ? seen.sign : null],
      );
      if (taken.length > 0) return true;
      const [row] = await connection.query<{ sign: string | null }>(
        `SELECT ${SIGN} AS sign FROM orm_lock WHERE app = ${name}`,
      );
      const sign = row?.sign ?? undefined;
      if (sign !== seen?.sign) seen = sign === undefined ? undefined : { sign, at: performance.now() };
      return false;
    },
    async holder(connection) {
      const [row] = await connection.query<Holder>(
        `SELECT application, since, expires_at < clock_timestamp() AS expired FROM orm_lock WHERE app = ${name} AND token IS NOT NULL`,
      );
      return row === undefined ? undefined : toHolder(row);
    },
    async release(connection) {
      await connection.execute([`UPDATE orm_lock SET token = NULL WHERE app = ${name} AND token = ${mine}`]);
    },
  };
}

async function createTable(connection: Connection): Promise<void> {
  try {
    await connection.execute([CREATE]);
  } catch (error) {
    const raced = error instanceof DatabaseError && RACES.includes(error.details.sqlState ?? "");
    if (!raced) throw error;
  }
}

interface Holder extends Readonly<Record<string, string | Date | boolean | null>> {
  readonly application: string | null;
  readonly since: Date | string | null;
  readonly expired: boolean | null;
}

function toHolder({ application, since, expired }: Holder): LockHolder {
  return {
    ...(application ? { application } : {}),
    ...(since === null ? {} : { since: new Date(since) }),
    ...(expired === true ? { expired } : {}),
  };
}
