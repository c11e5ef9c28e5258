import type { Expression } from "../schema/expression.ts";
import type { SqlExpression } from "../schema/sql.ts";
import type { Deferrable, ReferentialAction } from "../schema/table.ts";
import type { Target } from "./field.ts";

/** What `onDelete` and `onUpdate` may say. */
export const REFERENTIAL_ACTIONS: ReadonlySet<ReferentialAction> = new Set<ReferentialAction>([
  "noAction",
  "restrict",
  "cascade",
  "setNull",
  "setDefault",
]);

/** The options that every column has; `V` is the type of its values. */
export interface ColumnOptions<V> {
  /** Part of the primary key; several such fields make a composite key in the order of the fields. */
  readonly pk?: boolean;
  /** Whether the column may be NULL; false unless given. */
  readonly null?: boolean;
  /** What the application writes where no value is given: a value, or a function called for each row. */
  readonly default?: V | (() => V);
  /** What the database writes where no value is given: a value, or an expression made with `sql()`. */
  readonly dbDefault?: V | SqlExpression;
  /**
   * The database computes the value from other columns of the row, in SQL that speaks of columns and is made with
   * `sql()`; nobody writes to the field.
   */
  readonly generated?: SqlExpression;
  /** Whether a generated value is kept in the table; true unless given. False needs PostgreSQL 18, or SQLite. */
  readonly stored?: boolean;
  readonly unique?: boolean;
  /** An index on this column alone. */
  readonly index?: boolean;
  /** The column's name, where it is not the field's name in snake_case. */
  readonly dbColumn?: string;
  /** Kept as the column's comment where the database has comments. */
  readonly description?: string;
}

export interface IntegerOptions<V> extends ColumnOptions<V> {
  /**
   * Numbered by the database. A key of one integer is, unless this is false or it has a default. SQLite numbers nothing
   * but such a key.
   */
  readonly autoIncrement?: boolean;
}

export interface DecimalOptions extends ColumnOptions<string> {
  /** Significant digits in all, 1 to 1000. */
  readonly maxDigits: number;
  /** Digits after the point, 0 to `maxDigits`. */
  readonly decimalPlaces: number;
}

export interface TextOptions extends ColumnOptions<string> {
  /** The name of a collation of the database, or one for each: `{ postgres: "C", sqlite: "NOCASE" }`. */
  readonly collation?: Expression;
}

export interface CharOptions extends TextOptions {
  /** In characters. */
  readonly maxLength: number;
}

export interface DatetimeOptions extends ColumnOptions<Date> {
  /** Set to the present moment by the application on create and on update. */
  readonly autoNow?: boolean;
  /** Set to the present moment by the application on create. */
  readonly autoNowAdd?: boolean;
}

export interface JsonOptions<V> extends Omit<ColumnOptions<V>, "pk"> {}

/** The options of a column of lists of `V`. */
export interface ArrayOptions<V> extends Omit<ColumnOptions<readonly V[]>, "pk"> {}

/** The options of a JSON column that has a default of either kind. */
export type JsonDefault<V> = JsonOptions<V> &
  ({ readonly default: V | (() => V) } | { readonly dbDefault: V | SqlExpression });

/** The options of a JSON column that may be NULL. */
export type JsonNull<V> = JsonOptions<V> & { readonly null: true };

/** The options of a JSON column that the database computes. */
export type JsonGenerated<V> = Omit<JsonOptions<V>, "default" | "dbDefault"> & {
  readonly generated: SqlExpression;
};

export interface EnumOptions<V extends string = string> extends ColumnOptions<NoInfer<V>> {
  readonly values: readonly [V, ...V[]];
  /** The enum's name in the database, `<table>_<column>` unless given; fields with the same name share one enum. */
  readonly name?: string;
}

/** The value of a key that a relation holds, where the target's type is not known. */
export type AnyKey = number | bigint | string;

export interface RelationOptions extends Omit<ColumnOptions<AnyKey>, "generated" | "stored"> {
  /** What happens to this row when the row that it refers to is deleted; `noAction` unless given. */
  readonly onDelete?: ReferentialAction;
  /** The same when the key that it refers to changes. */
  readonly onUpdate?: ReferentialAction;
  /** Checked when the transaction ends ("deferred"), or at once until a transaction asks for that ("immediate"). */
  readonly deferrable?: Deferrable;
  /** The name of the foreign key in the database, derived from the table and the column unless given. */
  readonly name?: string;
  /** The name of the way back, unique among the names of the target. */
  readonly relatedName?: string;
}

export interface RawOptions<V> extends ColumnOptions<V> {
  /** The type on PostgreSQL, as it stands in a statement: `citext`, `vector(3)`, `int4range`. */
  readonly postgres: string;
  /** The type that is declared on SQLite; "" for none. */
  readonly sqlite: string;
  /** The name of a collation of the database, or one for each. */
  readonly collation?: Expression;
}

/** The options of a raw column that has a default of either kind. */
export type RawDefault<V> = RawOptions<V> &
  ({ readonly default: V | (() => V) } | { readonly dbDefault: V | SqlExpression });

/** The options of a raw column that may be NULL. */
export type RawNull<V> = RawOptions<V> & { readonly null: true };

/** The options of a raw column that is the key. */
export type RawKey<V> = RawOptions<V> & { readonly pk: true };

/** The options of a raw column that the database computes. */
export type RawGenerated<V> = Omit<RawOptions<V>, "default" | "dbDefault" | "pk"> & {
  readonly generated: SqlExpression;
};

export interface ManyToManyOptions {
  /** The model that joins the two, where it carries more than the two keys: no join table is made then. */
  readonly through?: Target;
  /** The name of the join table, `<table>_<field>` unless given. */
  readonly table?: string;
  readonly relatedName?: string;
  readonly description?: string;
}

/** Forbids the keys of `O` that `Shape` does not have, which inference alone would let pass. */
export type Exact<O, Shape> = { readonly [K in Exclude<keyof O, keyof Shape>]: never };

/** No options at all. */
export type NoOptions = Readonly<Record<never, never>>;
