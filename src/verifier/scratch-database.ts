import type { Connection } from "../connection/connection.ts";
import { openConnection } from "../connection/open.ts";
import type { PostgresUrl } from "../connection/url.ts";
import { DatabaseError } from "../errors.ts";
import type { Target } from "../executor/executor.ts";
import { boundTo, dropScratch, type ScratchOptions, scratchName } from "./scratch.ts";
import { ScratchConnection } from "./scratch-connection.ts";
import { dropLeftBehind, markScratch } from "./scratch-leftovers.ts";

/** The first schema of the search path in a new database. */
const CURRENT = "public";

/**
 * A session with an empty database of its own on the server of `url`, which `close` drops, whatever happened in between:
 * for migrations that name schemas, which are nobody else's to work in, or extensions, which a database has once.
 * @throws ConnectionError, or DatabaseError where the role may not create a database
 */
export async function openScratchDatabase(url: PostgresUrl, options: ScratchOptions = {}): Promise<Target> {
  const database = scratchName();
  const { onScratch, ...open } = options;
  const outside = await openConnection(url, open);
  const connection = new ScratchConnection(outside, async (session) => {
    if (session !== outside) await close(session);
    // The server waits a while for the sessions with the database to end.
    await dropScratch(outside, url, options, `database ${database}`, (admin) =>
      admin.execute([`DROP DATABASE IF EXISTS ${database}`]),
    );
  });
  try {
    onScratch?.(connection);
    await connection.execute(["SET client_min_messages = error"]);
    await dropLeftBehind(connection);
    // Nothing that anybody has put into template1 is in this one.
    await connection.execute([`CREATE DATABASE ${database} TEMPLATE template0`]).catch(refused);
    await markScratch(connection, database);
    await connection.enter(await openConnection({ ...url, database, searchPath: CURRENT }, open));
    await connection.execute(["SET client_min_messages = error", `SET search_path = ${CURRENT}`]);
  } catch (error) {
    await connection.close();
    throw error;
  }
  return { connection, dialect: await boundTo(CURRENT) };
}

async function close(session: Connection): Promise<void> {
  await session.cancel().catch(() => undefined);
  await session.close();
}

/** SQLSTATE insufficient_privilege. */
const NOT_ALLOWED = "42501";

function refused(error: unknown): never {
  if (!(error instanceof DatabaseError) || error.details.sqlState !== NOT_ALLOWED) throw error;
  throw new DatabaseError(
    `migrations that create schemas or extensions are verified in a database for the time being, which the role may not create: ${error.message}`,
    {
      ...error.details,
      hint: "let the role do it (ALTER ROLE ... CREATEDB), name a server where it may with --db, or verify without --db, on SQLite",
    },
    error,
  );
}
