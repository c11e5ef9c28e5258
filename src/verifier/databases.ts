import type { Connection } from "../connection/connection.ts";
import { isSqlite } from "../connection/is-sqlite-url.ts";
import { parseDatabaseUrl } from "../connection/url.ts";
import type { Migration } from "../migrations/migration.ts";
import { openMemory } from "./scratch.ts";
import { openScratchDatabase } from "./scratch-database.ts";
import { openScratchSchema } from "./scratch-schema.ts";
import { type VerifiedMigration, type VerifyMigrationsOptions, verifyMigrations } from "./verify.ts";

export interface VerifyEverywhereOptions extends VerifyMigrationsOptions {
  /**
   * A PostgreSQL database, in which a schema is made for the time being; beside it a database, where the migrations
   * create schemas or extensions. A SQLite one is never touched.
   */
  readonly database?: string | undefined;
  /** Gets the session with what is made: whoever closes it drops that. */
  readonly onScratch?: ((connection: Connection) => void) | undefined;
  readonly onNotice?: ((message: string) => void) | undefined;
}

/** Verifies the migrations on SQLite in memory, and on PostgreSQL where one is named. @throws CheckFailedError */
export async function verifyEverywhere(
  migrations: readonly Migration[],
  { database, onScratch, onNotice, ...options }: VerifyEverywhereOptions,
): Promise<VerifiedMigration[]> {
  const url = database === undefined ? undefined : parseDatabaseUrl(database);
  const memory = await openMemory();
  let verified: VerifiedMigration[];
  try {
    verified = await verifyMigrations(memory, migrations, options);
  } finally {
    await memory.connection.close();
  }
  if (url === undefined || isSqlite(url)) return verified;
  const open = migrations.some(needsDatabase) ? openScratchDatabase : openScratchSchema;
  const scratch = await open(url, { onNotice, onScratch });
  try {
    return [...verified, ...(await verifyMigrations(scratch, migrations, options))];
  } finally {
    await scratch.connection.close();
  }
}

/**
 * True for a migration that makes what a scratch schema cannot keep to itself: another schema could be the user's, and a
 * database has an extension once, in whichever schema.
 */
function needsDatabase({ operations }: Migration): boolean {
  return operations.some(({ kind }) => kind === "createSchema" || kind === "createExtension");
}
