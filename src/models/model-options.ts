import type { Expression } from "../schema/expression.ts";
import type { SqlExpression } from "../schema/sql.ts";
import type { Deferrable, IndexMethod, ReferentialAction } from "../schema/table.ts";
import type { Target } from "./field.ts";

/** A field, `-` before it means descending, or an object where there is more to say. */
export type IndexField<N extends string = string> = N | `-${N}` | IndexKeyOptions<N>;

/** A part of an index: a field or an expression. */
export interface IndexKeyOptions<N extends string = string> {
  readonly field?: N;
  /** SQL that speaks of columns, not of fields. */
  readonly expression?: Expression | SqlExpression;
  readonly order?: "desc";
  /** Where NULLs go; left out on SQLite. */
  readonly nulls?: "first" | "last";
  /** The operator class; left out on SQLite. */
  readonly opclass?: string;
}

export interface IndexOptions<N extends string = string> {
  readonly fields: readonly IndexField<N>[];
  /** Derived from the table and its columns unless given. */
  readonly name?: string;
  readonly unique?: boolean;
  /** Only the rows that meet this condition; SQL that speaks of columns, not of fields. */
  readonly where?: Expression | SqlExpression;
  /** Fields that the index carries along; left out on SQLite. */
  readonly include?: readonly N[];
  /** The access method where it is not a B-tree. SQLite has B-trees only: there `hash` is one, and the others are left out. */
  readonly method?: IndexMethod;
}

export interface KeyOptions {
  /** `<table>_pkey` unless given. */
  readonly name?: string;
  /** When it is checked: left out on SQLite, which checks at once. PostgreSQL lets no foreign key refer to such a key. */
  readonly deferrable?: Deferrable;
}

export interface UniqueOptions<N extends string = string> {
  readonly unique: readonly N[];
  readonly name?: string;
  /** When it is checked: left out on SQLite, which checks at once. */
  readonly deferrable?: Deferrable;
  /** Two NULLs count as equal (PostgreSQL 15); left out on SQLite. */
  readonly nullsNotDistinct?: boolean;
}

/** A foreign key of several fields. One of a single field is a field itself: `fields.foreignKey`. */
export interface ForeignKeyOptions<N extends string = string> {
  readonly foreignKey: readonly N[];
  /** The model, and its fields in the same order where they are not its primary key. */
  readonly references: { readonly model: Target; readonly fields?: readonly string[] };
  readonly onDelete?: ReferentialAction;
  readonly onUpdate?: ReferentialAction;
  readonly deferrable?: Deferrable;
  /** Derived from the table and its columns unless given. */
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
  /** The table's name, where it is not the model's name in snake_case; `schema.table` says both. */
  readonly table?: string;
  /** The schema of the database that holds the table, where it is not the current one; on SQLite a part of its name. */
  readonly schema?: string;
  /**
   * False: the table has no primary key. Otherwise a model without a field marked `pk` gets the key `id`. An object says
   * more of the constraint.
   */
  readonly primaryKey?: boolean | KeyOptions;
  readonly indexes?: readonly (readonly IndexField<N>[] | IndexOptions<N>)[];
  readonly uniqueTogether?: readonly (readonly N[])[];
  readonly constraints?: readonly (UniqueOptions<N> | CheckOptions | ForeignKeyOptions<N>)[];
  /** The order of rows where a query asks for none; `-` before a name means descending. */
  readonly ordering?: readonly (N | `-${N}`)[];
  /**
   * Extensions of PostgreSQL that the table needs besides those that its types, operator classes and functions tell by
   * themselves (`citext`, `pg_trgm`, ...); nothing on SQLite.
   */
  readonly extensions?: readonly string[];
  /** Kept as the table's comment where the database has comments. */
  readonly description?: string;
}
