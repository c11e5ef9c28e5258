import type { DialectName } from "../schema/expression.ts";

/** What can be said of SQL text without a parser: how many statements it holds and how the first one begins. */
export interface StatementText {
  /** Statements that are not blank; a trigger's body counts its inner statements too. */
  readonly count: number;
  /** The first three words in lower case, as in "create temp trigger", as far as they are words. */
  readonly opening: string;
}

const OPENING_WORDS = 3;

/** Scans SQL text for its statements, skipping comments, strings and quoted names of that database's lexicon. */
export function readStatementText(sql: string, dialect: DialectName): StatementText {
  // Most texts are one statement, which need not be read to its end, and most of those have no comments either.
  const isOne = !sql.includes(";");
  if (isOne && !sql.includes("--") && !sql.includes("/*")) return readWithoutComments(sql);
  let count = 0;
  const words: string[] = [];
  let filled = false;
  scan(sql, dialect, (at) => {
    if (sql.charAt(at) === ";") {
      if (filled) count += 1;
      filled = false;
      return undefined;
    }
    filled = true;
    if (words.length < OPENING_WORDS) words.push(wordAt(sql, at).toLowerCase());
    return isOne && words.length === OPENING_WORDS;
  });
  return { count: filled ? count + 1 : count, opening: words.join(" ") };
}

const OPENING = /^\s*([A-Za-z_]\w*)(?:\s+([A-Za-z_]\w*))?(?:\s+([A-Za-z_]\w*))?/;

function readWithoutComments(sql: string): StatementText {
  const [, first = "", second = "", third = ""] = OPENING.exec(sql) ?? [];
  const opening = `${first} ${second} ${third}`.trimEnd().toLowerCase();
  return { count: opening === "" && sql.trim() === "" ? 0 : 1, opening };
}

/** The statements of a text that are not blank, without their `;`; a trigger's body is taken apart as well. */
export function splitStatements(sql: string, dialect: DialectName): string[] {
  const ends: number[] = [];
  scan(sql, dialect, (at) => {
    if (sql.charAt(at) === ";") ends.push(at);
    return undefined;
  });
  const parts = [...ends, sql.length].map((end, index) => sql.slice((ends[index - 1] ?? -1) + 1, end).trim());
  return parts.filter((part) => readStatementText(part, dialect).count > 0);
}

/** Calls `token` with the place of each token that is neither space nor comment, until it returns true. */
function scan(sql: string, dialect: DialectName, token: (at: number) => boolean | undefined): void {
  let at = 0;
  while (at < sql.length) {
    const next = skipComment(sql, at, dialect === "postgres");
    const character = sql.charAt(at);
    if (next > at) at = next;
    else if (/\s/.test(character)) at += 1;
    else {
      if (token(at) === true) return;
      if (character === ";") at += 1;
      else at = dialect === "postgres" ? skipPostgresToken(sql, at) : skipSqliteToken(sql, at);
    }
  }
}

/** True for SQLite's CREATE TRIGGER, whose body is counted as statements of its own. */
export function createsTrigger(text: StatementText): boolean {
  return /^create (temp |temporary )?trigger\b/.test(text.opening);
}

/** True for the statements that commit a transaction, or on PostgreSQL prepare that. */
export function commits(text: StatementText): boolean {
  return /^(commit|end|prepare transaction)\b/.test(text.opening);
}

/** True for the statements that begin a transaction. */
export function begins(text: StatementText): boolean {
  return /^(begin|start transaction)\b/.test(text.opening);
}

/** True for the statements that roll a whole transaction back. */
export function rollsBack(text: StatementText): boolean {
  return /^(abort|rollback(?! (\w+ )?to\b))\b/.test(text.opening);
}

function skipComment(sql: string, at: number, nests: boolean): number {
  if (sql.startsWith("--", at)) {
    const end = sql.indexOf("\n", at);
    return end < 0 ? sql.length : end + 1;
  }
  if (!sql.startsWith("/*", at)) return at;
  let depth = 1;
  let position = at + 2;
  while (position < sql.length && depth > 0) {
    if (sql.startsWith("*/", position)) {
      depth -= 1;
      position += 2;
    } else if (nests && sql.startsWith("/*", position)) {
      depth += 1;
      position += 2;
    } else {
      position += 1;
    }
  }
  return position;
}

function skipPostgresToken(sql: string, at: number): number {
  const character = sql.charAt(at);
  if (character === "'" || character === '"') return skipQuoted(sql, at, character, false);
  if (/^e'/i.test(sql.slice(at, at + 2))) return skipQuoted(sql, at + 1, "'", true);
  if (character === "$") {
    const tag = /^\$(?:[\p{L}_][\p{L}\p{N}_]*)?\$/u.exec(sql.slice(at, at + 130))?.[0];
    if (tag === undefined) return at + 1;
    const end = sql.indexOf(tag, at + tag.length);
    return end < 0 ? sql.length : end + tag.length;
  }
  return at + Math.max(1, wordAt(sql, at).length);
}

function skipSqliteToken(sql: string, at: number): number {
  const character = sql.charAt(at);
  if (character === "'" || character === '"' || character === "`")
    return skipQuoted(sql, at, character, false);
  if (character === "[") {
    const end = sql.indexOf("]", at);
    return end < 0 ? sql.length : end + 1;
  }
  return at + Math.max(1, wordAt(sql, at).length);
}

function skipQuoted(sql: string, at: number, quote: string, backslashEscapes: boolean): number {
  let position = at + 1;
  while (position < sql.length) {
    const character = sql.charAt(position);
    if (backslashEscapes && character === "\\") position += 2;
    else if (character !== quote) position += 1;
    else if (sql.charAt(position + 1) === quote) position += 2;
    else return position + 1;
  }
  return sql.length;
}

/** A name or keyword; a dollar inside belongs to it and opens no dollar quote. */
function wordAt(sql: string, at: number): string {
  const word = /[\p{L}_][\p{L}\p{N}_$]*/uy;
  word.lastIndex = at;
  return word.exec(sql)?.[0] ?? "";
}
