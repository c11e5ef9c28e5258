import type { Connection } from "../connection/connection.ts";

/**
 * How migrators keep out of each other's way: `advisory` by a lock of the session, which ends with it; `row` by a row of
 * a table, for poolers and engines that know no such locks; `none` not at all.
 */
export type LockMode = "advisory" | "row" | "none";

/** Who holds a lock, as far as the database tells. */
export interface LockHolder {
  readonly pid?: number;
  readonly application?: string;
  readonly since?: Date;
  /** It has given no sign of life for so long that whoever comes next takes it, unless its transaction is still open. */
  readonly expired?: true;
}

/** A lock that one session at a time holds. */
export interface MigrationLock {
  /**
   * Tries to take it, without waiting; true where this session holds it now.
   * @throws ConnectionError, DatabaseError; UsageError where the server knows no such locks
   */
  take(connection: Connection): Promise<boolean>;

  /** Who holds it; undefined where nobody does or nobody can tell. */
  holder(connection: Connection): Promise<LockHolder | undefined>;

  /** Statements that begin each transaction under the lock, and fail where it is not held any more. */
  readonly confirm: readonly string[];

  /** Gives it back. */
  release(connection: Connection): Promise<void>;
}
