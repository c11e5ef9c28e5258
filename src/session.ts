import { existsSync } from "node:fs";
import type { Connection } from "./connection/connection.ts";
import { isSqliteUrl } from "./connection/is-sqlite-url.ts";
import { openConnection } from "./connection/open.ts";
import { type DatabaseUrl, parseDatabaseUrl } from "./connection/url.ts";
import { UsageError } from "./errors.ts";
import { busyTimeout, isBusy } from "./executor/lock.ts";
import type { ManagerEvent } from "./manager-options.ts";
import { listMigrationFiles, requireDirectory } from "./migrations/files.ts";
import { resolveMigration } from "./migrations/resolve.ts";
import { readSettings, type Settings } from "./settings/settings.ts";
import type { Flags } from "./settings/sources.ts";

/** How a command uses the database: not at all, without changing it, with changes that it takes back, or fully. */
export type DatabaseUse = "none" | "readOnly" | "trial" | "readWrite";

/** Who opens a session: somebody who only looks, or a migrator, who waits for others and for the server. */
export type Opener = "reader" | "migrator";

/** What a session and the work on it tell. */
export interface SessionEvents {
  /** Called before the first event that is not a notice. */
  prepare(): Promise<void>;
  onEvent(event: ManagerEvent): void;
  onNotice(message: string): void;
  /** What has been said of the terminal and of all else, before anything happens. */
  onSettings(settings: Settings): Promise<void>;
  /** The session, as soon as it is open: whoever stops the command cancels what runs on it. */
  onConnection(connection: Connection): void;
  /** Aborted when the command is stopped. */
  readonly signal: AbortSignal;
}

/** Configuration and database of one command; disposing of it closes the session. */
export interface Session extends AsyncDisposable {
  readonly settings: Settings;
  readonly connection: Connection | undefined;
}

/**
 * Reads the settings and opens the database as far as it is used. `version` is the migration that the command names,
 * which must exist before anything is opened: `resolve` finds it.
 * @throws UsageError where a database is needed and none is named, ConnectionError where it cannot be opened, LockTimeoutError where
 * a migrator has waited for another process for too long
 */
export async function openSession(
  flags: Flags,
  events: SessionEvents,
  use: DatabaseUse,
  version?: string,
  opener: Opener = "reader",
  resolve = resolveMigration,
): Promise<Session> {
  // Once: a file of variables may be a pipe, which is empty the second time.
  const settings = await readSettings(flags);
  await events.onSettings(settings);
  const connection = use === "none" ? undefined : await open(settings, use, events, opener, version, resolve);
  if (connection !== undefined) events.onConnection(connection);
  return {
    settings,
    connection,
    [Symbol.asyncDispose]: async () => await connection?.close({ wait: false }),
  };
}

/** True where the settings name a SQLite file that is not there. */
export function isMissingFile({ database }: Settings): boolean {
  if (database === undefined || !isSqliteUrl(database)) return false;
  const url = parseDatabaseUrl(database);
  return "path" in url && !existsSync(url.path);
}

/** The database of the settings; undefined where they name none. @throws UsageError naming the place where it is said */
export function databaseUrlOf({ database, databasePlace }: Settings): DatabaseUrl | undefined {
  if (database === undefined) return undefined;
  try {
    return parseDatabaseUrl(database);
  } catch (error) {
    if (!(error instanceof UsageError) || databasePlace === undefined) throw error;
    throw new UsageError(`${databasePlace}: ${error.message}`, error.hint);
  }
}

async function open(
  settings: Settings,
  use: Exclude<DatabaseUse, "none">,
  events: SessionEvents,
  opener: Opener,
  version: string | undefined,
  resolve: typeof resolveMigration,
): Promise<Connection> {
  if (settings.databaseMissing !== undefined) {
    throw new UsageError(
      `there is no database to work on: ${settings.databaseMissing}`,
      "set the variable that it is read from (those of .env are in the env of a function: defineConfig(({ env }) => ({ ... }))), or name one with --db",
    );
  }
  for (const notice of settings.notices) events.onNotice(notice);
  const database = databaseUrlOf(settings);
  if (database === undefined) {
    throw new UsageError(
      "there is no database to work on",
      "name one with --db, as in --db sqlite:///app.db or --db postgres://user@localhost/app, or set DATABASE_URL",
    );
  }
  // A SQLite file that is missing is not created for a trial: an empty database in memory stands for it.
  const mode = use === "readOnly" || (use === "trial" && isMissingFile(settings)) ? "readOnly" : "readWrite";
  // A wrong directory or version is told before a SQLite file is created for nothing.
  if (mode === "readWrite") {
    if (version === undefined) requireDirectory(settings.directory);
    else {
      const { files } = await listMigrationFiles(settings.directory);
      resolve(
        files.map(({ name }) => name),
        version,
      );
    }
  }
  try {
    return await openConnection(database, {
      ...(opener === "migrator" ? settings.opening : {}),
      ...(use === "trial" ? { createDatabase: false } : {}),
      mode,
      onNotice: (message) => events.onNotice(message),
    });
  } catch (error) {
    throw opener === "migrator" && isBusy(error) ? busyTimeout() : error;
  }
}
