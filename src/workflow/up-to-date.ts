import type { Connection } from "../connection/connection.ts";
import { DatabaseError } from "../errors.ts";
import { hasExactlyMigrations } from "../migrations/files.ts";

/** One row, however long the history is: a row each would cost more than all the rest of a start. */
const QUERIES: Readonly<Record<Connection["dialect"], string>> = {
  postgres: `SELECT json_agg("name")::text AS "names" FROM "orm_migrations" WHERE "app" = $1`,
  sqlite: `SELECT json_group_array("name") AS "names" FROM "orm_migrations" WHERE "app" = ?`,
};

/**
 * True where the files of the directory are exactly the applied migrations, so that there is nothing to apply and nothing
 * to tell. Loads no file and nothing of what applies one; false where it cannot be told as easily as that.
 */
export async function isUpToDate(connection: Connection, directory: string, app: string): Promise<boolean> {
  const recorded = await recordedNames(connection, app);
  return recorded !== undefined && (await hasExactlyMigrations(directory, recorded));
}

async function recordedNames(connection: Connection, app: string): Promise<readonly string[] | undefined> {
  try {
    const [row] = await connection.query<{ names: string | null }>(QUERIES[connection.dialect], [app]);
    return JSON.parse(row?.names ?? "[]");
  } catch (error) {
    // No table yet, as a rule. What else it may be is found, and told, by the one who applies.
    if (error instanceof DatabaseError) return undefined;
    throw error;
  }
}
