import type { Expression, Json, Literal, SqlValue } from "../schema/expression.ts";
import { array, type Code, call, object, text } from "./code.ts";

/** What most names are: nothing to escape, and no quotes to choose. */
const PLAIN = /^[\w .,()-]*$/;

/**
 * A string literal in the quotes that need fewer escapes. Control and other invisible characters and lone
 * surrogates are escaped, so that what an editor shows is what the string holds.
 */
export function stringLiteral(value: string): string {
  if (PLAIN.test(value)) return `"${value}"`;
  const quote = count(value, '"') > count(value, "'") ? "'" : '"';
  return quote + escapeText(value, (character) => character === quote) + quote;
}

/** A template literal: lines stay lines. */
export function templateLiteral(value: string): string {
  const escaped = escapeText(value, (character) => character === "`", "\n").replaceAll("${", "\\${");
  return `\`${escaped}\``;
}

/** The key of an object literal, quoted where it needs it. */
export function objectKey(name: string): string {
  // As a plain key it would set the prototype.
  if (name === "__proto__") return '["__proto__"]';
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : stringLiteral(name);
}

export const string = (value: string): Code => text(stringLiteral(value));

export const strings = (values: readonly string[]): Code => array(values.map(string));

/** A literal as it is loaded again: bigint stays bigint, -0 stays -0. */
export function literal(value: Literal): Code {
  if (typeof value === "bigint") return text(`${value}n`);
  if (typeof value === "string") return string(value);
  if (typeof value === "number") return text(numberLiteral(value));
  if (typeof value === "boolean" || value === null) return text(String(value));
  if (isList(value)) return array(value.map(literal));
  return object(
    Object.entries(value).map(([key, inner]) =>
      inner === undefined ? undefined : [objectKey(key), literal(inner)],
    ),
  );
}

/** SQL text for both databases, or one for each. */
export function expression(value: Expression): Code {
  if (typeof value === "string") return string(value);
  return object([
    ["postgres", string(value.postgres)],
    ["sqlite", string(value.sqlite)],
  ]);
}

/** A default or a fill: a literal, or `m.sql(...)`. */
export function sqlValue(value: SqlValue): Code {
  return "expression" in value ? call("m.sql", [expression(value.expression)]) : literal(value.value);
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

function numberLiteral(value: number): string {
  return Object.is(value, -0) ? "-0" : String(value).replace("e+", "e");
}

function count(value: string, character: string): number {
  return value.split(character).length - 1;
}

const SHORT: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t", "\\": "\\\\" };

function escapeText(value: string, isQuote: (character: string) => boolean, verbatim?: string): string {
  return value.replace(/[\\"'`\p{C}\p{Zl}\p{Zp}]/gu, (character) => {
    if (character === verbatim) return character;
    if (/["'`]/.test(character)) return isQuote(character) ? `\\${character}` : character;
    return SHORT[character] ?? codePoint(character);
  });
}

function codePoint(character: string): string {
  const hex = (character.codePointAt(0) ?? 0).toString(16);
  return hex.length > 4 ? `\\u{${hex}}` : `\\u${hex.padStart(4, "0")}`;
}
