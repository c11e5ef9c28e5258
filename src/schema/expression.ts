/** The databases that a migration can be rendered for. */
export type DialectName = "postgres" | "sqlite";

/** SQL text: the same for every database, or one text for each. */
export type Expression = string | { readonly postgres: string; readonly sqlite: string };

/** The text of `expression` on one database. */
export function expressionFor(expression: Expression, dialect: DialectName): string {
  return typeof expression === "string" ? expression : expression[dialect];
}

/** A JSON value, as a default or a row carries it. */
export type Json =
  | string
  | number
  | boolean
  | null
  | readonly Json[]
  | { readonly [key: string]: Json | undefined };

/**
 * A value written into SQL, as plain data: a datetime, date, time or uuid is its ISO text, a decimal its digits as
 * text, a duration its milliseconds, binary its lower-case hexadecimal text. The column's type says which it is.
 */
export type Literal = Json | bigint;

/** A value that the database computes or holds: a literal, or an SQL expression. */
export type SqlValue = { readonly value: Literal } | { readonly expression: Expression };

/** The expression that is the moment of the statement, in the form in which a datetime column keeps it. */
export const NOW = {
  expression: { postgres: "CURRENT_TIMESTAMP", sqlite: "(strftime('%Y-%m-%d %H:%M:%f', 'now'))" },
} as const satisfies SqlValue;
