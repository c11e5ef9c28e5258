import type { Expression } from "./expression.ts";
import { MAX_IDENTIFIER_BYTES, shorten } from "./identifier.ts";

/** A piece of SQL text. `text` is the source; for identifiers `name` is what they denote. */
export interface SqlToken {
  readonly kind: "word" | "quoted" | "string" | "number" | "space" | "comment" | "symbol";
  readonly text: string;
  readonly name?: string;
}

const PATTERN =
  /(?<comment>--[^\n]*|\/\*[\s\S]*?(?:\*\/|$))|(?<string>[eE]'(?:[^'\\]|''|\\[\s\S])*(?:'|\\?$)|'(?:[^']|'')*(?:'|$)|\$(?<tag>(?:[A-Za-z_]\w*)?)\$[\s\S]*?(?:\$\k<tag>\$|$))|(?<quoted>"(?:[^"]|"")*(?:"|$)|`(?:[^`]|``)*(?:`|$)|\[[A-Za-z_][^\]]*\])|(?<word>[\p{L}_][\p{L}\p{N}_$]*)|(?<number>\d[\w.]*)|(?<space>\s+)|(?<symbol>[\s\S])/gu;

/** Splits SQL text into tokens; their texts joined are the source again. Never throws: open quotes end with the text. */
export function tokenizeSql(sql: string): SqlToken[] {
  return Array.from(sql.matchAll(PATTERN), ({ 0: text, groups = {} }): SqlToken => {
    if (groups.quoted !== undefined) return { kind: "quoted", text, name: unquote(text) };
    if (groups.word !== undefined) return { kind: "word", text, name: text };
    if (groups.string !== undefined) return { kind: "string", text };
    if (groups.comment !== undefined) return { kind: "comment", text };
    if (groups.number !== undefined) return { kind: "number", text };
    if (groups.space !== undefined) return { kind: "space", text };
    return { kind: "symbol", text };
  });
}

/** True if the expression names that column: quoted exactly, or bare in any case and neither a keyword nor a function. */
export function mentionsIdentifier(sql: string, name: string): boolean {
  const tokens = tokenizeSql(sql);
  return tokens.some((_, at) => denotes(tokens, at, name));
}

/**
 * The expression with one identifier renamed; strings and comments stay as they are. The new name is quoted always: bare,
 * it could be a keyword.
 */
export function renameIdentifier(sql: string, from: string, to: string): string {
  const tokens = tokenizeSql(sql);
  return tokens
    .map(({ text }, at) => (denotes(tokens, at, from) ? `"${to.replaceAll('"', '""')}"` : text))
    .join("");
}

/** True if the expression has that text as a literal. */
export function mentionsText(sql: string, text: string): boolean {
  const literal = `'${text.replaceAll("'", "''")}'`;
  return tokenizeSql(sql).some((token) => token.kind === "string" && token.text === literal);
}

/** True if the expression names that column on one of the databases. */
export function mentions(expression: Expression, column: string): boolean {
  const texts = typeof expression === "string" ? [expression] : [expression.postgres, expression.sqlite];
  return texts.some((text) => mentionsIdentifier(text, column));
}

/** The expression with one identifier renamed on every database. */
export function renameIn(expression: Expression, from: string, to: string): Expression {
  if (typeof expression === "string") return renameIdentifier(expression, from, to);
  return {
    postgres: renameIdentifier(expression.postgres, from, to),
    sqlite: renameIdentifier(expression.sqlite, from, to),
  };
}

/** The expression of a table with the table renamed where it stands before a column, on every database. */
export function renameTableIn(expression: Expression, from: string, to: string): Expression {
  if (typeof expression === "string") return renameQualifier(expression, from, to);
  return {
    postgres: renameQualifier(expression.postgres, from, to),
    sqlite: renameQualifier(expression.sqlite, from, to),
  };
}

function renameQualifier(sql: string, from: string, to: string): string {
  if (!sql.includes(".")) return sql;
  const tokens = tokenizeSql(sql);
  const isDot = (at: number) => tokens[at]?.text === ".";
  return tokens
    .map(({ text }, at) =>
      isDot(at + 1) && !isDot(at - 1) && denotes(tokens, at, from) ? `"${to.replaceAll('"', '""')}"` : text,
    )
    .join("");
}

/** The expression with its too long identifiers as the database keeps them; see `shorten`. */
export function shortenIdentifiers(sql: string): string {
  if (Buffer.byteLength(sql) <= MAX_IDENTIFIER_BYTES) return sql;
  return tokenizeSql(sql)
    .map(({ text, name }) => {
      const short = name === undefined ? undefined : shorten(name);
      return short === undefined || short === name ? text : `"${short.replaceAll('"', '""')}"`;
    })
    .join("");
}

/** One spelling for expressions that differ in spaces and in needless quotes only. */
export function normalizeExpression(expression: Expression): Expression {
  if (typeof expression === "string") return normalizeText(expression);
  return { postgres: normalizeText(expression.postgres), sqlite: normalizeText(expression.sqlite) };
}

/** One spelling of a text; see `normalizeExpression`. */
export function normalizeText(sql: string): string {
  const parts: string[] = [];
  for (const token of tokenizeSql(sql)) {
    const isBlank = token.kind === "space" || token.kind === "comment";
    if (!isBlank) parts.push(isNeedlesslyQuoted(token) ? (token.name ?? "") : token.text);
    else if (parts.at(-1) !== " ") parts.push(" ");
  }
  return parts.join("").trim();
}

const SIMPLE = /^[a-z_][a-z0-9_]*$/;

/** The words that stand for themselves in an expression on both databases: no bare word of these is a column. */
const KEYWORDS: ReadonlySet<string> = new Set(
  (
    "all and any array as between both case cast check collate current_date current_time current_timestamp " +
    "default distinct else end except exists false for from ilike in is isnull leading like limit not " +
    "notnull null offset on or order select similar some symmetric then to trailing true union unique using when " +
    "where"
  ).split(" "),
);

/** True for a bare word that is no name of anything in an expression. */
export function isKeyword(word: string): boolean {
  return KEYWORDS.has(word.toLowerCase());
}

function denotes(tokens: readonly SqlToken[], at: number, name: string): boolean {
  const token = tokens[at];
  if (token?.kind === "quoted") return token.name === name;
  if (token?.kind !== "word") return false;
  const word = token.text.toLowerCase();
  return word === name.toLowerCase() && !KEYWORDS.has(word) && !isCalled(tokens, at);
}

function isCalled(tokens: readonly SqlToken[], at: number): boolean {
  const next = tokens.slice(at + 1, at + 4).find(({ kind }) => kind !== "space" && kind !== "comment");
  return next?.text === "(";
}

function isNeedlesslyQuoted({ kind, name = "" }: SqlToken): boolean {
  return kind === "quoted" && SIMPLE.test(name) && !KEYWORDS.has(name);
}

function unquote(text: string): string {
  if (text.startsWith("[")) return text.slice(1, -1);
  const quote = text.charAt(0);
  const end = text.length > 1 && text.endsWith(quote) ? -1 : text.length;
  return text.slice(1, end).replaceAll(quote + quote, quote);
}
