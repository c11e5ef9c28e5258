import type { Connection } from "../connection/connection.ts";
import type { Dialect } from "../dialects/dialect.ts";
import { DatabaseError } from "../errors.ts";

/** True for the database's error that there is no such table. */
export function isMissing(table: string, error: unknown): boolean {
  if (!(error instanceof DatabaseError)) return false;
  // SQLite has no code of its own for it.
  return error.details.sqlState === "42P01" || error.message.startsWith(`no such table: ${table}`);
}

/** Runs `work`, which does something with a table of the tool's own: an error of the database says what it was about. */
export async function tellingOf<T>(doing: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error;
    const { sqlState } = error.details;
    const code = sqlState === undefined ? "" : ` (${sqlState})`;
    throw new DatabaseError(`${doing}: ${error.message}${code}`, error.details, error);
  }
}

/** @throws DatabaseError where a table only looks as if it were missing, because the role may not look into its schema */
export async function refuseHidden(table: string, connection: Connection, dialect: Dialect): Promise<void> {
  const found = await dialect.hidden(table, connection).catch((error: unknown) => {
    // A transaction that has failed answers nothing any more.
    if (error instanceof DatabaseError) return undefined;
    throw error;
  });
  if (found === undefined) return;
  const [schema, role] = [found.schema, found.role].map((name) => dialect.quote(name));
  throw new DatabaseError(`permission denied for schema ${found.schema}, which holds the table ${table}`, {
    sqlState: "42501",
    hint: `the role ${role} lacks that right; as the owner or an administrator: GRANT USAGE ON SCHEMA ${schema} TO ${role}`,
  });
}
