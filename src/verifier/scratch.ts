import { randomUUID } from "node:crypto";
import type { Connection, DatabaseRow } from "../connection/connection.ts";
import { type OpenOptions, openConnection } from "../connection/open.ts";
import type { DatabaseUrl } from "../connection/url.ts";
import type { Dialect } from "../dialects/dialect.ts";
import { dialectFor } from "../dialects/registry.ts";
import { ConnectionError, DatabaseError } from "../errors.ts";
import type { Target } from "../executor/executor.ts";

/** A SQLite database in memory, gone when its session is closed. */
export async function openMemory(): Promise<Target> {
  return { connection: await openConnection("sqlite::memory:"), dialect: dialectFor("sqlite") };
}

/** Tables are dropped in parts, or a large schema would need more locks at once than the server has. */
const DROPPED_AT_ONCE = 100;

/**
 * A session that sees nothing but a schema of its own, which `close` drops, whatever happened in between.
 * @throws ConnectionError, or DatabaseError where the role may not create a schema
 */
export async function openScratchSchema(url: DatabaseUrl, options: OpenOptions = {}): Promise<Target> {
  const dialect = dialectFor("postgres");
  const connection = await openConnection(url, options);
  const schema = `yara_verify_${randomUUID().replaceAll("-", "")}`;
  const scratch = new ScratchSchema(connection, url, schema, options);
  try {
    await scratch.create();
  } catch (error) {
    await scratch.close();
    throw error;
  }
  return { connection: scratch, dialect: boundTo(dialect, schema) };
}

/** Behind a pooler a transaction may run in another session than the one before it, so each says where it works. */
function boundTo(dialect: Dialect, schema: string): Dialect {
  return { ...dialect, begin: `${dialect.begin}; SET LOCAL search_path = ${dialect.quote(schema)}` };
}

class ScratchSchema implements Connection {
  readonly dialect = "postgres";
  readonly #connection: Connection;
  readonly #url: DatabaseUrl;
  readonly #schema: string;
  readonly #options: OpenOptions;
  #stopped = false;
  #closing: Promise<void> | undefined;

  constructor(connection: Connection, url: DatabaseUrl, schema: string, options: OpenOptions) {
    this.#connection = connection;
    this.#url = url;
    this.#schema = schema;
    this.#options = options;
  }

  async create(): Promise<void> {
    // Behind a pooler in transaction mode the session would be another one now and then, with all of the user's tables.
    await this.#connection.execute([
      "SET client_min_messages = error",
      `CREATE SCHEMA ${this.#schema}`,
      `SET search_path = ${this.#schema}`,
    ]);
    await this.#requireOwnSchema();
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

  async close(): Promise<void> {
    this.#stopped = true;
    this.#closing ??= this.#close();
    await this.#closing;
  }

  #refuseStopped(): void {
    if (this.#stopped) throw new ConnectionError("the verification was stopped");
  }

  async #requireOwnSchema(): Promise<void> {
    const [row] = await this.#connection.query<{ name: string }>("SELECT current_schema() AS name");
    if (row?.name === this.#schema) return;
    throw new ConnectionError(
      "the session does not keep its search_path",
      "name the server itself, not a connection pooler",
    );
  }

  async #close(): Promise<void> {
    try {
      await this.#connection.cancel();
      await this.#connection.execute(["ROLLBACK"]).catch(() => undefined);
      await drop(this.#connection, this.#schema);
    } catch (error) {
      if (!(error instanceof ConnectionError || error instanceof DatabaseError)) throw error;
      await this.#dropElsewhere();
    } finally {
      await this.#connection.close();
    }
  }

  /** The session is lost, which leaves the schema behind. */
  async #dropElsewhere(): Promise<void> {
    try {
      const other = await openConnection(this.#url, this.#options);
      try {
        await drop(other, this.#schema);
      } finally {
        await other.close();
      }
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#options.onNotice?.(`the schema ${this.#schema} could not be dropped, drop it by hand: ${reason}`);
    }
  }
}

async function drop(connection: Connection, schema: string): Promise<void> {
  const tables = await connection.query<{ name: string }>(
    "SELECT format('%I.%I', n.nspname, c.relname) AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1 AND c.relkind IN ('r', 'p')",
    [schema],
  );
  const quiet = "SET client_min_messages = error";
  for (let at = 0; at < tables.length; at += DROPPED_AT_ONCE) {
    const names = tables.slice(at, at + DROPPED_AT_ONCE).map(({ name }) => name);
    // Dropped by CASCADE already: what it was inherited from or partitioned by came first.
    await connection.execute([quiet, `DROP TABLE IF EXISTS ${names.join(", ")} CASCADE`]);
  }
  await connection.execute([quiet, `DROP SCHEMA IF EXISTS ${schema} CASCADE`]);
}
