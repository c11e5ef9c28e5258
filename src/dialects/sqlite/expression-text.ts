import { SchemaError } from "../../errors.ts";
import { MAX_IDENTIFIER_BYTES, shorten } from "../../schema/identifier.ts";
import type { Table } from "../../schema/table.ts";
import { type Token, tokenize } from "./tokenizer.ts";

/**
 * One spelling for SQL expressions that differ in spaces, comments and outer parentheses only. SQLite stores
 * expressions as they were written, so this is all that comparing them takes.
 */
export function canonicalExpression(sql: string): string {
  const tokens = withoutOuterParentheses(tokenize(sql));
  let text = "";
  for (const [at, token] of tokens.entries()) {
    const [last, beforeLast] = [tokens[at - 1], tokens[at - 2]];
    const tight = last === undefined || isTight(last, token) || isSign(last, beforeLast);
    text += tight ? token.text : ` ${token.text}`;
  }
  return text;
}

/**
 * The expression with the names in it shortened as those of columns are. SQLite would take a `"name"` that is no column
 * for a text, and the check would compare that (https://www.sqlite.org/quirks.html#dblquote).
 */
export function withShortNames(sql: string): string {
  if (sql.length * 3 <= MAX_IDENTIFIER_BYTES) return sql;
  let text = "";
  let end = 0;
  for (const token of tokenize(sql)) {
    if (token.kind !== "word" && token.kind !== "quoted") continue;
    const short = shorten(token.name);
    if (short === token.name) continue;
    text += `${sql.slice(end, token.start)}"${short.replaceAll('"', '""')}"`;
    end = token.end;
  }
  return text + sql.slice(end);
}

/**
 * The expression without the name of its own table before columns. A table that is built anew has another name at first, and no
 * expression of a table can name another one.
 */
export function withoutOwnTable(sql: string, table: string): string {
  if (!sql.includes(".")) return sql;
  const wanted = table.toLowerCase();
  const tokens = tokenize(sql);
  let text = "";
  let end = 0;
  for (const [at, { kind, name, start }] of tokens.entries()) {
    const isName = (kind === "word" || kind === "quoted") && name.toLowerCase() === wanted;
    const column = tokens[at + 2];
    if (!isName || tokens[at + 1]?.text !== "." || tokens[at - 1]?.text === "." || column === undefined)
      continue;
    text += sql.slice(end, start);
    end = column.start;
  }
  return text + sql.slice(end);
}

/**
 * Throws SchemaError where a name in double quotes is no column of the table: SQLite would take it for a text, compare
 * or copy that, and say nothing. Expressions with a subquery may name anything.
 */
export function checkNames(sql: string, table: Table, what: string): void {
  const known = [table.name, ...table.columns.map(({ name }) => name)];
  const [unknown] = unknownNames(sql, known);
  if (unknown === undefined || containsWord(sql, "select")) return;
  throw new SchemaError(
    `${what} names ${unknown.text}, which is no column of table ${table.name}`,
    "correct the name, or put a text in single quotes",
  );
}

/**
 * The expression as SQLite reads it: a name in double quotes that is no column is a text
 * (https://www.sqlite.org/quirks.html#dblquote).
 */
export function withTexts(sql: string, columns: readonly string[]): string {
  if (containsWord(sql, "select")) return sql;
  let text = "";
  let end = 0;
  for (const token of unknownNames(sql, columns)) {
    text += `${sql.slice(end, token.start)}'${token.name.replaceAll("'", "''")}'`;
    end = token.end;
  }
  return text + sql.slice(end);
}

/** The number of a row (https://www.sqlite.org/lang_createtable.html, 5). */
const ROW_ID = ["rowid", "oid", "_rowid_"];

/** The names in double quotes that stand where a column can, and are none of these. */
function unknownNames(sql: string, names: readonly string[]): Token[] {
  const known = new Set([...ROW_ID, ...names.map((name) => name.toLowerCase())]);
  const tokens = tokenize(sql);
  return tokens.filter(({ text, name }, at) => {
    if (!text.startsWith('"') || known.has(name.toLowerCase())) return false;
    const [before, after] = [tokens[at - 1]?.text.toUpperCase() ?? "", tokens[at + 1]?.text ?? ""];
    return !["COLLATE", "AS", "."].includes(before) && !["(", "."].includes(after);
  });
}

/** True if the expression contains that word outside quotes, in any case. */
export function containsWord(sql: string, word: string): boolean {
  const wanted = word.toLowerCase();
  return tokenize(sql).some((token) => token.kind === "word" && token.text.toLowerCase() === wanted);
}

/** True if the expression names that column, quoted or not; SQLite compares names without regard to case. */
export function mentionsColumn(sql: string, column: string): boolean {
  const wanted = column.toLowerCase();
  return tokenize(sql).some(
    ({ kind, name }) => (kind === "word" || kind === "quoted") && name.toLowerCase() === wanted,
  );
}

function withoutOuterParentheses(tokens: readonly Token[]): readonly Token[] {
  let inner = tokens;
  while (inner[0]?.text === "(" && closingOf(inner) === inner.length - 1) inner = inner.slice(1, -1);
  return inner;
}

function closingOf(tokens: readonly Token[]): number {
  let depth = 0;
  for (const [at, { text }] of tokens.entries()) {
    if (text === "(") depth++;
    if (text === ")" && --depth === 0) return at;
  }
  return -1;
}

function isSign(token: Token, before: Token | undefined): boolean {
  const isOperand = before !== undefined && (before.kind !== "symbol" || before.text === ")");
  return (token.text === "-" || token.text === "+") && !isOperand;
}

function isTight(previous: Token, token: Token): boolean {
  if (previous.text === "(" || previous.text === "." || token.text === ".") return true;
  if (token.text === ")" || token.text === ",") return true;
  return (
    token.text === "(" &&
    previous.kind === "word" &&
    !/^(in|and|or|not|then|when|else|like)$/i.test(previous.text)
  );
}
