import { ModelError } from "../errors.ts";
import type { Expression } from "./expression.ts";

const SQL: unique symbol = Symbol.for("yara-orm.sql");

/** SQL text where a model could also hold a plain value. */
export interface SqlExpression {
  readonly [SQL]: true;
  readonly expression: Expression;
}

/**
 * Marks text as an SQL expression: `dbDefault: sql("CURRENT_DATE")`, or one text for each database. Throws a
 * ModelError for empty text and for a database without one.
 */
export function sql(expression: Expression): SqlExpression {
  const problem = expressionProblem(expression);
  if (problem !== undefined) throw new ModelError(`sql(): ${problem}`, EXPRESSION_HINT);
  const data: Expression =
    typeof expression === "string"
      ? expression
      : Object.freeze({ postgres: expression.postgres, sqlite: expression.sqlite });
  return Object.freeze({ [SQL]: true as const, expression: data });
}

/** True for the result of `sql()`, also of another copy of the package. */
export function isSql(value: unknown): value is SqlExpression {
  return typeof value === "object" && value !== null && SQL in value;
}

/** What to do about an expression that is refused. */
export const EXPRESSION_HINT =
  'Give SQL text that both databases understand, or { postgres: "...", sqlite: "..." } with a text for each.';

/** What is wrong with an expression, or undefined if nothing is. */
export function expressionProblem(expression: unknown): string | undefined {
  if (typeof expression === "string") return textProblem(expression);
  if (typeof expression !== "object" || expression === null) return "the expression is not text";
  for (const dialect of ["postgres", "sqlite"]) {
    const text: unknown = Reflect.get(expression, dialect);
    if (typeof text !== "string") return `the expression has no text for ${dialect}`;
    const problem = textProblem(text);
    if (problem !== undefined) return `${problem} (${dialect})`;
  }
  const extra = Object.keys(expression).find((key) => key !== "postgres" && key !== "sqlite");
  return extra === undefined ? undefined : `"${extra}" is not a database that is known`;
}

function textProblem(text: string): string | undefined {
  if (text.trim() === "") return "the expression is empty";
  return text.includes("\0") ? "the expression contains a NUL character" : undefined;
}
