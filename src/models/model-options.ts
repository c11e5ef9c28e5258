import type { Expression } from "../schema/expression.ts";
import type { SqlExpression } from "../schema/sql.ts";

export interface IndexOptions<N extends string = string> {
  readonly fields: readonly N[];
  /** Derived from the table and its columns unless given. */
  readonly name?: string;
  readonly unique?: boolean;
}

export interface UniqueOptions<N extends string = string> {
  readonly unique: readonly N[];
  readonly name?: string;
}

export interface CheckOptions {
  /** SQL that must not be false for any row; it speaks of columns, not of fields. */
  readonly check: Expression | SqlExpression;
  /** Derived from the expression unless given. */
  readonly name?: string;
}

/** The options of a model; `N` is the names of its fields, a relation as `author` or as `authorId`. */
export interface ModelOptions<N extends string = string> {
  /** The table's name, where it is not the model's name in snake_case. */
  readonly table?: string;
  readonly indexes?: readonly (readonly N[] | IndexOptions<N>)[];
  readonly uniqueTogether?: readonly (readonly N[])[];
  readonly constraints?: readonly (UniqueOptions<N> | CheckOptions)[];
  /** The order of rows where a query asks for none; `-` before a name means descending. */
  readonly ordering?: readonly (N | `-${N}`)[];
  /** Kept as the table's comment where the database has comments. */
  readonly description?: string;
}
