import type { Socket } from "node:net";
import type postgres from "postgres";
import { ConnectionError, DatabaseError, YaraError } from "../errors.ts";
import type { Activity } from "./activity.ts";
import type { Connection, DatabaseRow, Parting, TransactionsOutcome } from "./connection.ts";
import { batchStatements, countOf, failedPart, joinBatches, type PostgresBatch } from "./postgres-batch.ts";
import { createDriver, type DriverResult, lastResult, refuseRollback } from "./postgres-driver.ts";
import { errorPosition, isOfRole, type PostgresErrorPlace, toDatabaseError } from "./postgres-errors.ts";
import { PostgresObserver } from "./postgres-observer.ts";
import { sendCancel } from "./postgres-socket.ts";
import { type PostgresUrl, serverName } from "./postgres-url.ts";
import { type PostgresParameter, toPostgresParameter } from "./postgres-values.ts";
import { WireReader } from "./postgres-wire.ts";
import { createSerialQueue } from "./serial-queue.ts";
import { commits, readStatementText } from "./statement-text.ts";

const CLOSE_TIMEOUT_SECONDS = 1;

/** How many messages are kept that were foreseen and have not been sent: those of two rounds (see workflow/run.ts). */
const FORESEEN = 32;

const ROW_CHANGES: readonly string[] = ["INSERT", "UPDATE", "DELETE", "MERGE"];

/** A session over one connected socket: logs in with `start`, and never gets a second socket. */
export class PostgresConnection implements Connection {
  readonly dialect = "postgres";
  readonly #url: PostgresUrl;
  readonly #socket: Socket;
  readonly #sql: postgres.Sql;
  readonly #wire = new WireReader();
  readonly #enqueue = createSerialQueue();
  readonly #end = Promise.withResolvers<never>();
  #ended: ConnectionError | undefined;
  readonly #observer: PostgresObserver;
  /** The last that were foreseen, at most FORESEEN. */
  #foreseen: readonly Foreseen[] = [];
  #running = false;
  /** What the server was sent last. */
  #statements: readonly string[] = [];
  /** How many statements come before each COMMIT in what is running. */
  #beforeCommits: readonly number[] = [];
  #cancelling: Promise<void> | undefined;
  #closing: Promise<void> | undefined;

  /** @param open opens another session with the same database */
  constructor(
    socket: Socket,
    url: PostgresUrl,
    onNotice: ((message: string) => void) | undefined,
    open: () => Promise<Connection>,
  ) {
    this.#url = url;
    this.#observer = new PostgresObserver(open);
    this.#socket = socket;
    this.#end.promise.catch(() => undefined);
    // Before the driver listens, so that what is read here is known when the driver settles a query.
    socket.on("data", (chunk: Buffer) => this.#wire.read(chunk));
    // The driver does not notice when this happens before it has begun to listen.
    socket.once("close", () => this.#lose(undefined));
    this.#sql = createDriver(socket, url, {
      onNotice: (message) => onNotice?.(message),
      onClose: () => this.#lose(undefined),
    });
  }

  /** Logs in. Throws the server's error, or a ConnectionError. */
  async start(signal: AbortSignal): Promise<void> {
    const aborted = new Promise<never>((_, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    });
    try {
      await Promise.race([this.#sql.unsafe(""), this.#end.promise, aborted]);
    } catch (error) {
      const closed = error === this.#ended;
      this.#lose(error);
      throw closed
        ? new ConnectionError(
            this.#wire.fatal ?? "the server closed the connection at once",
            undefined,
            undefined,
            "unavailable",
          )
        : error;
    }
  }

  async query<Row extends DatabaseRow = DatabaseRow>(
    sql: string,
    parameters: readonly unknown[] = [],
  ): Promise<Row[]> {
    const result = await this.#single(sql, parameters);
    // The caller states what its query selects; nothing here could check it.
    return Array.from(result) as unknown as Row[];
  }

  async run(sql: string, parameters: readonly unknown[] = []): Promise<number> {
    const result = await this.#single(sql, parameters);
    return ROW_CHANGES.includes(result.command) ? (result.count ?? 0) : 0;
  }

  execute(statements: readonly string[]): Promise<void> {
    return this.#enqueue(async () => {
      for (const batch of this.#batchesOf(statements)) {
        // Of a message that the server could not read as a whole no BEGIN has run: it would warn of what there is to undo.
        if (batch.text === "ROLLBACK" && !this.#wire.inTransaction) continue;
        const place = (error: unknown): PostgresErrorPlace => {
          const part = failedPart(batch, errorPosition(error), this.#wire.completed);
          return { statement: part?.statement, statementIndex: part?.index };
        };
        this.#statements = batch.parts.map(({ statement }) => statement);
        const beforeCommits = batch.endsTransaction ? [countOf(batch) - 1] : [];
        const result = await this.#send(batch.text, undefined, place, beforeCommits);
        const last = batch.parts.at(-1);
        if (batch.endsTransaction)
          refuseRollback(result, { statement: last?.statement, statementIndex: last?.index });
      }
    });
  }

  /** The server takes them from one simple query: it goes on behind a COMMIT, and stops at the first error (manual, 55.2.2.1). */
  executeTransactions(transactions: readonly (readonly string[])[]): Promise<TransactionsOutcome> {
    return this.#enqueue(async () => {
      const batches = transactions.flatMap((statements) => this.#batchesOf(statements));
      const areWhole = batches.length === transactions.length && batches.every((one) => one.endsTransaction);
      if (this.#wire.inTransaction || !areWhole) return { committed: 0 };
      const { text, beforeCommits } = joinBatches(batches);
      this.#statements = batches.flatMap(({ parts }) => parts.map(({ statement }) => statement));
      const noPlace = () => ({});
      let failure: unknown;
      // Nothing of what was sent before counts, also where this is not sent any more.
      this.#wire.reset();
      try {
        await this.#send(text, undefined, noPlace, beforeCommits);
      } catch (error) {
        failure = error;
      }
      const { committed } = this.#wire;
      if (failure === undefined) return { committed };
      // Of a COMMIT that failed, or a text that was refused as a whole, no transaction is left.
      if (this.#ended === undefined && this.#wire.inTransaction)
        await this.#send("ROLLBACK", undefined, noPlace, []).catch(() => undefined);
      return { committed, failure };
    });
  }

  foresee(statements: readonly string[]): void {
    const foreseen = { statements, batches: batchStatements(statements, false) };
    this.#foreseen = [...this.#foreseen.slice(1 - FORESEEN), foreseen];
  }

  #batchesOf(statements: readonly string[]): readonly PostgresBatch[] {
    const { inTransaction } = this.#wire;
    const foreseen = inTransaction
      ? undefined
      : this.#foreseen.find((one) => areSame(one.statements, statements));
    if (foreseen === undefined) return batchStatements(statements, inTransaction);
    this.#foreseen = this.#foreseen.filter((one) => one !== foreseen);
    return foreseen.batches;
  }

  async cancel(): Promise<void> {
    const { backend } = this.#wire;
    if (!this.#running || backend === undefined) return;
    // The next statement waits for this: a cancellation that comes late would hit it instead.
    this.#cancelling ??= sendCancel(this.#url, backend).finally(() => {
      this.#cancelling = undefined;
    });
    await this.#cancelling;
  }

  async activity(): Promise<Activity> {
    const { backend } = this.#wire;
    if (!this.#running || backend === undefined) return { statements: [], blockers: [] };
    const statements = this.#statements;
    return { statements, blockers: await this.#observer.blockersOf(backend.pid) };
  }

  async close({ wait = true }: Parting = {}): Promise<void> {
    this.#closing ??= this.#close(wait);
    await this.#closing;
  }

  async #close(wait: boolean): Promise<void> {
    // The server would go on with a statement whose client is gone, and keep its locks.
    await this.cancel();
    // There is nobody left to take leave of.
    const timeout = this.#ended === undefined ? CLOSE_TIMEOUT_SECONDS : 0;
    this.#finish(new ConnectionError("the connection is closed"));
    await this.#observer.close();
    const told = new Promise((resolve) => this.#socket.once("finish", resolve));
    const ended = this.#sql.end({ timeout }).catch(() => undefined);
    await (wait ? ended : Promise.race([ended, told]));
    this.#socket.destroy();
  }

  #single(sql: string, parameters: readonly unknown[]): Promise<DriverResult> {
    return this.#enqueue(async () => {
      const statement = readStatementText(sql, "postgres");
      if (statement.count === 0)
        throw new DatabaseError("no statement where one is expected", { statement: sql });
      const encoded = parameters.map((value, index) => toPostgresParameter(value, index + 1));
      const place = { statement: sql };
      this.#statements = [sql];
      const result = await this.#send(sql, encoded, () => place, commits(statement) ? [0] : []);
      if (commits(statement)) refuseRollback(result, place);
      return result;
    });
  }

  /** Without `parameters` as a simple query, which may hold several statements. */
  async #send(
    text: string,
    parameters: PostgresParameter[] | undefined,
    place: Place,
    beforeCommits: readonly number[],
  ): Promise<DriverResult> {
    await this.#cancelling;
    if (this.#ended !== undefined) throw this.#ended;
    this.#wire.reset();
    // The driver ends its message with a NUL, so one in the text would cut off all that follows it.
    if (text.includes("\0"))
      throw new DatabaseError("the SQL text has a NUL character in it", place(undefined));
    this.#running = true;
    this.#beforeCommits = beforeCommits;
    try {
      // The driver's types do not know the option.
      const options: postgres.UnsafeQueryOptions & { simple: boolean } = { simple: parameters === undefined };
      const query = this.#sql.unsafe(text, (parameters ?? []) as postgres.ParameterOrJSON<never>[], options);
      return lastResult(await Promise.race([query, this.#end.promise]));
    } catch (error) {
      const at = place(error);
      const user = isOfRole(error) ? await this.#role() : this.#url.user;
      throw toDatabaseError(error, at, { ...this.#url, user }) ?? this.#lose(error);
    } finally {
      this.#running = false;
      this.#beforeCommits = [];
    }
  }

  /** The role that is in force: settings of the role that logs in, options of the URL and SET ROLE can make it another one. */
  async #role(): Promise<string> {
    const { user } = this.#url;
    // A transaction that has failed answers nothing any more.
    if (this.#wire.inTransaction) return (await this.#observer.role()) ?? user;
    try {
      const [row] = await Promise.race([this.#sql.unsafe("SELECT current_user AS role"), this.#end.promise]);
      return row?.role ?? user;
    } catch {
      return user;
    }
  }

  /** Notes that the session is lost, and returns the error that every call gets from now on. */
  #lose(cause: unknown): ConnectionError {
    const reason =
      this.#wire.fatal ?? (cause instanceof Error ? cause.message : "the server closed the connection");
    const hint = cause instanceof YaraError ? cause.hint : undefined;
    const outcome = this.#mayHaveCommitted()
      ? "whether the transaction that was being committed has been is not known"
      : "open transactions have been rolled back by the server";
    this.#socket.destroy();
    return this.#finish(
      new ConnectionError(
        `the connection to PostgreSQL at ${serverName(this.#url)} was lost: ${reason}`,
        hint ?? `${outcome}; check the server and run the command again`,
        cause,
        this.#mayHaveCommitted() ? "commitUnknown" : undefined,
      ),
    );
  }

  /** A server that says farewell has told before which statements it had completed; one that is gone has told nothing. */
  #mayHaveCommitted(): boolean {
    const last = this.#beforeCommits.at(-1);
    if (last === undefined) return false;
    const { fatal, completed } = this.#wire;
    return fatal === undefined || completed >= last || this.#beforeCommits.includes(completed);
  }

  #finish(error: ConnectionError): ConnectionError {
    if (this.#ended === undefined) {
      this.#ended = error;
      this.#end.reject(error);
    }
    return this.#ended;
  }
}

interface Foreseen {
  readonly statements: readonly string[];
  readonly batches: readonly PostgresBatch[];
}

function areSame(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((text, at) => text === right[at]);
}

type Place = (error: unknown) => PostgresErrorPlace;
