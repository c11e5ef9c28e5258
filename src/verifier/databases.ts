import type { Connection } from "../connection/connection.ts";
import { isSqlite } from "../connection/is-sqlite-url.ts";
import { parseDatabaseUrl } from "../connection/url.ts";
import { UsageError } from "../errors.ts";
import type { Migration } from "../migrations/migration.ts";
import { openMemory, openScratchSchema } from "./scratch.ts";
import { type VerifiedMigration, type VerifyMigrationsOptions, verifyMigrations } from "./verify.ts";

export interface VerifyEverywhereOptions extends VerifyMigrationsOptions {
  /** A PostgreSQL database, in which a schema is made for the time being. A SQLite one is never touched. */
  readonly database?: string | undefined;
  /** Gets the session with the scratch schema: whoever closes it drops the schema. */
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
  if (migrations.some(({ operations }) => operations.some(({ kind }) => kind === "createSchema"))) {
    throw new UsageError("migrations that create schemas cannot be verified inside of a scratch schema");
  }
  const scratch = await openScratchSchema(url, { onNotice });
  onScratch?.(scratch.connection);
  try {
    return [...verified, ...(await verifyMigrations(scratch, migrations, options))];
  } finally {
    await scratch.connection.close();
  }
}
