import type { Connection } from "../../connection/connection.ts";
import { openConnection } from "../../connection/open.ts";
import { UsageError } from "../../errors.ts";
import { currentSession, openedSession, rootSession, setOpenedSession } from "./session.ts";
import { transaction } from "./transaction.ts";

/** The connection of a program that uses `Model.objects`. */
export const YaraOrm = {
  /** Opens the one session of the process. Throws UsageError if there is one, ConnectionError if it cannot be opened. */
  async init(url: string): Promise<void> {
    refuseSecond();
    const connection = await openConnection(url);
    try {
      // Another call may have come first meanwhile.
      refuseSecond();
    } catch (error) {
      await connection.close();
      throw error;
    }
    setOpenedSession(rootSession(connection));
  },

  /** Ends the session; does nothing where there is none. */
  async close(): Promise<void> {
    const session = openedSession();
    setOpenedSession(undefined);
    await session?.connection.close();
  },

  /** The connection that `Model.objects` uses here. Throws UsageError where there is none. */
  connection(): Connection {
    return currentSession().connection;
  },

  /**
   * Calls `fn` in a transaction: committed when it resolves, rolled back when it throws; inside another transaction,
   * a savepoint. Throws what `fn` throws, DatabaseError if the commit is refused.
   */
  transaction<T>(fn: () => Promise<T>): Promise<T> {
    return transaction(fn);
  },
};

function refuseSecond(): void {
  if (openedSession() !== undefined) {
    throw new UsageError("YaraOrm is connected already", "call await YaraOrm.close() before another init");
  }
}
