import type { Socket } from "node:net";
import { Stream } from "node:stream";
import postgres from "postgres";
import { ConnectionError, DatabaseError } from "../errors.ts";
import { OWN_TABLES } from "../schema/own-tables.ts";
import type { PostgresErrorPlace } from "./postgres-errors.ts";
import type { PostgresUrl } from "./postgres-url.ts";
import { POSTGRES_TYPES } from "./postgres-values.ts";

/** SQLSTATE duplicate_table, which IF NOT EXISTS makes a notice. */
const DUPLICATE_TABLE = "42P07";

/** The answer to one statement. */
export interface DriverResult extends Iterable<postgres.Row> {
  /** The command tag without its numbers, as in "INSERT". */
  readonly command: string;
  readonly count: number | null;
}

export interface DriverEvents {
  readonly onNotice: (message: string) => void;
  readonly onClose: () => void;
}

/**
 * The driver over one socket that is connected already. It gets no second one: postgres.js would reconnect by itself
 * and go on in another session, without the transaction and the locks of the first.
 */
export function createDriver(socket: Socket, url: PostgresUrl, events: DriverEvents): postgres.Sql {
  let taken = false;
  const takeSocket = (): Socket => {
    if (taken) throw new ConnectionError("the server closed the connection");
    taken = true;
    return socket;
  };
  const options = {
    host: url.host,
    port: url.port,
    database: url.database,
    user: url.user,
    password: url.password ?? "",
    ssl: false,
    max: 1,
    prepare: false,
    fetch_types: false,
    idle_timeout: 0,
    connect_timeout: 0,
    max_lifetime: null,
    types: POSTGRES_TYPES,
    connection: {
      application_name: url.applicationName ?? "yara-orm",
      // Values are parsed, and text literals written, in the one form that both settings fix.
      DateStyle: "ISO",
      standard_conforming_strings: "on",
      // Else a date becomes another moment, and a moment another date, in each place: SQLite knows no other zone.
      ...(/timezone/i.test(url.options ?? "") ? {} : { TimeZone: "UTC" }),
      ...(url.searchPath === undefined ? {} : { search_path: url.searchPath }),
      ...(url.options === undefined ? {} : { options: url.options }),
    },
    socket: takeSocket,
    onnotice: ({ code, message = "" }: postgres.Notice) => {
      // Several migrators may each create a table of the tool's own.
      const isOwn = code === DUPLICATE_TABLE && OWN_TABLES.some((table) => message.includes(`"${table}"`));
      if (!isOwn) events.onNotice(message);
    },
    onclose: events.onClose,
  };
  // The driver's types do not know its option `socket`.
  return postgres(options as unknown as postgres.Options<Record<string, postgres.PostgresType>>);
}

/**
 * The last of the answers to a simple query.
 * @throws ConnectionError for the stream that COPY FROM STDIN opens, and that leaves the session unusable
 */
export function lastResult(answer: unknown): DriverResult {
  const last = Array.isArray(answer) && !("command" in answer) ? answer.at(-1) : answer;
  if (last instanceof Stream) {
    // The end of the session is an error event of the stream too, which would end the process if nobody listened.
    last.on("error", () => undefined);
    throw new ConnectionError(
      "COPY from or to the client is not supported",
      "use INSERT, or COPY with a server's file",
    );
  }
  // An array of the driver carries both properties of a result.
  return last as unknown as DriverResult;
}

/**
 * Throws where the server answered the end of a transaction with ROLLBACK: the transaction had failed before.
 * @throws DatabaseError
 */
export function refuseRollback(result: DriverResult, place: PostgresErrorPlace): void {
  if (result.command !== "ROLLBACK") return;
  throw new DatabaseError(
    "the transaction had failed before: the server rolled it back instead of committing it",
    {
      sqlState: "25P02",
      ...place,
    },
  );
}
