import type { LockHolder } from "../dialects/lock.ts";
import { LOCK_TIMEOUT_MS, type LockOptions, withLock } from "../executor/lock.ts";
import { tellingStop } from "./stopped.ts";
import type { Workspace } from "./workspace.ts";

/**
 * Runs `work` as the only migrator of this app on the database, where it has a lock for that.
 * @throws LockTimeoutError, and StoppedError where the signal is aborted before its end
 */
export async function locked<T>(
  workspace: Workspace,
  { mode = "advisory", timeoutMs = LOCK_TIMEOUT_MS }: LockOptions,
  work: (confirm: readonly string[]) => Promise<T>,
): Promise<T> {
  const { connection, dialect } = await workspace.database();
  const lock = dialect.lock(mode, workspace.app);
  const onWait = (holder: LockHolder | undefined) => workspace.emit({ kind: "waiting", holder });
  const { signal } = workspace;
  return await tellingStop(signal, [], async () => {
    signal?.throwIfAborted();
    return await withLock(connection, lock, { timeoutMs, onWait, signal }, () => work(lock?.confirm ?? []));
  });
}
