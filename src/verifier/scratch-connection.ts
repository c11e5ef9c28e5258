import type { Activity } from "../connection/activity.ts";
import type { Connection, DatabaseRow } from "../connection/connection.ts";
import { ConnectionError } from "../errors.ts";

/** A session in something that exists for the time being, and that `close` removes, whatever happened in between. */
export class ScratchConnection implements Connection {
  readonly dialect = "postgres";
  readonly #remove: (connection: Connection) => Promise<void>;
  #connection: Connection;
  #stopped = false;
  #closing: Promise<void> | undefined;

  constructor(connection: Connection, remove: (connection: Connection) => Promise<void>) {
    this.#connection = connection;
    this.#remove = remove;
  }

  /** Goes on in another session, which `remove` gets then. @throws ConnectionError where it was stopped meanwhile */
  async enter(connection: Connection): Promise<void> {
    if (this.#stopped) await connection.close();
    this.#refuseStopped();
    this.#connection = connection;
  }

  async query<Row extends DatabaseRow = DatabaseRow>(
    sql: string,
    parameters?: readonly unknown[],
  ): Promise<Row[]> {
    this.#refuseStopped();
    return await this.#connection.query<Row>(sql, parameters);
  }

  async run(sql: string, parameters?: readonly unknown[]): Promise<number> {
    this.#refuseStopped();
    return await this.#connection.run(sql, parameters);
  }

  async execute(statements: readonly string[]): Promise<void> {
    this.#refuseStopped();
    await this.#connection.execute(statements);
  }

  /** Nothing more is let through: who cancels wants the end, and what comes after would only have to be dropped. */
  async cancel(): Promise<void> {
    this.#stopped = true;
    await this.#connection.cancel();
  }

  async activity(): Promise<Activity> {
    return await this.#connection.activity();
  }

  async close(): Promise<void> {
    this.#stopped = true;
    this.#closing ??= this.#remove(this.#connection);
    await this.#closing;
  }

  #refuseStopped(): void {
    if (this.#stopped) throw new ConnectionError("the verification was stopped");
  }
}
