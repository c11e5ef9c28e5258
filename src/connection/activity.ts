/** A session that holds a lock for which another one waits, as far as the database tells. */
export interface Blocker {
  /** The server's process; 0 for a transaction that is prepared (two-phase commit) and belongs to no session. */
  readonly pid: number;
  readonly application?: string;
  readonly user?: string;
  /** As in `idle in transaction`. */
  readonly state?: string;
  /** When its transaction began. */
  readonly since?: Date;
  /** Its last statement. */
  readonly query?: string;
}

/** What a session is doing at the moment. */
export interface Activity {
  /**
   * The statement that runs, or several that were sent together: a server tells of none of them that it is done before it
   * has answered all. None where none runs, or nobody could ask.
   */
  readonly statements: readonly string[];
  /** Who keeps it waiting. */
  readonly blockers: readonly Blocker[];
}
