import type { Expression } from "../schema/expression.ts";

const BRAND = Symbol.for("yara-orm.sql");

/** SQL text that stands where a value could: it is not quoted. */
export interface Sql {
  readonly expression: Expression;
  readonly [BRAND]: true;
}

/** Marks SQL text: the same for both databases, or one text for each. */
export function sql(expression: Expression): Sql {
  return Object.freeze({ expression, [BRAND]: true as const });
}

/** True for what `sql` has made, also by another copy of the package. */
export function isSql(value: unknown): value is Sql {
  return typeof value === "object" && value !== null && BRAND in value;
}
