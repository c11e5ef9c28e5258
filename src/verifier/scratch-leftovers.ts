import type { Connection } from "../connection/connection.ts";
import { DatabaseError } from "../errors.ts";

const MARK = "yara-orm verify";

/** What a session writes on the database that it has made: by it others know whether its maker is still there. */
const markOf = (session: string) =>
  `format('${MARK} %s %s', ${session}.pid, extract(epoch from ${session}.backend_start))`;

/*
 * Databases of this role that were made by a session which has ended, and that nobody is connected to. Of the sessions of
 * other roles not everything is shown: they count as there.
 */
const LEFT_BEHIND = `SELECT d.datname AS name FROM pg_database d
WHERE d.datname LIKE 'yara\\_verify\\_%' AND pg_get_userbyid(d.datdba) = current_user
  AND shobj_description(d.oid, 'pg_database') LIKE '${MARK} %'
  AND NOT EXISTS (SELECT FROM pg_stat_activity a WHERE a.datid = d.oid)
  AND NOT EXISTS (
    SELECT FROM pg_stat_activity a
    WHERE shobj_description(d.oid, 'pg_database') LIKE format('${MARK} %s %%', a.pid)
      AND (a.backend_start IS NULL OR shobj_description(d.oid, 'pg_database') = ${markOf("a")}))`;

/** Marks a scratch database as that of this session, for as long as it lasts. */
export async function markScratch(connection: Connection, database: string): Promise<void> {
  const [row] = await connection.query<{ mark: string }>(
    `SELECT ${markOf("a")} AS mark FROM pg_stat_activity a WHERE a.pid = pg_backend_pid()`,
  );
  await connection.execute([`COMMENT ON DATABASE ${database} IS '${row?.mark}'`]);
}

/** Drops the scratch databases of verifications that were killed; what cannot be dropped now stays for the next one. */
export async function dropLeftBehind(connection: Connection): Promise<void> {
  for (const { name } of await connection.query<{ name: string }>(LEFT_BEHIND)) {
    try {
      await connection.execute([`DROP DATABASE IF EXISTS ${name}`]);
    } catch (error) {
      if (!(error instanceof DatabaseError)) throw error;
    }
  }
}
