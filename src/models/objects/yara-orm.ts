import type { Connection } from "../../connection/connection.ts";
import { type ConnectOptions, openConnection } from "../../connection/open.ts";
import { UsageError } from "../../errors.ts";
import { code, flag, integer, options, requireArguments, text } from "../../shape.ts";
import { currentSession, openedSession, rootSession, setOpenedSession } from "./session.ts";
import { transaction } from "./transaction.ts";

const CONNECT = {
  url: text,
  options: options<ConnectOptions>({
    onNotice: code,
    connectTimeoutMs: integer(1),
    waitMs: integer(0),
    createDatabase: flag,
    busyTimeoutMs: integer(0),
  }),
};

/** The sessions of a program: that of `Model.objects`, and others beside it. */
export const YaraOrm = {
  /**
   * Opens the session of `Model.objects`, of which a process has one. Throws UsageError if there is one, ConnectionError if it
   * cannot be opened.
   */
  async init(url: string, options: ConnectOptions = {}): Promise<void> {
    requireArguments("YaraOrm.init", CONNECT, { url, options });
    refuseSecond();
    const connection = await YaraOrm.connect(url, options);
    try {
      // Another call may have come first meanwhile.
      refuseSecond();
    } catch (error) {
      await connection.close();
      throw error;
    }
    setOpenedSession(rootSession(connection));
  },

  /**
   * Opens a session beside that of `init`, such as one for a manager that works on another database. Who has opened it closes it:
   * `await connection.close()`. Throws ConnectionError if it cannot be opened.
   */
  async connect(url: string, options: ConnectOptions = {}): Promise<Connection> {
    requireArguments("YaraOrm.connect", CONNECT, { url, options });
    const connection = await openConnection(url, options);
    // Several managers may get it: they take turns.
    rootSession(connection);
    return connection;
  },

  /** Ends the session of `init`; does nothing where there is none. */
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
    throw new UsageError(
      "YaraOrm is connected already",
      "call await YaraOrm.close() before another init; await YaraOrm.connect(url) opens a session beside it",
    );
  }
}
