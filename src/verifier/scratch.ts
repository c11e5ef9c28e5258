import type { Connection } from "../connection/connection.ts";
import { type OpenOptions, openConnection } from "../connection/open.ts";
import type { DatabaseUrl } from "../connection/url.ts";
import type { Dialect } from "../dialects/dialect.ts";
import { dialectFor } from "../dialects/registry.ts";
import { ConnectionError, DatabaseError } from "../errors.ts";
import type { Target } from "../executor/executor.ts";
import { messageOf } from "../shown.ts";

export interface ScratchOptions extends OpenOptions {
  /** Gets the session before anything is made: whoever closes it removes what there is. */
  readonly onScratch?: ((connection: Connection) => void) | undefined;
}

/** A SQLite database in memory, gone when its session is closed. */
export async function openMemory(): Promise<Target> {
  const connection = await openConnection("sqlite::memory:");
  // Each table and index begins with a page of its own, which is to be cleared.
  await connection.execute(["PRAGMA page_size = 1024"]);
  return { connection, dialect: await dialectFor("sqlite") };
}

/** A name that nothing else has, and by which everybody knows what it is. */
export function scratchName(): string {
  return `yara_verify_${crypto.randomUUID().replaceAll("-", "")}`;
}

/** Behind a pooler a transaction may run in another session than the one before it, so each says where it works. */
export async function boundTo(schema: string): Promise<Dialect> {
  const dialect = await dialectFor("postgres");
  return { ...dialect, begin: `${dialect.begin}; SET LOCAL search_path = ${dialect.quote(schema)}` };
}

/**
 * Does `drop` in `connection`, and in another session where that one is lost. Never throws for what the database says:
 * what could not be dropped is told.
 */
export async function dropScratch(
  connection: Connection,
  url: DatabaseUrl,
  { onScratch: _, ...options }: ScratchOptions,
  what: string,
  drop: (connection: Connection) => Promise<void>,
): Promise<void> {
  try {
    await connection.cancel();
    await connection.execute(["ROLLBACK"]).catch(() => undefined);
    await drop(connection);
  } catch (error) {
    if (!(error instanceof ConnectionError || error instanceof DatabaseError)) throw error;
    await dropElsewhere(url, options, what, drop);
  } finally {
    await connection.close();
  }
}

async function dropElsewhere(
  url: DatabaseUrl,
  options: OpenOptions,
  what: string,
  drop: (connection: Connection) => Promise<void>,
): Promise<void> {
  try {
    const other = await openConnection(url, options);
    try {
      await drop(other);
    } finally {
      await other.close();
    }
  } catch (error) {
    const reason = messageOf(error);
    options.onNotice?.(`the ${what} could not be dropped, drop it by hand: ${reason}`);
  }
}
