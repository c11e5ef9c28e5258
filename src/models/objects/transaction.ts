import type { Connection } from "../../connection/connection.ts";
import { valuesOf } from "../../dialects/database-values.ts";
import { YaraError } from "../../errors.ts";
import { currentSession, inTurn, runInSession, type Session } from "./session.ts";

/**
 * Calls `fn` in a transaction: committed when it resolves, rolled back when it throws. Inside another transaction
 * it is a savepoint. Other statements of the session wait until it has ended.
 */
export async function transaction<T>(fn: () => Promise<T>): Promise<T> {
  const session = currentSession();
  return await inTurn(session, () => runBlock(session, fn));
}

async function runBlock<T>(session: Session, fn: () => Promise<T>): Promise<T> {
  const { connection, signal } = session;
  const depth = session.depth + 1;
  const block = await openBlock(session);
  let result: T;
  try {
    result = await runInSession({ connection, depth, gate: {}, signal }, fn);
    await connection.execute(block.commit);
  } catch (error) {
    await rollBack(connection, block.rollback);
    throw error;
  }
  return result;
}

interface Block {
  readonly begin: string;
  readonly commit: readonly string[];
  readonly rollback: readonly string[];
}

/**
 * A transaction, or a savepoint where there is one already: whoever opened it, a migration or the user by hand, its
 * end stays theirs. No database can be asked, but each refuses one of the two.
 */
async function openBlock({ connection, depth }: Session): Promise<Block> {
  const { begin, nesting } = valuesOf(connection.dialect);
  const { first, refusal } = nesting;
  const name = `yara_${depth + 1}`;
  const transaction: Block = {
    begin,
    // COMMIT of a transaction that failed answers ROLLBACK and is no error; any statement before it is one.
    commit: ["SELECT 1", "COMMIT"],
    rollback: ["ROLLBACK"],
  };
  const savepoint: Block = {
    begin: `SAVEPOINT ${name}`,
    commit: [`RELEASE SAVEPOINT ${name}`],
    rollback: [`ROLLBACK TO SAVEPOINT ${name}`, `RELEASE SAVEPOINT ${name}`],
  };
  if (depth > 0) return open(connection, savepoint);
  const [wanted, otherwise] = first === "begin" ? [transaction, savepoint] : [savepoint, transaction];
  try {
    return await open(connection, wanted);
  } catch (error) {
    if (sqlStateOf(error) !== refusal) throw error;
    return open(connection, otherwise);
  }
}

async function open(connection: Connection, block: Block): Promise<Block> {
  await connection.execute([block.begin]);
  return block;
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
