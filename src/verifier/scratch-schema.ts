import type { Connection } from "../connection/connection.ts";
import { openConnection } from "../connection/open.ts";
import type { DatabaseUrl } from "../connection/url.ts";
import { ConnectionError } from "../errors.ts";
import type { Target } from "../executor/executor.ts";
import { boundTo, dropScratch, type ScratchOptions, scratchName } from "./scratch.ts";
import { ScratchConnection } from "./scratch-connection.ts";

/** Tables are dropped in parts, or a large schema would need more locks at once than the server has. */
const DROPPED_AT_ONCE = 100;

/**
 * A session that sees nothing but a schema of its own, which `close` drops, whatever happened in between.
 * @throws ConnectionError, or DatabaseError where the role may not create a schema
 */
export async function openScratchSchema(url: DatabaseUrl, options: ScratchOptions = {}): Promise<Target> {
  const schema = scratchName();
  const connection = new ScratchConnection(await openConnection(url, options), (session) =>
    dropScratch(session, url, options, `schema ${schema}`, (open) => drop(open, schema)),
  );
  try {
    options.onScratch?.(connection);
    // Behind a pooler in transaction mode the session would be another one now and then, with all of the user's tables.
    await connection.execute([
      "SET client_min_messages = error",
      `CREATE SCHEMA ${schema}`,
      `SET search_path = ${schema}`,
    ]);
    await requireCurrentSchema(connection, schema);
  } catch (error) {
    await connection.close();
    throw error;
  }
  return { connection, dialect: await boundTo(schema) };
}

async function requireCurrentSchema(connection: Connection, schema: string): Promise<void> {
  const [row] = await connection.query<{ name: string }>("SELECT current_schema() AS name");
  if (row?.name === schema) return;
  throw new ConnectionError(
    "the session does not keep its search_path",
    "name the server itself, not a connection pooler",
  );
}

async function drop(connection: Connection, schema: string): Promise<void> {
  const tables = await connection.query<{ name: string }>(
    "SELECT format('%I.%I', n.nspname, c.relname) AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1 AND c.relkind IN ('r', 'p')",
    [schema],
  );
  const quiet = "SET client_min_messages = error";
  for (let at = 0; at < tables.length; at += DROPPED_AT_ONCE) {
    const names = tables.slice(at, at + DROPPED_AT_ONCE).map(({ name }) => name);
    // Dropped by CASCADE already: what it was inherited from or partitioned by came first.
    await connection.execute([quiet, `DROP TABLE IF EXISTS ${names.join(", ")} CASCADE`]);
  }
  await connection.execute([quiet, `DROP SCHEMA IF EXISTS ${schema} CASCADE`]);
}
