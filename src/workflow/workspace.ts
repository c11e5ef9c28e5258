import type { Connection } from "../connection/connection.ts";
import type { Dialect } from "../dialects/dialect.ts";
import { dialectFor } from "../dialects/registry.ts";
import { MigrationError } from "../errors.ts";
import { Details } from "../executor/details.ts";
import { Journal } from "../executor/journal.ts";
import { LOCK_TIMEOUT_MS, type LockOptions, withLockPatience } from "../executor/lock.ts";
import { Recorder } from "../executor/recorder.ts";
import type { ManagerEvent } from "../manager-options.ts";
import { listMigrationFiles, type MigrationFile } from "../migrations/files.ts";
import { buildGraph, type MigrationGraph } from "../migrations/graph.ts";
import { loadMigrations } from "../migrations/loader.ts";
import { callOutside, currentSession, openedSession, runAsManager } from "../models/objects/session.ts";

/** A session with what speaks its database's language and keeps its records. */
export interface Database {
  readonly connection: Connection;
  readonly dialect: Dialect;
  readonly recorder: Recorder;
  readonly details: Details;
  readonly journal: Journal;
}

export interface WorkspaceOptions {
  readonly directory: string;
  readonly app: string;
  readonly connection: Connection | undefined;
  /** See ManagerOptions. */
  readonly signal?: AbortSignal | undefined;
  readonly emit: (event: ManagerEvent) => void;
}

/** The migration files and the database that all the workflow works on. */
export class Workspace {
  readonly directory: string;
  readonly app: string;
  readonly emit: (event: ManagerEvent) => void;
  readonly signal: AbortSignal | undefined;
  readonly #connection: Connection | undefined;
  #database: { readonly connection: Connection; readonly loaded: Promise<Database> } | undefined;

  constructor({ directory, app, connection, signal, emit }: WorkspaceOptions) {
    this.directory = directory;
    this.app = app;
    // Who is told has no part in what is going on.
    this.emit = (event) => callOutside(() => emit(event));
    this.signal = signal;
    this.#connection = connection;
  }

  /** The migration files in order. Loads none of them. */
  async files(): Promise<readonly MigrationFile[]> {
    const { files, ignored } = await listMigrationFiles(this.directory);
    for (const file of ignored) this.emit({ kind: "ignoredFile", file });
    return files;
  }

  /** Loads the files. @throws MigrationError for one that is broken */
  async graph(files: readonly MigrationFile[]): Promise<MigrationGraph> {
    return buildGraph(await loadMigrations(files));
  }

  /** The session, by default that of `YaraOrm.init`, for what is called by `alone`. @throws UsageError where there is none */
  async database(): Promise<Database> {
    const connection = this.#sessionConnection();
    if (this.#database?.connection !== connection)
      this.#database = { connection, loaded: databaseOf(connection, this.app) };
    return await this.#database.loaded;
  }

  /**
   * Calls `work`, which may use the session, while no others do; with a `lock`, it waits as that says for other processes.
   * @throws UsageError inside of a transaction, LockTimeoutError
   */
  async alone<T>(work: () => Promise<T>, lock?: LockOptions): Promise<T> {
    const connection = this.#sessionConnection();
    if (lock === undefined) return await runAsManager(connection, work);
    const { timeoutMs = LOCK_TIMEOUT_MS } = lock;
    const onWait = (path: string) => this.emit({ kind: "waiting", holder: undefined, path });
    const patience = { timeoutMs, onWait, signal: this.signal };
    return await runAsManager(connection, () => withLockPatience(connection, patience, work));
  }

  #sessionConnection(): Connection {
    return this.#connection ?? currentSession().connection;
  }

  /** The session that is open already, if any. */
  openConnection(): Connection | undefined {
    return this.#connection ?? openedSession()?.connection;
  }

  /** The applied migrations whose files are gone; each is reported. */
  missing(files: readonly MigrationFile[], applied: Iterable<string>): string[] {
    const known = new Set(namesOf(files));
    const missing = [...applied].filter((name) => !known.has(name));
    for (const name of missing) this.emit({ kind: "missingFile", name });
    return missing;
  }
}

async function databaseOf(connection: Connection, app: string): Promise<Database> {
  const dialect = await dialectFor(connection.dialect);
  return {
    connection,
    dialect,
    recorder: new Recorder(dialect, app),
    details: new Details(dialect, app),
    journal: new Journal(dialect, app),
  };
}

export function namesOf(files: readonly MigrationFile[]): string[] {
  return files.map((file) => file.name);
}

/** Nothing is run where the schema is not known. @throws MigrationError where a file is missing */
export function requireFiles(missing: readonly string[]): void {
  if (missing.length === 0) return;
  throw new MigrationError(
    `the database has ${missing.join(", ")}, whose file is missing: without it the schema is not known`,
    "bring the file back (from version control, or another branch) before you apply or revert anything",
  );
}
