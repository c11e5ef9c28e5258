import { AsyncLocalStorage } from "node:async_hooks";
import type { Connection } from "../../connection/connection.ts";
import { UsageError } from "../../errors.ts";

/**
 * A connection in use. While a transaction (or a nested one) runs in it, `busy` is what others wait for: one session
 * has one transaction, so a statement that does not belong to it must not slip in.
 */
export interface Session {
  readonly connection: Connection;
  /** 0: outside a transaction of ours. */
  readonly depth: number;
  busy?: Promise<void> | undefined;
}

// Both live on globalThis, where two copies of this package in one process find the same ones.
const OPENED = Symbol.for("yara-orm.session");
const SCOPE = Symbol.for("yara-orm.session-scope");

/** Calls `fn`; `Model.objects` uses `connection` in it and in all that it awaits. For the migration that runs code. */
export function runWithConnection<T>(connection: Connection, fn: () => T): T {
  return runInSession({ connection, depth: 0 }, fn);
}

/** Calls `fn` with that session as the current one. */
export function runInSession<T>(session: Session, fn: () => T): T {
  return scope().run(session, fn);
}

/** The session of the surrounding migration or transaction, else the opened one. Throws UsageError without either. */
export function currentSession(): Session {
  const session = scope().getStore() ?? openedSession();
  if (session === undefined) {
    throw new UsageError(
      "there is no database connection",
      "call await YaraOrm.init(url) first; inside a migration Model.objects works by itself",
    );
  }
  return session;
}

/** The connection for one statement, once no transaction of others runs in the session. */
export async function connectionForStatement(): Promise<Connection> {
  const session = currentSession();
  while (session.busy !== undefined) await session.busy;
  return session.connection;
}

/** The session that `YaraOrm.init` opened. */
export function openedSession(): Session | undefined {
  return slots()[OPENED];
}

/** Keeps the opened session, or forgets it. */
export function setOpenedSession(session: Session | undefined): void {
  slots()[OPENED] = session;
}

interface Slots {
  [OPENED]?: Session | undefined;
  [SCOPE]?: AsyncLocalStorage<Session>;
}

function slots(): Slots {
  // Only this module (and another copy of it) uses these two symbols.
  return globalThis as Slots;
}

function scope(): AsyncLocalStorage<Session> {
  const held = slots();
  held[SCOPE] ??= new AsyncLocalStorage<Session>();
  return held[SCOPE];
}
