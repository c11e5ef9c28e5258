import { isOwnTable } from "../schema/own-tables.ts";
import { type SqlToken, tokenizeSql } from "../schema/sql-tokens.ts";

/** Who is refused, and where. */
export interface Session {
  readonly user: string;
  readonly database: string;
}

/** What the server says of a refusal. */
export interface Refusal {
  readonly sqlState: string;
  readonly message: string;
  readonly hint?: string | undefined;
}

/**
 * What mends a server's refusal that is no fault of the statement: a right that the role lacks, a session that may only
 * read, a disk that is full. Undefined for refusals of other kinds. The command is for an administrator; what it is about
 * is read from the server's message, which says it in no field of its own (PostgreSQL manual, 54.8).
 */
export function refusalHint(
  refusal: Refusal,
  statement: string | undefined,
  session: Session,
): string | undefined {
  const [role, database] = [quoted(session.user), quoted(session.database)];
  switch (refusal.sqlState) {
    case "42501":
      return rightHint(refusal, statement, session);
    case "3F000":
      return /no schema has been selected/.test(refusal.message)
        ? `no schema of the search path is there that the role ${role} may use; as an administrator: GRANT USAGE, CREATE ON SCHEMA public TO ${role}`
        : undefined;
    case "25006":
      return (
        "the session may only read: connect to the primary server and not to a standby,\n" +
        `or look for default_transaction_read_only; as an administrator: ALTER DATABASE ${database} SET default_transaction_read_only = off`
      );
    case "53100":
      return "the disk of the server is full; make room there and try again";
    default:
      return undefined;
  }
}

function rightHint({ message, hint }: Refusal, statement: string | undefined, { user }: Session): string {
  const role = quoted(user);
  const [, kind = "", name = ""] = /^permission denied for ([a-z -]+?) "?([^"]+)"?$/.exec(message) ?? [];
  const [, what, owned = ""] = /^must be owner of ([a-z -]+?) "?([^"]+)"?$/.exec(message) ?? [];
  if (what !== undefined) {
    const alter = OWNED.includes(what)
      ? `: ALTER ${what.toUpperCase()} ${nameIn(statement, owned)} OWNER TO ${role}`
      : "";
    return `the role ${role} is not the owner of the ${what} ${owned}: connect as the owner, or make it that as an administrator${alter}`;
  }
  const right = rightFor(kind, name, statement);
  if (right !== undefined) {
    const grant = `the role ${role} lacks that right; as the owner or an administrator: GRANT ${right} TO ${role}`;
    // What reads them may be a command that only reads, or one that goes on to write.
    const mayWrite = isOwnTable(name) && verbOf(statement) === "SELECT";
    return mayWrite
      ? `${grant}\nor, where it is to apply migrations: GRANT ${ALL_OF_TABLE} ON ${nameIn(statement, name)} TO ${role}`
      : grant;
  }
  // The session is with another database then.
  const [create] = /^CREATE DATABASE ("([^"]|"")*"|\w+)/i.exec(statement ?? "") ?? [];
  if (create !== undefined) {
    return `the role ${role} may not create databases; as an administrator: ${create} OWNER ${role}`;
  }
  const why = hint === undefined ? "" : ` (the server says: ${hint})`;
  return `the role ${role} may not do that: connect as one that may, or ask an administrator for the right${why}`;
}

/** What has an owner of its own, as ALTER and the server call it. */
const OWNED: readonly string[] = [
  ..."table view sequence type schema function procedure".split(" "),
  ...["materialized view", "foreign table"],
];

/** What is granted, as GRANT words it; undefined where that is not known. */
function rightFor(kind: string, name: string, statement: string | undefined): string | undefined {
  switch (kind) {
    case "schema":
      return `USAGE, CREATE ON SCHEMA ${quoted(name)}`;
    case "sequence":
      return `USAGE ON SEQUENCE ${nameIn(statement, name)}`;
    case "database":
      return `${statement === undefined ? "CONNECT" : "CREATE"} ON DATABASE ${quoted(name)}`;
    case "type":
      return `USAGE ON TYPE ${nameIn(statement, name)}`;
    case "function":
    case "procedure":
      return `EXECUTE ON ${kind.toUpperCase()} ${nameIn(statement, name)}`;
    case "language":
      return `USAGE ON LANGUAGE ${quoted(name)}`;
    case "tablespace":
      return `CREATE ON TABLESPACE ${quoted(name)}`;
    case "table":
    case "view":
    case "materialized view":
      return `${tableRights(name, statement)} ON ${nameIn(statement, name)}`;
    default:
      return undefined;
  }
}

/** What the migrator does with the rows of a table of its own. */
const ALL_OF_TABLE = "SELECT, INSERT, UPDATE, DELETE";

function tableRights(name: string, statement: string | undefined): string {
  const verb = verbOf(statement);
  if (verb === "SELECT") return verb;
  if (isOwnTable(name)) return ALL_OF_TABLE;
  // What reads or changes rows mostly reads others as well; a constraint refers to them.
  return verb === undefined ? "SELECT, REFERENCES" : `SELECT, ${verb}`;
}

/** What a statement does with the rows of a table; undefined for one that does something else. */
function verbOf(statement = ""): string | undefined {
  return /^\s*(select|insert|update|delete|truncate)\b/i.exec(statement)?.[1]?.toUpperCase();
}

/** A name that the server has said without its schema, with the one that the statement has before it. */
function nameIn(statement: string | undefined, name: string): string {
  const tokens = tokenizeSql(statement ?? "").filter(({ kind }) => kind !== "space" && kind !== "comment");
  const at = tokens.findIndex(
    (token, index) => nameOf(token) === name && tokens[index - 1]?.text === "." && index > 1,
  );
  const schema = nameOf(tokens[at - 2]);
  return schema === undefined ? quoted(name) : `${quoted(schema)}.${quoted(name)}`;
}

/** What an identifier denotes: bare, it is folded to lower case (PostgreSQL manual, 4.1.1). */
function nameOf(token: SqlToken | undefined): string | undefined {
  return token?.kind === "word" ? token.name?.toLowerCase() : token?.name;
}

/** Always in quotes: bare, it could be a keyword. */
function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
