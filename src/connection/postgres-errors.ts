import postgres from "postgres";
import { ConnectionError, DatabaseError, YaraError } from "../errors.ts";
import { shellOperand, shellWord } from "../shell-word.ts";
import { messageOf } from "../shown.ts";
import { refusalHint, type Session } from "./postgres-refusal.ts";
import { type PostgresUrl, serverName } from "./postgres-url.ts";

/** Where in a batch a statement failed. */
export interface PostgresErrorPlace {
  readonly statement?: string | undefined;
  readonly statementIndex?: number | undefined;
}

/** The server's position of an error in the text that was sent, from 1 and in characters; undefined without one. */
export function errorPosition(error: unknown): number | undefined {
  if (!(error instanceof postgres.PostgresError)) return undefined;
  const position = Number(error.position);
  return Number.isInteger(position) && position > 0 ? position : undefined;
}

/** insufficient_privilege and invalid_schema_name: what mends them names the role. */
const OF_ROLE: readonly string[] = ["42501", "3F000"];

/** True for a refusal whose hint names the role that is in force. */
export function isOfRole(error: unknown): boolean {
  return error instanceof postgres.PostgresError && OF_ROLE.includes(error.code);
}

/** The server's refusal as a DatabaseError; undefined for an error of any other kind. */
export function toDatabaseError(
  error: unknown,
  place: PostgresErrorPlace,
  session: Session,
): DatabaseError | undefined {
  if (!(error instanceof postgres.PostgresError)) return undefined;
  return new DatabaseError(
    error.message,
    {
      sqlState: error.code,
      detail: error.detail,
      hint:
        hintForStatement(error, place) ??
        refusalHint(
          { sqlState: error.code, message: error.message, hint: error.hint },
          place.statement,
          session,
        ) ??
        error.hint,
      statement: place.statement,
      statementIndex: place.statementIndex,
      constraint: error.constraint_name,
      table: error.table_name,
      column: error.column_name,
    },
    error,
  );
}

/**
 * What the server does not say, or should not: it advises to drop what depends with CASCADE, and PostgreSQL before
 * version 18 does not know the word VIRTUAL.
 */
function hintForStatement(error: Error, { statement }: PostgresErrorPlace): string | undefined {
  if (codeOf(error) === "2BP01") return "drop what depends on it before, and create it again after";
  const isVirtual =
    codeOf(error) === "42601" &&
    /"virtual"/i.test(error.message) &&
    /\bGENERATED ALWAYS AS\b/.test(statement ?? "");
  return isVirtual
    ? "virtual generated columns need PostgreSQL 18: say stored: true for the column"
    : undefined;
}

/** Why no session could be opened, with what to do about it. The password is in neither text. */
export function toConnectError(error: unknown, url: PostgresUrl): YaraError {
  if (error instanceof YaraError && error.code === "usage") return error;
  const code = codeOf(error);
  const reason = reasonOf(error, code);
  const hint = (error instanceof YaraError ? error.hint : undefined) ?? hintFor(code, reason, url);
  const message = `cannot connect to PostgreSQL at ${serverName(url)}: ${reason}`;
  return new ConnectionError(message, hint, error, kindOf(error, code));
}

/** Codes of the operating system, and of a server that is starting, stopping or full (manual, appendix A). */
const UNAVAILABLE: readonly string[] = [
  ..."ECONNREFUSED ECONNRESET EHOSTUNREACH ENETUNREACH ENETDOWN ETIMEDOUT EPIPE ENOENT ENOTFOUND EAI_AGAIN".split(
    " ",
  ),
  ..."57P01 57P02 57P03 53300".split(" "),
];

function kindOf(error: unknown, code: string): ConnectionError["reason"] {
  if (code === "3D000") return "missingDatabase";
  return UNAVAILABLE.includes(code) || (error instanceof ConnectionError && error.reason === "unavailable")
    ? "unavailable"
    : undefined;
}

/** The SQLSTATE of the server or the code of the operating system; "" without one. */
export function codeOf(error: unknown): string {
  const code = typeof error === "object" && error !== null && "code" in error ? error.code : undefined;
  return typeof code === "string" ? code : "";
}

function reasonOf(error: unknown, code: string): string {
  if (code === "ECONNREFUSED") return "connection refused";
  if (code === "ENOTFOUND" || code === "EAI_AGAIN") return "the host name is not known";
  if (code === "ENOENT") return "there is no such socket";
  const text = messageOf(error);
  return text === "" ? code : text;
}

function hintFor(code: string, reason: string, url: PostgresUrl): string | undefined {
  switch (code) {
    case "ECONNREFUSED":
    case "ENOENT":
      return "check that the server is running and that host and port are right; for one that is about to start: --wait";
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return "check the host; in a user name or password write @ as %40 and / as %2F";
    case "28P01":
      return url.password === undefined
        ? "the server wants a password: postgres://user:password@host/database, or PGPASSWORD"
        : "check user and password; special characters in a URL are percent-encoded, and a $ may have been expanded by the shell or by whatever read the .env file";
    case "28000":
      return "check the user, the database and the server's pg_hba.conf; it may want sslmode=require";
    case "42501":
    case "53100":
      return refusalHint({ sqlState: code, message: reason }, undefined, url);
    case "3D000":
      return `create it: ${createCommand(url)}`;
    case "53300":
      return "the server has no free connection; end some sessions, or raise max_connections";
    case "57P03":
      return "the server is starting or stopping; try again in a moment";
    case "08P01":
      return "a pooler in between may refuse startup parameters such as search_path; connect to the server itself";
    case "SELF_SIGNED_CERT_IN_CHAIN":
    case "DEPTH_ZERO_SELF_SIGNED_CERT":
    case "UNABLE_TO_VERIFY_LEAF_SIGNATURE":
    case "UNABLE_TO_GET_ISSUER_CERT_LOCALLY":
      return authorityHint(url);
    case "ERR_TLS_CERT_ALTNAME_INVALID":
      return "the certificate is for another host; connect by the name in it, or use sslmode=verify-ca";
    default:
      return undefined;
  }
}

function createCommand({ host, port, user, database }: PostgresUrl): string {
  return `createdb -h ${shellWord(host)} -p ${port} -U ${shellWord(user)} ${shellOperand(database)}`;
}

/** Whose certificate is missing, and whose is there instead. */
function authorityHint({ sslRootCert }: PostgresUrl): string {
  const name = "name the certificate of the server's authority with sslrootcert=FILE";
  if (sslRootCert === undefined) return name;
  const known = sslRootCert === "system" ? "the system knows" : `${sslRootCert} holds`;
  return `${known} no authority that the server's certificate is from: ${name}`;
}
