import type { Connection, Patience } from "../connection/connection.ts";
import type { LockHolder, LockMode, MigrationLock } from "../dialects/lock.ts";
import { ConnectionError, DatabaseError, LockTimeoutError } from "../errors.ts";
import { tellingOf } from "./own-table.ts";
import { pause } from "./pause.ts";

export interface LockOptions {
  /** `advisory` where it is left out. */
  readonly mode?: LockMode | undefined;
  /**
   * How long to wait for the lock; 10 minutes where it is left out. On SQLite, where a transaction is the lock, each statement
   * waits so long for another process that writes.
   */
  readonly timeoutMs?: number | undefined;
}

export interface LockWait {
  readonly timeoutMs: number;
  /** Called when the wait begins, and again when the lock has changed hands. */
  readonly onWait: (holder: LockHolder | undefined) => void;
  /** Aborted when nobody waits any more. */
  readonly signal?: AbortSignal | undefined;
}

/** How long a migrator waits for the others where it is not told. */
export const LOCK_TIMEOUT_MS = 10 * 60 * 1000;

/** Tries are this far apart at first, and with a random part, so that many who wait do not try at once. */
const PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 500;

/**
 * Runs `work` while this session holds the lock; waits for it before.
 * @throws LockTimeoutError where it is not free in time, the reason of the signal where that is aborted before
 */
export async function withLock<T>(
  connection: Connection,
  lock: MigrationLock | undefined,
  wait: LockWait,
  work: () => Promise<T>,
): Promise<T> {
  if (lock === undefined) return await work();
  await takeLock(connection, lock, wait);
  try {
    return await work();
  } finally {
    // The end of the session gives it back as well.
    await lock.release(connection).catch(() => {});
  }
}

async function takeLock(connection: Connection, lock: MigrationLock, wait: LockWait): Promise<void> {
  const deadline = performance.now() + wait.timeoutMs;
  let told: string | undefined;
  for (let gap = PAUSE_MS; ; gap = Math.min(gap * 1.5, LONGEST_PAUSE_MS)) {
    if (await tellingOf("the migration lock cannot be taken", () => lock.take(connection))) return;
    const holder = await lock.holder(connection);
    const text = JSON.stringify(holder ?? {});
    if (text !== told) wait.onWait(holder);
    told = text;
    const left = deadline - performance.now();
    if (left <= 0) throw lockTimeout(wait.timeoutMs, holder);
    await pause(Math.min(left, gap * (0.5 + Math.random())), wait.signal);
  }
}

/**
 * Runs `work`, whose statements wait for others as one waits for the lock, where the database knows no lock but the transaction.
 * @throws LockTimeoutError where another process holds the database for longer, the reason of the signal like `withLock`
 */
export async function withLockPatience<T>(
  connection: Connection,
  patience: Patience,
  work: () => Promise<T>,
): Promise<T> {
  if (connection.withPatience === undefined) return await work();
  try {
    return await connection.withPatience(patience, work);
  } catch (error) {
    throw isBusy(error) ? busyTimeout() : error;
  }
}

/** Whom somebody waits for, in words. */
export function describeHolder(
  { pid, application, since }: LockHolder = {},
  who = "another migrator",
): string {
  const details = [
    ...(pid === undefined ? [] : [`pid ${pid}`]),
    ...(application === undefined ? [] : [application]),
    ...(since === undefined ? [] : [`since ${since.toISOString()}`]),
  ];
  return `${who}${details.length === 0 ? "" : ` (${details.join(", ")})`}`;
}

/** True where another process has held a SQLite file for too long: there the lock is the transaction itself. */
export function isBusy(error: unknown): boolean {
  if (error instanceof ConnectionError) return error.reason === "busy";
  return error instanceof DatabaseError && error.details.sqlState?.startsWith("SQLITE_BUSY") === true;
}

/** True where a statement was cancelled by whoever stops the command. */
export function isCancelled(error: unknown): boolean {
  return error instanceof DatabaseError && error.details.sqlState === "SQLITE_INTERRUPT";
}

export function busyTimeout(): LockTimeoutError {
  return new LockTimeoutError(
    "another process writes to the database and did not come to an end in time",
    "wait for it to end, or allow more time with --lock-timeout 30m",
  );
}

function lockTimeout(timeoutMs: number, holder: LockHolder | undefined): LockTimeoutError {
  return new LockTimeoutError(
    `${describeHolder(holder)} holds the migration lock and did not give it back within ${timeoutMs / 1000} s`,
    "wait for it to end, or allow more time with --lock-timeout 30m",
  );
}
