import { existsSync } from "node:fs";
import { UsageError } from "../errors.ts";
import { suggest } from "../nearest.ts";
import { readSslMode, type SslMode } from "./postgres-ssl-mode.ts";
import { systemUser } from "./system-user.ts";

/** Where a PostgreSQL database is and how to log in. */
export interface PostgresUrl {
  readonly dialect: "postgres";
  /** A host name or address; where `socket` is set, the folder of the socket. */
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password: string | undefined;
  /** The file of the Unix-domain socket. */
  readonly socket: string | undefined;
  readonly sslMode: SslMode;
  /** A file of trusted certificates, or "system". */
  readonly sslRootCert: string | undefined;
  readonly sslCert: string | undefined;
  readonly sslKey: string | undefined;
  readonly searchPath: string | undefined;
  readonly applicationName: string | undefined;
  /** Seconds; undefined or 0 leaves the choice to the caller. */
  readonly connectTimeout: number | undefined;
  /** Command-line options for the server, as in `-c statement_timeout=0`. */
  readonly options: string | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

const ENCODE =
  "in the user name and password write @ as %40, : as %3A, / as %2F, ? as %3F, # as %23, % as %25 and a space as %20";

const KEYS: readonly string[] = [
  "host",
  "port",
  "dbname",
  "user",
  "password",
  "sslmode",
  "ssl",
  "sslrootcert",
  "sslcert",
  "sslkey",
  "channel_binding",
  "search_path",
  "application_name",
  "connect_timeout",
  "options",
];

/** Keys that other tools understand, and what they are called here. */
const FOREIGN_KEYS: Readonly<Record<string, string>> = {
  schema: "write search_path instead",
  currentSchema: "write search_path instead",
  pgbouncer: "leave it out, nothing here depends on it",
  connection_limit: "leave it out, there is one session only",
  timeout: "write connect_timeout instead",
  database: "write dbname instead, or put the name in the path",
};

/**
 * Parses what follows `postgres://`, by the rules of libpq (PostgreSQL manual, 34.1.1.2 "Connection URIs"):
 * `[user[:password]@][host][:port][/database][?key=value&...]`. Several hosts are not supported.
 * @throws UsageError, never showing a password
 */
export function parsePostgresUrl(rest: string, environment: Environment): PostgresUrl {
  const parts = splitUrl(rest);
  const options = readOptions(parts);
  const pick = (key: string, fromUrl?: string, variable?: string): string | undefined =>
    [options.get(key), fromUrl, variable === undefined ? undefined : environment[variable]].find(
      (value) => value !== undefined && value !== "",
    );

  const port = readPort(pick("port", parts.port, "PGPORT") ?? "5432");
  const host = pick("host", parts.host, "PGHOST") ?? defaultHost(port);
  if (host.includes("@")) throw notTold();
  if (host.includes(",")) throw new UsageError("the database URL names several hosts", "name one host");
  const user = pick("user", parts.user, "PGUSER") ?? systemUser(environment);
  if (user === undefined) throw namesNoUser();
  return {
    dialect: "postgres",
    host,
    port,
    database: pick("dbname", parts.database, "PGDATABASE") ?? user,
    user,
    password: pick("password", parts.password, "PGPASSWORD"),
    socket: host.startsWith("/") ? `${host.replace(/\/+$/, "")}/.s.PGSQL.${port}` : undefined,
    sslMode: readSslMode(options, environment),
    sslRootCert: pick("sslrootcert", undefined, "PGSSLROOTCERT"),
    sslCert: pick("sslcert", undefined, "PGSSLCERT"),
    sslKey: pick("sslkey", undefined, "PGSSLKEY"),
    searchPath: pick("search_path"),
    applicationName: pick("application_name", undefined, "PGAPPNAME"),
    connectTimeout: readSeconds(pick("connect_timeout", undefined, "PGCONNECT_TIMEOUT")),
    options: pick("options", undefined, "PGOPTIONS"),
  };
}

interface UrlParts {
  readonly user: string | undefined;
  readonly password: string | undefined;
  readonly host: string | undefined;
  readonly port: string | undefined;
  readonly database: string | undefined;
  readonly query: string;
}

function splitUrl(rest: string): UrlParts {
  // The user's part ends at the first @ before a slash; unlike in RFC 3986, ? and # may stand in it.
  const userinfo = /^([^@/]*)@/.exec(rest);
  const [user, ...password] = userinfo?.[1]?.split(":") ?? [];
  const match = /^(\[[^\]]*\]|[^:/?]*)(?::([^/?]*))?(?:\/([^?]*))?(?:\?(.*))?$/s.exec(
    userinfo === null ? rest : rest.slice(userinfo[0].length),
  );
  const [, host = "", port, database = "", query = ""] = match ?? [];
  if (match === null || host.includes("@") || port?.includes("@") || database.includes("@")) {
    throw notTold();
  }
  return {
    user: decode(user, "user name"),
    password: password.length === 0 ? undefined : decode(password.join(":"), "password"),
    host: decode(host.replace(/^\[(.*)\]$/, "$1"), "host"),
    port,
    database: decode(database, "database name"),
    query,
  };
}

function notTold(): UsageError {
  return new UsageError("malformed database URL: the host cannot be told from the password", ENCODE);
}

function readOptions({ user, query }: UrlParts): Map<string, string> {
  const options = new Map<string, string>();
  // Without a user before it, an @ says that what seems to be options may be a piece of a password with / and ? in it.
  const isPassword = user === undefined && query.includes("@");
  for (const pair of query.split("&")) {
    if (pair === "") continue;
    const at = pair.indexOf("=");
    const key = decode(at < 0 ? pair : pair.slice(0, at), "name of an option") ?? "";
    if (!KEYS.includes(key)) throw isPassword ? notTold() : unknownKey(key);
    if (at < 0) throw new UsageError(`the option ${key} of the database URL has no value`);
    const value = decode(pair.slice(at + 1), `option ${key}`) ?? "";
    if (isPassword && key !== "password" && value.includes("@")) throw notTold();
    options.set(key, value);
  }
  return options;
}

function unknownKey(key: string): UsageError {
  const hint = FOREIGN_KEYS[key] ?? suggest(key, KEYS);
  return new UsageError(`unknown option ${key} in the database URL`, hint);
}

function readPort(text: string): number {
  // The text is not shown: it is a piece of the password where that holds an unencoded slash.
  if (!/^\d{1,5}$/.test(text) || Number(text) < 1 || Number(text) > 65535) {
    throw new UsageError("malformed database URL: the port is no number from 1 to 65535", ENCODE);
  }
  return Number(text);
}

function readSeconds(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d{1,6}$/.test(text)) {
    throw new UsageError("connect_timeout must be a whole number of seconds");
  }
  return Number(text);
}

function decode(text: string | undefined, what: string): string | undefined {
  if (text === undefined || text === "") return undefined;
  let decoded: string;
  try {
    decoded = decodeURIComponent(text);
  } catch {
    throw new UsageError(
      `malformed database URL: a % in the ${what} is not followed by two hexadecimal digits`,
      ENCODE,
    );
  }
  if (/\p{Cc}/u.test(decoded))
    throw new UsageError(`malformed database URL: a control character in the ${what}`);
  return decoded;
}

function namesNoUser(): UsageError {
  return new UsageError(
    "the database URL names no user, and neither does the system",
    "write postgres://user@host/database, or set PGUSER",
  );
}

/** The folder with the server's socket where there is one, as in libpq, else localhost. */
function defaultHost(port: number): string {
  const folders = process.platform === "win32" ? [] : ["/var/run/postgresql", "/tmp"];
  return folders.find((folder) => existsSync(`${folder}/.s.PGSQL.${port}`)) ?? "localhost";
}

/** The server for a message: its socket, or host and port as they stand in a URL. */
export function serverName(url: PostgresUrl): string {
  if (url.socket !== undefined) return url.socket;
  return `${url.host.includes(":") ? `[${url.host}]` : url.host}:${url.port}`;
}
