import type { Expression } from "./expression.ts";

import { MAX_IDENTIFIER_BYTES, shorten } from "./naming.ts";

/** A piece of SQL text. `text` is the source; for identifiers `name` is what they denote. */
export interface SqlToken {
  readonly kind: "word" | "quoted" | "string" | "number" | "space" | "comment" | "symbol";
  readonly text: string;
  readonly name?: string;
}

const PATTERN =
  /(?<comment>--[^\n]*|\/\*[\s\S]*?(?:\*\/|$))|(?<string>[eE]?'(?:[^']|'')*(?:'|$)|\$(?<tag>[A-Za-z_]*)\$[\s\S]*?(?:\$\k<tag>\$|$))|(?<quoted>"(?:[^"]|"")*(?:"|$)|`(?:[^`]|``)*(?:`|$)|\[[A-Za-z_][^\]]*\])|(?<word>[\p{L}_][\p{L}\p{N}_$]*)|(?<number>\d[\w.]*)|(?<space>\s+)|(?<symbol>[\s\S])/gu;

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

/** True if the expression names that column: quoted exactly, or bare in any case. */
export function mentionsIdentifier(sql: string, name: string): boolean {
  return tokenizeSql(sql).some((token) => denotes(token, name));
}

/**
 * The expression with one identifier renamed; strings and comments stay as they are. The new name is quoted always: bare,
 * it could be a keyword.
 */
export function renameIdentifier(sql: string, from: string, to: string): string {
  return tokenizeSql(sql)
    .map((token) => (denotes(token, from) ? `"${to.replaceAll('"', '""')}"` : token.text))
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

function normalizeText(sql: string): string {
  return tokenizeSql(sql)
    .filter((token) => token.kind !== "comment")
    .map((token) => {
      if (token.kind === "space") return " ";
      return token.kind === "quoted" && token.name !== undefined && SIMPLE.test(token.name)
        ? token.name
        : token.text;
    })
    .join("")
    .trim();
}

const SIMPLE = /^[a-z_][a-z0-9_]*$/;

function denotes(token: SqlToken, name: string): boolean {
  if (token.kind === "quoted") return token.name === name;
  return token.kind === "word" && token.text.toLowerCase() === name.toLowerCase();
}

function unquote(text: string): string {
  if (text.startsWith("[")) return text.slice(1, -1);
  const quote = text.charAt(0);
  const end = text.length > 1 && text.endsWith(quote) ? -1 : text.length;
  return text.slice(1, end).replaceAll(quote + quote, quote);
}
