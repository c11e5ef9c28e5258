import type { Connection } from "../connection/connection.ts";
import type { HistoricalModels } from "./historical-models.ts";

/** What the functions of RunCode receive; all of it works inside the migration's transaction. */
export interface CodeContext {
  /** The tables as the operations before this one have left them, whatever today's models say. */
  readonly models: HistoricalModels;
  /**
   * The session of the migration. What runs on it is committed or rolled back with the migration;
   * `Model.objects` uses it by itself while the function runs.
   */
  readonly db: Connection;
  /** Shows a line of progress. */
  readonly log: (text: string) => void;
  /**
   * Aborted when the run is stopped. Requests through `models` and `Model.objects` throw from then on; a loop without any
   * has to look at it. A migration whose code returns after that does not count as applied.
   */
  readonly signal: AbortSignal;
}
