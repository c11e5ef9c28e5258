import type { Connection } from "../connection/connection.ts";

/** What the functions of RunCode receive: the connection, inside the migration's transaction. */
export interface CodeContext {
  /**
   * The session of the migration. What runs on it is committed or rolled back with the migration;
   * `Model.objects` uses it by itself while the function runs.
   */
  readonly db: Connection;
}
