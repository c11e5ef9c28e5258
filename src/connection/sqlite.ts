import { Database, type Statement } from "bun:sqlite";
import { existsSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { ConnectionError, DatabaseError } from "../errors.ts";
import type { Activity } from "./activity.ts";
import type { Connection, DatabaseRow, DatabaseValue, Patience } from "./connection.ts";
import { createSerialQueue } from "./serial-queue.ts";
import {
  isBusyCode,
  isCutOff,
  sqliteCode,
  toSqliteCreateError,
  toSqliteError,
  toSqliteOpenError,
} from "./sqlite-errors.ts";
import { fromSqliteValue, type SqliteBinding, toSqliteBinding } from "./sqlite-values.ts";
import { commits, createsTrigger, readStatementText, rollsBack } from "./statement-text.ts";

export interface SqliteOptions {
  readonly mode: "readWrite" | "readOnly";
  /** How long to wait for another process that holds the database; 30 s where it is left out. */
  readonly busyTimeoutMs?: number | undefined;
  /** Told when it waits for longer than a moment. */
  readonly onNotice?: ((message: string) => void) | undefined;
}

/** SQLite waits this long by itself, which blocks the event loop and so the handling of signals. */
const NATIVE_BUSY_TIMEOUT_MS = 50;
const BUSY_PAUSE_MS = 50;
const BUSY_TIMEOUT_MS = 30_000;
/** Who waits for longer than this says so. */
const BUSY_NOTICE_MS = 1_000;
/** A batch lets the event loop run this often, so that a signal is handled and `cancel` has an effect. */
const BREATH_MS = 25;

/**
 * Opens a SQLite file (or ":memory:") with foreign keys on. `readWrite` creates a missing file; `readOnly` creates
 * nothing and shows an empty database in place of a missing file.
 * @throws ConnectionError that names the path
 */
export async function openSqlite(path: string, options: SqliteOptions): Promise<Connection> {
  const database = openFile(path, options.mode);
  const connection = new SqliteConnection(database, path, options);
  try {
    database.run(`PRAGMA busy_timeout = ${NATIVE_BUSY_TIMEOUT_MS}; PRAGMA foreign_keys = ON`);
    // SQLite reads the file only now, and only now says whether it is a database.
    await connection.query("PRAGMA schema_version");
    return connection;
  } catch (error) {
    await connection.close();
    const cause = error instanceof DatabaseError ? error.cause : error;
    if (options.mode === "readOnly" && isCutOff(cause)) return await openAfterCutOff(path, options);
    throw toSqliteOpenError(cause, path);
  }
}

/**
 * A process that was killed, or whose disk was full, can leave a transaction that the next session rolls back, which takes
 * writing (https://www.sqlite.org/lockingv3.html, 4). Nothing that was committed changes by that.
 */
async function openAfterCutOff(path: string, options: SqliteOptions): Promise<Connection> {
  await (await openSqlite(path, { ...options, mode: "readWrite" })).close();
  return await openSqlite(path, options);
}

function openFile(path: string, mode: SqliteOptions["mode"]): Database {
  const shared = { strict: true, safeIntegers: true };
  const missing = path !== ":memory:" && !existsSync(path);
  if (path === ":memory:" || (missing && mode === "readOnly")) return new Database(":memory:", shared);
  if (missing && !existsSync(dirname(path))) {
    throw new ConnectionError(
      `cannot create the SQLite database ${path}: the folder ${dirname(path)} does not exist`,
      "create the folder, or check the path",
    );
  }
  if (!missing && statSync(path).isDirectory()) {
    throw new ConnectionError(`cannot open the SQLite database ${path}: it is a folder`, "name a file in it");
  }
  try {
    const access = mode === "readOnly" ? { readonly: true } : { readwrite: true, create: true };
    return new Database(path, { ...shared, ...access });
  } catch (error) {
    throw missing ? toSqliteCreateError(error, path) : toSqliteOpenError(error, path);
  }
}

class SqliteConnection implements Connection {
  readonly dialect = "sqlite";
  readonly #database: Database;
  readonly #path: string;
  readonly #busyTimeoutMs: number;
  readonly #onNotice: ((message: string) => void) | undefined;
  /** The last one counts. */
  #patience: readonly Patience[] = [];
  readonly #enqueue = createSerialQueue();
  #closed = false;
  #running = false;
  #cancelled = false;
  /** When the event loop has last run: also many short calls, one after the other, would keep it waiting. */
  #breath = performance.now();
  /** Why SQLite has rolled the open transaction back by itself; nobody has been told but who ran that statement. */
  #undone: DatabaseError | undefined;

  constructor(database: Database, path: string, options: SqliteOptions) {
    this.#database = database;
    this.#path = path;
    this.#busyTimeoutMs = options.busyTimeoutMs ?? BUSY_TIMEOUT_MS;
    this.#onNotice = options.onNotice;
  }

  async query<Row extends DatabaseRow = DatabaseRow>(
    sql: string,
    parameters: readonly unknown[] = [],
  ): Promise<Row[]> {
    const rows = await this.#single(sql, parameters, (statement, bindings) => statement.all(...bindings));
    return rows.map((row) => convertRow<Row>(row));
  }

  run(sql: string, parameters: readonly unknown[] = []): Promise<number> {
    return this.#single(sql, parameters, (statement, bindings) => statement.run(...bindings).changes);
  }

  execute(statements: readonly string[]): Promise<void> {
    return this.#enqueueRun(async () => {
      for (const [statementIndex, statement] of statements.entries()) {
        const text = readStatementText(statement, "sqlite");
        if (text.count === 0) continue;
        // A text of several statements is not tried again as a whole: its first ones may have had their effect.
        const retry = text.count === 1 || createsTrigger(text);
        await this.#attempt({ path: this.#path, statement, statementIndex }, retry, () =>
          this.#database.run(statement),
        );
      }
    });
  }

  async withPatience<T>(patience: Patience, work: () => Promise<T>): Promise<T> {
    this.#patience = [...this.#patience, patience];
    try {
      return await work();
    } finally {
      // Two of them need not end in the order in which they have begun.
      this.#patience = this.#patience.filter((one) => one !== patience);
    }
  }

  async cancel(): Promise<void> {
    if (this.#running) this.#cancelled = true;
  }

  /** SQLite tells of no other process, and while a statement runs nobody could ask. */
  async activity(): Promise<Activity> {
    return { statements: [], blockers: [] };
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#database.close();
  }

  #single<T>(
    sql: string,
    parameters: readonly unknown[],
    work: (statement: Prepared, bindings: SqliteBinding[]) => T,
  ) {
    return this.#enqueueRun(async () => {
      const text = readStatementText(sql, "sqlite");
      if (text.count !== 1 && !createsTrigger(text)) {
        const found = text.count === 0 ? "no statement" : "several statements";
        throw new DatabaseError(`${found} where one is expected`, { statement: sql });
      }
      const bindings = parameters.map((value, index) => toSqliteBinding(value, index + 1));
      return this.#attempt({ path: this.#path, statement: sql }, true, () => {
        using statement = this.#database.prepare<SqliteRow, SqliteBinding[]>(sql);
        if (statement.paramsCount !== bindings.length) {
          const message = `the statement has ${statement.paramsCount} parameters, ${bindings.length} were given`;
          throw new DatabaseError(message, { statement: sql });
        }
        return work(statement, bindings);
      });
    });
  }

  /** While it runs, also where it lets the event loop run, `cancel` has an effect on it. */
  #enqueueRun<T>(work: () => Promise<T>): Promise<T> {
    return this.#enqueue(async () => {
      this.#running = true;
      try {
        return await work();
      } finally {
        this.#running = false;
        this.#cancelled = false;
      }
    });
  }

  /** Runs `work`, again and again while another process holds the database and nothing can have happened yet. */
  async #attempt<T>(place: Place, retry: boolean, work: () => T): Promise<T> {
    const start = performance.now();
    const patience = this.#patience.at(-1);
    const deadline = start + (patience?.timeoutMs ?? this.#busyTimeoutMs);
    let told = false;
    if (start - this.#breath > BREATH_MS) {
      await Bun.sleep(0);
      this.#breath = performance.now();
    }
    for (;;) {
      if (this.#closed) throw new ConnectionError(`the connection to ${this.#path} is closed`);
      // What undoes a transaction is done all the same.
      if (this.#cancelled && !rollsBack(readStatementText(place.statement, "sqlite")))
        throw interrupted(place);
      if (this.#undone !== undefined) throw this.#refuseAfter(this.#undone, place);
      const inTransaction = this.#database.inTransaction;
      try {
        return work();
      } catch (error) {
        if (error instanceof DatabaseError) throw error;
        const busy = isBusyCode(sqliteCode(error)) && retry && this.#mayRetry(place);
        if (busy && !told && (patience !== undefined || performance.now() - start >= BUSY_NOTICE_MS)) {
          told = true;
          if (patience !== undefined) patience.onWait(this.#path);
          else this.#onNotice?.(`waiting for another process that writes to ${this.#path} ...`);
        }
        if (!busy || performance.now() >= deadline) {
          const refused = toSqliteError(error, place);
          if (inTransaction && !this.#database.inTransaction && !endsTransaction(place))
            this.#undone = refused;
          throw refused;
        }
      }
      await Bun.sleep(BUSY_PAUSE_MS * (0.5 + Math.random()));
      patience?.signal?.throwIfAborted();
    }
  }

  /**
   * After some errors, such as a full disk, SQLite rolls the whole transaction back (https://www.sqlite.org/lang_transaction.html,
   * 3). Whoever has caught that error and goes on would commit each further statement by itself: it is refused, up to the
   * COMMIT or ROLLBACK, as PostgreSQL does.
   */
  #refuseAfter(undone: DatabaseError, place: Place): DatabaseError {
    if (endsTransaction(place)) this.#undone = undefined;
    return new DatabaseError(
      `SQLite has rolled the transaction back: ${undone.message}`,
      { ...undone.details, statement: place.statement, statementIndex: place.statementIndex },
      undone,
    );
  }

  /**
   * Outside a transaction a busy statement has had no effect, and a busy COMMIT leaves the transaction as it was
   * (https://www.sqlite.org/lang_transaction.html). Inside one, waiting could be for a process that waits for us.
   */
  #mayRetry(place: Place): boolean {
    if (!this.#database.inTransaction) return true;
    return commits(readStatementText(place.statement, "sqlite"));
  }
}

type SqliteRow = Record<string, SqliteBinding>;
type Prepared = Statement<SqliteRow, SqliteBinding[]>;

function endsTransaction({ statement }: Place): boolean {
  const text = readStatementText(statement, "sqlite");
  return commits(text) || rollsBack(text);
}

interface Place {
  readonly path: string;
  readonly statement: string;
  readonly statementIndex?: number;
}

function interrupted(place: Place): DatabaseError {
  return new DatabaseError("the statement was cancelled", {
    sqlState: "SQLITE_INTERRUPT",
    statement: place.statement,
    statementIndex: place.statementIndex,
  });
}

function convertRow<Row extends DatabaseRow>(row: SqliteRow): Row {
  const converted: Record<string, DatabaseValue> = {};
  for (const [column, value] of Object.entries(row)) converted[column] = fromSqliteValue(value);
  // The caller states what its query selects; nothing here could check it.
  return converted as Row;
}
