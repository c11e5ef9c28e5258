import type { Connection } from "../../connection/connection.ts";
import { YaraError } from "../../errors.ts";
import { currentSession, runInSession, type Session } from "./session.ts";

/**
 * Calls `fn` in a transaction: committed when it resolves, rolled back when it throws. Inside another transaction
 * it is a savepoint. Other statements of the session wait until it has ended.
 */
export async function transaction<T>(fn: () => Promise<T>): Promise<T> {
  const session = currentSession();
  while (session.busy !== undefined) await session.busy;
  const { promise, resolve } = Promise.withResolvers<void>();
  session.busy = promise;
  try {
    return await runBlock(session, fn);
  } finally {
    session.busy = undefined;
    resolve();
  }
}

async function runBlock<T>(session: Session, fn: () => Promise<T>): Promise<T> {
  const { connection } = session;
  const depth = session.depth + 1;
  const block = await openBlock(connection, `yara_${depth}`);
  let result: T;
  try {
    result = await runInSession({ connection, depth }, fn);
    await connection.execute(block.commit);
  } catch (error) {
    await rollBack(connection, block.rollback);
    throw error;
  }
  return result;
}

interface Block {
  readonly commit: readonly string[];
  readonly rollback: readonly string[];
}

/**
 * A savepoint works on SQLite with and without a transaction around it. PostgreSQL refuses it without one
 * (no_active_sql_transaction), and then a transaction is what is wanted: whoever opened the one that is there, a
 * migration or the user by hand, its end stays theirs.
 */
async function openBlock(connection: Connection, name: string): Promise<Block> {
  try {
    await connection.execute([`SAVEPOINT ${name}`]);
  } catch (error) {
    if (sqlStateOf(error) !== "25P01") throw error;
    await connection.execute(["BEGIN"]);
    // COMMIT of a transaction that failed answers ROLLBACK and is no error; any statement before it is one.
    return { commit: ["SELECT 1", "COMMIT"], rollback: ["ROLLBACK"] };
  }
  return {
    commit: [`RELEASE SAVEPOINT ${name}`],
    rollback: [`ROLLBACK TO SAVEPOINT ${name}`, `RELEASE SAVEPOINT ${name}`],
  };
}

/** Never throws: where it fails the session is lost, and the first error is the one that says why. */
async function rollBack(connection: Connection, statements: readonly string[]): Promise<void> {
  try {
    await connection.execute(statements);
  } catch {
    // The database ends the transaction of a session that is gone.
  }
}

/** By shape, not by class: the connection may come from another copy of this package. */
function sqlStateOf(error: unknown): unknown {
  if (!YaraError.is(error) || !("details" in error)) return undefined;
  const { details } = error;
  return typeof details === "object" && details !== null && "sqlState" in details
    ? details.sqlState
    : undefined;
}
