import { resolve } from "node:path";
import { UsageError } from "../errors.ts";
import { hidePassword } from "./hide-password.ts";
import { type PostgresUrl, parsePostgresUrl } from "./postgres-url.ts";

export { hidePassword } from "./hide-password.ts";
export type { SslMode } from "./postgres-ssl-mode.ts";
export type { PostgresUrl } from "./postgres-url.ts";

/** Where a SQLite database is: an absolute path, or ":memory:". */
export interface SqliteUrl {
  readonly dialect: "sqlite";
  readonly path: string;
}

export type DatabaseUrl = SqliteUrl | PostgresUrl;

type Environment = Readonly<Record<string, string | undefined>>;

const FORMS =
  "valid forms: postgres://user:password@host:5432/database, sqlite:///relative.db, sqlite:////absolute/path.db, " +
  "sqlite://:memory:, or the path of a SQLite file";

/**
 * Parses a database URL, or the bare path of a SQLite file. Parts that a PostgreSQL URL leaves out come from the
 * PG* variables of `environment`, as libpq has it.
 * @throws UsageError, never showing a password
 */
export function parseDatabaseUrl(text: string, environment: Environment = process.env): DatabaseUrl {
  const trimmed = text.trim();
  if (trimmed === "") throw new UsageError("the database URL is empty", FORMS);
  // A NUL would end a startup parameter early and begin another one; no other control character is meant either.
  if (hasControlCharacter(trimmed))
    throw new UsageError("the database URL has a control character in it", FORMS);
  const scheme = /^([a-z][a-z0-9+.-]+):/i.exec(trimmed)?.[1]?.toLowerCase();
  if (scheme === undefined) return parseBarePath(trimmed);
  const rest = trimmed.slice(scheme.length + 1);
  if (scheme === "sqlite") return parseSqliteUrl(rest, trimmed);
  if (scheme === "postgres" || scheme === "postgresql") {
    if (!rest.startsWith("//")) {
      // The text is not shown: without the slashes nothing tells where a password begins.
      throw new UsageError(`malformed database URL: // is missing after ${scheme}:`, FORMS);
    }
    return parsePostgresUrl(rest.slice(2), environment);
  }
  throw new UsageError(`unknown kind of database URL: ${scheme}:`, FORMS);
}

function parseBarePath(text: string): SqliteUrl {
  if (text === ":memory:") return { dialect: "sqlite", path: text };
  if (/^[a-z_]+\s*=/i.test(text)) {
    throw new UsageError("a list of key=value pairs is no database URL", FORMS);
  }
  refuseLogin(text);
  // Whoever has written one slash too many can do so behind ./ as well; an empty database in the place of the meant one is worse.
  if (/^\w+[^\w/\\]{0,2}\/\//.test(text)) throw noPath();
  return { dialect: "sqlite", path: resolve(text) };
}

/**
 * A URL in quotes or with a word before it, without its scheme or with a mistyped one, is no path: as one it would be shown, and
 * its password with it. What begins like a path, with a dot, a slash or a drive, may have a colon and an @ further on.
 */
function refuseLogin(path: string): void {
  if (/:\/\/|^\/\/[^/]*@|^(?!\.{0,2}[/\\]|[a-z]:[/\\])[^:]*:.*@/is.test(path)) throw noPath();
}

function noPath(): UsageError {
  return new UsageError(
    "malformed database URL: it is neither postgres:// with nothing before it nor the path of a file",
    `${FORMS}; without quotes; a file with such a name is ./name`,
  );
}

function parseSqliteUrl(rest: string, whole: string): SqliteUrl {
  if (rest === ":memory:" || rest === "//:memory:" || rest === "///:memory:") {
    return { dialect: "sqlite", path: ":memory:" };
  }
  if (/[?#]/.test(rest)) {
    throw malformed(whole, "a SQLite URL takes no options; write ? as %3F and # as %23 in a file name");
  }
  // Three slashes are a relative path and four an absolute one: the third ends the (empty) authority.
  const encoded = rest.replace(/^\/\/\/?/, "");
  let path: string;
  try {
    path = decodeURIComponent(encoded);
  } catch {
    throw malformed(whole, "a % is not followed by two hexadecimal digits");
  }
  if (path === "") throw malformed(whole, "it names no file");
  refuseLogin(path);
  if (hasControlCharacter(path)) throw malformed(whole, "the path has a control character in it");
  return { dialect: "sqlite", path: resolve(path) };
}

function hasControlCharacter(text: string): boolean {
  return /\p{Cc}/u.test(text);
}

function malformed(url: string, reason: string): UsageError {
  return new UsageError(`malformed database URL ${hidePassword(url)}: ${reason}`, FORMS);
}
