import type { DialectName } from "../schema/expression.ts";
import type { Activity } from "./activity.ts";

/** A value as it travels to and from a driver. Integers beyond 2^53 arrive as bigint, numeric as text. */
export type DatabaseValue = string | number | bigint | boolean | null | Uint8Array | Date | object;

/** A row: column names to values. */
export type DatabaseRow = Readonly<Record<string, DatabaseValue>>;

/** How a session is left. */
export interface Parting {
  /** False: it is enough that the server gets word, as where the process ends anyway; true where it is left out. */
  readonly wait?: boolean;
}

/** How statements wait for another process that holds the database, and who is told of it. */
export interface Patience {
  readonly timeoutMs: number;
  /** Called when a statement begins to wait, with the file. */
  readonly onWait: (path: string) => void;
  /** Aborted when nobody waits any more: a statement that waits throws its reason. */
  readonly signal?: AbortSignal | undefined;
}

/** What has become of transactions. */
export interface TransactionsOutcome {
  /** How many of the first have been committed. */
  readonly committed: number;
  /** Why the next one has not been: a DatabaseError; or a ConnectionError, with which it is not known of how many more. */
  readonly failure?: unknown;
}

/**
 * One session with one database. Statements run one after the other in the order of the calls. When the session
 * is lost it stays lost: every later call throws, nothing is sent over another session.
 */
export interface Connection {
  readonly dialect: DialectName;

  /**
   * Runs one statement with parameters (`$1`, `$2`, ... on PostgreSQL, `?1`, `?2`, ... on SQLite) and returns its rows.
   * @throws DatabaseError when the database refuses it, ConnectionError when the session is lost
   */
  query<Row extends DatabaseRow = DatabaseRow>(sql: string, parameters?: readonly unknown[]): Promise<Row[]>;

  /** Runs one statement with parameters and returns the number of rows that it changed. Throws like `query`. */
  run(sql: string, parameters?: readonly unknown[]): Promise<number>;

  /**
   * Runs statements without parameters in their order, in one round trip where the protocol has that. Opens no
   * transaction of its own: BEGIN and COMMIT may be among the statements.
   * @throws DatabaseError; `details.statementIndex` says which statement failed where the driver can tell
   */
  execute(statements: readonly string[]): Promise<void>;

  /**
   * Runs transactions, each a list of statements from BEGIN to COMMIT, in one round trip. The first that fails is undone, and
   * none after it runs. Runs none where one of them is no such list, or a transaction is open. Tells of failures in what it
   * returns. Where a round trip costs nothing there is no such thing.
   */
  executeTransactions?(transactions: readonly (readonly string[])[]): Promise<TransactionsOutcome>;

  /** Tells what `execute` or `executeTransactions` will be given, while something else runs: what there is to work out for that is worked out now. */
  foresee?(statements: readonly string[]): void;

  /** Calls `work`, whose statements wait with that patience. Where a server knows who waits there is no such thing. */
  withPatience?<T>(patience: Patience, work: () => Promise<T>): Promise<T>;

  /** Cancels the running statement, which then throws; does nothing where none runs. */
  cancel(): Promise<void>;

  /** What runs at the moment and who keeps it waiting, as far as that can be told. Never throws. */
  activity(): Promise<Activity>;

  /** Ends the session. Never throws; a second call does nothing. */
  close(parting?: Parting): Promise<void>;
}
