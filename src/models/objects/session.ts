import type { AsyncLocalStorage } from "node:async_hooks";
import type { Connection } from "../../connection/connection.ts";
import { UsageError } from "../../errors.ts";

/** A connection in use: by the program, by a migration, or by a transaction in one of them. */
export interface Session {
  readonly connection: Connection;
  /** 0: outside a transaction of ours. */
  readonly depth: number;
  readonly gate: Gate;
  /** Aborted when nothing more is to be sent. */
  readonly signal?: AbortSignal | undefined;
  /** The manager's that has the connection to itself: what it calls and awaits need not wait for it. */
  readonly isManager?: true;
  /** Of a manager on a connection of its own: the session of `Model.objects` in what it calls. */
  readonly outer?: Session | undefined;
  ended?: true;
}

/**
 * While a transaction or a manager runs in a session, `busy` is what others wait for: a connection has one transaction at a
 * time, so a statement that does not belong to it must not slip in.
 */
export interface Gate {
  busy?: Promise<void> | undefined;
}

// These live on globalThis, where two copies of this package in one process find the same ones.
const OPENED = Symbol.for("yara-orm.session");
const SCOPE = Symbol.for("yara-orm.session-scope");
const GATES = Symbol.for("yara-orm.session-gates");

/**
 * Calls `fn`; `Model.objects` uses `connection` in it and in all that it awaits, and sends nothing once `signal` is aborted.
 * For the migration that runs code.
 */
export function runWithConnection<T>(
  connection: Connection,
  fn: () => T | Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  const around = scope().getStore();
  // Inside a transaction on the same connection it is a part of that one, which it must not wait for.
  const { depth, gate } =
    around?.connection === connection ? { depth: around.depth, gate: {} } : rootSession(connection);
  return runInSession({ connection, depth, gate, signal }, fn);
}

/**
 * Calls `work`, which uses the connection directly. Where `YaraOrm` has opened that, others on it wait until the work has ended:
 * their statements and transactions would become a part of its own.
 * @throws UsageError inside of a transaction or a migration on the connection, which a commit would end
 */
export async function runAsManager<T>(connection: Connection, work: () => Promise<T>): Promise<T> {
  const around = slots()[SCOPE]?.getStore();
  // What was not awaited in one that has ended since is one of the others.
  if (around?.connection === connection && around.ended !== true) {
    if (around.isManager === true) return await work();
    throw new UsageError(
      "a MigrationManager cannot work inside a transaction or a migration",
      "call it before or after, or give it a connection of its own: await YaraOrm.connect(url)",
    );
  }
  // Nobody else knows of it.
  if (slots()[GATES]?.has(connection) !== true) return await work();
  const opened = openedSession();
  const outer = opened?.connection === connection ? undefined : (around ?? opened);
  const session: Session = { connection, depth: 0, gate: {}, isManager: true, outer };
  return await inTurn(rootSession(connection), () => runInSession(session, work));
}

/** Calls `listener` as one of the others, whatever the code around it is a part of. */
export function callOutside(listener: () => void): void {
  const held = slots()[SCOPE];
  if (held === undefined) listener();
  else held.exit(listener);
}

/** Calls `work` when no transaction of others runs in the session; those of others wait for its end then. */
export async function inTurn<T>(session: Session, work: () => Promise<T>): Promise<T> {
  const { gate } = session;
  while (gate.busy !== undefined) await gate.busy;
  refuseEnded(session);
  const { promise, resolve } = Promise.withResolvers<void>();
  gate.busy = promise;
  try {
    return await work();
  } finally {
    gate.busy = undefined;
    resolve();
  }
}

/** A session outside transactions. All of one connection share its gate, which makes them take turns from then on. */
export function rootSession(connection: Connection): Session {
  const held = slots();
  held[GATES] ??= new WeakMap();
  const gate = held[GATES].get(connection) ?? {};
  held[GATES].set(connection, gate);
  return { connection, depth: 0, gate };
}

/**
 * Calls `fn` with that session as the current one, and ends the session: what was not awaited is refused from then
 * on, since it would be stored outside the transaction that it belongs to.
 */
export async function runInSession<T>(session: Session, fn: () => T | Promise<T>): Promise<T> {
  try {
    // A query that it returns is sent when it is awaited: in here, where it belongs.
    return await scope().run(session, async () => await fn());
  } finally {
    session.ended = true;
    // A nested transaction that was not awaited ends before the one around it.
    while (session.gate.busy !== undefined) await session.gate.busy;
  }
}

/** The session of the surrounding migration or transaction, else the opened one. Throws UsageError without either. */
export function currentSession(): Session {
  const around = scope().getStore();
  const session = around?.outer ?? around ?? openedSession();
  if (session === undefined) {
    throw new UsageError(
      "there is no database connection",
      "call await YaraOrm.init(url) first; inside a migration Model.objects works by itself",
    );
  }
  return session;
}

/**
 * Sends statements once no transaction of others runs in the session. Throws UsageError when the migration or
 * transaction that they belong to has ended, and the reason of the signal that stops it.
 */
export async function send<T>(statement: (connection: Connection) => Promise<T>): Promise<T> {
  const session = currentSession();
  while (session.gate.busy !== undefined) await session.gate.busy;
  refuseEnded(session);
  // In the same turn as the check, so that no other transaction can begin in between.
  return statement(session.connection);
}

/** Throws UsageError for a session whose migration or transaction has ended, the signal's reason for one that is stopped. */
export function refuseEnded(session: Session): void {
  session.signal?.throwIfAborted();
  if (session.ended !== true) return;
  throw new UsageError(
    "a query was sent after its migration or transaction had ended",
    "await every call in it; use Promise.allSettled instead of Promise.all where one of several may fail",
  );
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
  [GATES]?: WeakMap<Connection, Gate>;
}

function slots(): Slots {
  // Only this module (and another copy of it) uses these symbols.
  return globalThis as Slots;
}

function scope(): AsyncLocalStorage<Session> {
  const held = slots();
  // Loaded only for those who work on rows.
  held[SCOPE] ??= new (process.getBuiltinModule("node:async_hooks").AsyncLocalStorage)<Session>();
  return held[SCOPE];
}
