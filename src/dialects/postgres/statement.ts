import { type SqlToken, tokenizeSql } from "../../schema/sql-tokens.ts";
import { AGAIN, firstWord, INSIDE, type StatementNature } from "../statement.ts";
import { recoverCreatedIndex, recoverDroppedIndex } from "./index-recovery.ts";

/** What may open a statement that is not like most; a look at the first word spares the rest of a long text. */
const OPENINGS: ReadonlySet<string> = new Set(
  (
    "create drop alter reindex vacuum cluster discard call do begin start commit end rollback abort prepare " +
    "set reset"
  ).split(" "),
);

/** Refused in a transaction block, by the manual's page of each command (PostgreSQL 18). */
const REFUSED =
  /^(VACUUM|ALTER SYSTEM|DISCARD ALL|(CREATE|DROP) (DATABASE|TABLESPACE)|ALTER DATABASE \S+ SET TABLESPACE|(CREATE|ALTER|DROP) SUBSCRIPTION|REINDEX (\( .*?\) )?(SCHEMA|DATABASE|SYSTEM)|CLUSTER$|CLUSTER VERBOSE$)\b/;

/** They may be run again and come to the same. */
const REPEATABLE = /^(VACUUM|ALTER SYSTEM|DISCARD|REINDEX|CLUSTER)\b/;

/** A SHARE UPDATE EXCLUSIVE lock at most, which stops no reader and no writer (PostgreSQL manual, 13.3.1). */
const YIELDS = /^(VACUUM(?!.*\bFULL\b)|REINDEX\b.*\bCONCURRENTLY)\b/;

const ENDS = /^(BEGIN|START|COMMIT|END|ROLLBACK|ABORT|PREPARE TRANSACTION|CALL)\b/;

/** The nature of one statement on PostgreSQL. */
export function statementNature(sql: string): StatementNature {
  if (!OPENINGS.has(firstWord(sql))) return INSIDE;
  const tokens = tokenizeSql(sql).filter(({ kind }) => kind !== "space" && kind !== "comment");
  const text = tokens.map(wordOf).join(" ");
  if (/^CREATE (UNIQUE )?INDEX CONCURRENTLY\b/.test(text)) {
    const recovery = recoverCreatedIndex(tokens);
    return { transaction: "refused", yields: true, ...(recovery === undefined ? {} : { recovery }) };
  }
  if (/^DROP INDEX CONCURRENTLY\b/.test(text)) {
    return { transaction: "refused", yields: true, recovery: recoverDroppedIndex(tokens) };
  }
  if (REFUSED.test(text) || /^REINDEX\b.*\bCONCURRENTLY\b/.test(text)) {
    const yields = YIELDS.test(text) ? { yields: true } : {};
    return { transaction: "refused", ...yields, ...(REPEATABLE.test(text) ? { recovery: AGAIN } : {}) };
  }
  if (/^ALTER TABLE\b.* DETACH PARTITION\b.*\bCONCURRENTLY$/.test(text)) {
    return { transaction: "refused", yields: true };
  }
  if (ENDS.test(text) || (text.startsWith("DO ") && tokens.some(endsInside))) return { transaction: "own" };
  if (/^(SET (?!LOCAL|TRANSACTION|CONSTRAINTS)|RESET)\b/.test(text)) return { ...INSIDE, ofSession: true };
  const value = /^ALTER TYPE\b.* ADD VALUE\b/.test(text)
    ? tokens.find(({ kind }) => kind === "string")
    : undefined;
  return value === undefined
    ? INSIDE
    : { ...INSIDE, addsValue: value.text.slice(1, -1).replaceAll("''", "'") };
}

/** A bare word in capitals, so that only keywords are taken for keywords. */
function wordOf({ kind, text }: SqlToken): string {
  return kind === "word" ? text.toUpperCase() : kind === "symbol" ? text : "?";
}

/** A block of code that commits. */
function endsInside({ kind, text }: SqlToken): boolean {
  return kind === "string" && /\b(commit|rollback)\b/i.test(text);
}
