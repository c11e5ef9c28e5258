import { isOwnTable } from "../schema/own-tables.ts";

/** Who is refused, and where. */
export interface Session {
  readonly user: string;
  readonly database: string;
}

/**
 * What mends a server's refusal that is no fault of the statement: a right that the role lacks, a session that may only
 * read, a disk that is full. Undefined for refusals of other kinds. The command is for an administrator; what it is about
 * is read from the server's message, which says it in no field of its own (PostgreSQL manual, 54.8).
 */
export function refusalHint(
  sqlState: string,
  message: string,
  statement: string | undefined,
  { user, database }: Session,
): string | undefined {
  const role = quoted(user);
  switch (sqlState) {
    case "42501":
      return rightHint(message, statement, { user, database });
    case "3F000":
      return /no schema has been selected/.test(message)
        ? `no schema of the search path is there that the role ${role} may use; as an administrator: GRANT USAGE, CREATE ON SCHEMA public TO ${role}`
        : undefined;
    case "25006":
      return (
        "the session may only read: connect to the primary server and not to a standby,\n" +
        `or look for default_transaction_read_only; as an administrator: ALTER DATABASE ${quoted(database)} SET default_transaction_read_only = off`
      );
    case "53100":
      return "the disk of the server is full; make room there and try again";
    default:
      return undefined;
  }
}

function rightHint(message: string, statement: string | undefined, { user, database }: Session): string {
  const role = quoted(user);
  const [, kind = "", name = ""] = /^permission denied for ([a-z -]+) "?([^"]+)"?$/.exec(message) ?? [];
  const owned = /^must be owner of ([a-z -]+) "?([^"]+)"?$/.exec(message);
  if (owned !== null) {
    const [, what = "", object = ""] = owned;
    const alter = what === "table" ? `: ALTER TABLE ${quoted(object)} OWNER TO ${role}` : "";
    return `the role ${role} is not the owner of the ${what} ${object}: connect as the owner, or make it that as an administrator${alter}`;
  }
  const right = rightFor(kind, name, statement);
  if (right !== undefined) {
    return `the role ${role} lacks that right; as the owner or an administrator: GRANT ${right} TO ${role}`;
  }
  if (message.startsWith("permission denied to create database")) {
    return `the role ${role} may not create databases; as an administrator: CREATE DATABASE ${quoted(database)} OWNER ${role}`;
  }
  return `the role ${role} may not do that: connect as one that may, or ask an administrator for the right`;
}

/** What is granted, as GRANT words it; undefined where that is not known. */
function rightFor(kind: string, name: string, statement: string | undefined): string | undefined {
  switch (kind) {
    case "schema":
      return `USAGE, CREATE ON SCHEMA ${quoted(name)}`;
    case "sequence":
      return `USAGE ON SEQUENCE ${quoted(name)}`;
    case "database":
      return `${statement === undefined ? "CONNECT" : "CREATE"} ON DATABASE ${quoted(name)}`;
    case "type":
      return `USAGE ON TYPE ${quoted(name)}`;
    case "table":
    case "view": {
      if (isOwnTable(name)) return `SELECT, INSERT, UPDATE, DELETE ON ${quoted(name)}`;
      const verb = /^\s*(select|insert|update|delete|truncate)\b/i.exec(statement ?? "")?.[1]?.toUpperCase();
      // What reads or changes rows mostly reads others as well; a constraint refers to them.
      if (verb === undefined) return `SELECT, REFERENCES ON ${quoted(name)}`;
      return `${verb === "SELECT" ? verb : `SELECT, ${verb}`} ON ${quoted(name)}`;
    }
    default:
      return undefined;
  }
}

/** A name, quoted where it has to be. */
function quoted(name: string): string {
  return /^[a-z_][a-z0-9_$]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
}
