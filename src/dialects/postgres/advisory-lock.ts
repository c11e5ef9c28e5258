import type { Connection } from "../../connection/connection.ts";
import { DatabaseError, UsageError } from "../../errors.ts";
import type { LockHolder, MigrationLock } from "../lock.ts";

/** The first half of the key: "yara" in ASCII. The second tells the apps apart. */
const CLASS = 0x79617261;

/**
 * The lock of one app in one database, held by the session (PostgreSQL manual, 13.3.5). It is tried again and again and
 * never waited for: a session that waits holds a snapshot, for which CREATE INDEX CONCURRENTLY waits in turn.
 */
export function advisoryLock(app: string): MigrationLock {
  const key = Bun.hash.crc32(app) | 0;
  const lock = `${CLASS}, ${key}`;
  return {
    // A pooler that shares sessions gives the lock of one to several clients, but not that of a transaction.
    confirm: [`SELECT pg_advisory_xact_lock(${lock})`],
    async take(connection) {
      try {
        const [row] = await connection.query<{ taken: boolean }>(
          `SELECT pg_try_advisory_lock(${lock}) AS taken`,
        );
        return row?.taken === true;
      } catch (error) {
        throw isUnknown(error) ? refusal(error) : error;
      }
    },
    async holder(connection) {
      const [row] = await connection.query<Holder>(
        `SELECT a.pid, a.application_name, a.backend_start
         FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
         WHERE l.locktype = 'advisory' AND l.granted AND l.pid <> pg_backend_pid() AND l.objsubid = 2
           AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
           AND l.classid = ${CLASS} AND l.objid = ${key >>> 0}`,
      );
      return row === undefined ? undefined : toHolder(row);
    },
    async release(connection: Connection) {
      await connection.query(`SELECT pg_advisory_unlock(${lock})`);
    },
  };
}

interface Holder extends Readonly<Record<string, string | number | Date | null>> {
  readonly pid: number;
  readonly application_name: string | null;
  readonly backend_start: Date | string | null;
}

function toHolder({ pid, application_name, backend_start }: Holder): LockHolder {
  return {
    pid,
    ...(application_name ? { application: application_name } : {}),
    ...(backend_start === null ? {} : { since: new Date(backend_start) }),
  };
}

/** undefined_function and feature_not_supported (PostgreSQL manual, appendix A). */
function isUnknown(error: unknown): error is DatabaseError {
  return error instanceof DatabaseError && ["42883", "0A000"].includes(error.details.sqlState ?? "");
}

function refusal(error: DatabaseError): UsageError {
  return new UsageError(
    `this server refuses the advisory lock that keeps other migrators out: ${error.message}`,
    "use a row of a table in its place: --lock-mode row",
  );
}
