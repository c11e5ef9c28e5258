import { ConnectionError, DatabaseError } from "../errors.ts";
import type { Connection } from "./connection.ts";
import type { PostgresUrl } from "./postgres-url.ts";

/** The databases that a server has from the beginning (PostgreSQL manual, 23.3), one of which is there to be connected to. */
const MAINTENANCE = ["postgres", "template1"];

/** duplicate_database, and unique_violation where two create it at the same moment. */
const EXISTS: readonly string[] = ["42P04", "23505"];

/**
 * Creates the database of the URL, unless somebody else has just done so.
 * @param open opens a session
 * @throws ConnectionError, DatabaseError where the role may not
 */
export async function createDatabase(
  url: PostgresUrl,
  open: (url: PostgresUrl) => Promise<Connection>,
): Promise<void> {
  const connection = await openMaintenance(url, open);
  try {
    await connection.execute([`CREATE DATABASE "${url.database.replaceAll('"', '""')}"`]);
  } catch (error) {
    const exists = error instanceof DatabaseError && EXISTS.includes(error.details.sqlState ?? "");
    if (!exists) throw error;
  } finally {
    await connection.close();
  }
}

async function openMaintenance(
  url: PostgresUrl,
  open: (url: PostgresUrl) => Promise<Connection>,
): Promise<Connection> {
  let failure: unknown;
  for (const database of MAINTENANCE) {
    try {
      return await open({ ...url, database, searchPath: undefined });
    } catch (error) {
      const missing = error instanceof ConnectionError && error.reason === "missingDatabase";
      if (!missing) throw error;
      failure = error;
    }
  }
  throw failure;
}
