import { dirname } from "node:path";
import { ConnectionError, DatabaseError, type DatabaseErrorDetails } from "../errors.ts";
import { messageOf } from "../shown.ts";

/** Where an error of SQLite happened. */
export interface SqliteErrorPlace {
  readonly path: string;
  readonly statement?: string;
  readonly statementIndex?: number;
}

/** The name of SQLite's result code (https://www.sqlite.org/rescode.html), undefined for an error of another kind. */
export function sqliteCode(error: unknown): string | undefined {
  const code = typeof error === "object" && error !== null && "code" in error ? error.code : undefined;
  return typeof code === "string" && code.startsWith("SQLITE_") ? code : undefined;
}

/** True for the codes with which SQLite says that another process holds the database. */
export function isBusyCode(code: string | undefined): boolean {
  return code?.startsWith("SQLITE_BUSY") === true;
}

/** True where a transaction that was cut off has to be undone before anybody can read, and this session may only read. */
export function isCutOff(error: unknown): boolean {
  return CUT_OFF.includes(sqliteCode(error) ?? "");
}

/** With a rollback journal, and with a write-ahead log. */
const CUT_OFF: readonly string[] = ["SQLITE_READONLY_ROLLBACK", "SQLITE_READONLY_RECOVERY"];

/** A failed statement as a DatabaseError. Names the file where the trouble is the file's and not the statement's. */
export function toSqliteError(error: unknown, place: SqliteErrorPlace): DatabaseError {
  const text = messageOf(error);
  const sqlState = sqliteCode(error);
  const hint = hintFor(sqlState, place.path);
  const details: DatabaseErrorDetails = {
    sqlState,
    hint,
    statement: place.statement,
    statementIndex: place.statementIndex,
    ...constraintOf(text),
  };
  return new DatabaseError(hint === undefined ? text : `${text}: ${place.path}`, details, error);
}

/** A file that cannot be opened as a ConnectionError that names it. */
export function toSqliteOpenError(error: unknown, path: string): ConnectionError {
  const code = sqliteCode(error);
  return new ConnectionError(
    `cannot open the SQLite database ${path}: ${messageOf(error)}`,
    hintFor(code, path),
    error,
    isBusyCode(code) ? "busy" : undefined,
  );
}

/** A file that is not there and cannot be created, as a ConnectionError that names it. */
export function toSqliteCreateError(error: unknown, path: string): ConnectionError {
  return new ConnectionError(
    `cannot create the SQLite database ${path}: ${messageOf(error)}`,
    `allow writing to the folder ${dirname(path)}, or name a file elsewhere`,
    error,
  );
}

function hintFor(code: string | undefined, path: string): string | undefined {
  if (code === undefined) return undefined;
  if (code === "SQLITE_NOTADB") return "the file is no SQLite database, or it is encrypted; check the path";
  if (CUT_OFF.includes(code))
    return `a transaction in it that was cut off has to be undone before it can be read: allow writing to ${path} and to its folder`;
  if (code.startsWith("SQLITE_READONLY")) return `allow writing to ${path} and to its folder`;
  // It may be a migrator at work, whom nobody should end.
  if (isBusyCode(code)) return "another process is using the database; wait for it to end, or try again";
  if (code.startsWith("SQLITE_CANTOPEN"))
    return (
      "check the path and the permissions of the file and its folder;\n" +
      "a database with a write-ahead log (journal_mode WAL) has to write there even to be read"
    );
  if (code.startsWith("SQLITE_CORRUPT")) return "the file is damaged; restore it from a backup";
  if (code === "SQLITE_FULL") return "the disk is full; make room and try again";
  if (code.startsWith("SQLITE_IOERR")) return "the disk or the file system reported an error";
  return undefined;
}

function constraintOf(message: string): DatabaseErrorDetails {
  const [, kind, rest] = /^(UNIQUE|NOT NULL|CHECK) constraint failed: (.+)$/s.exec(message) ?? [];
  if (rest === undefined) return {};
  if (kind === "CHECK") return { constraint: rest };
  // Several columns come as "t.a, t.b", an index on expressions as "index 'name'".
  const index = /^index '(.+)'$/.exec(rest)?.[1];
  if (index !== undefined) return { constraint: index };
  const column = /^([^.,]+)\.([^.,]+)$/.exec(rest);
  return column === null ? { table: /^([^.,]+)\./.exec(rest)?.[1] } : { table: column[1], column: column[2] };
}
