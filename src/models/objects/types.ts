/** The keys of every member of a union. */
export type KeysOf<T> = T extends unknown ? keyof T : never;

/** What `update` takes: any of the keys of `create`. */
export type Update<Create> = Create extends unknown ? Partial<Create> : never;

/** An attribute to sort by; `-` before it means descending. */
export type OrderBy<Row> = (keyof Row & string) | `-${keyof Row & string}`;

/**
 * Conditions on a row. All keys must hold. A value means equality and `null` means NULL; a relation may be given by
 * a row of its target instead of its key.
 */
export type Where<Row extends object, Create extends object = Row> = {
  readonly [K in keyof Row]?: Condition<Row[K]>;
} & {
  readonly [K in Exclude<KeysOf<Create>, keyof Row>]?: ValueAt<Create, K> | null;
} & {
  /** At least one of them holds; an empty list matches nothing. */
  readonly $or?: readonly Where<Row, Create>[];
  readonly $and?: readonly Where<Row, Create>[];
  /** It does not hold, be it false or, because of a NULL, unknown. */
  readonly $not?: Where<Row, Create>;
};

type ValueAt<T, K> = T extends unknown ? (K extends keyof T ? Exclude<T[K], undefined> : never) : never;

/** The condition on one attribute with values of type `T`. JSON can only be tested for NULL. */
export type Condition<T> =
  | null
  | ([NonNullable<T>] extends [Comparable]
      ? NonNullable<T> | Operators<NonNullable<T>>
      : { readonly isNull?: boolean });

type Comparable = string | number | bigint | boolean | Date | Uint8Array;

/** The operators for values of type `V`; several together must all hold. */
export type Operators<V> = {
  readonly eq?: V | null;
  /** Also matches rows that hold NULL, unless the value is null. */
  readonly ne?: V | null;
  /** An empty list matches nothing. */
  readonly in?: readonly (V | null)[];
  /** Also matches rows that hold NULL, unless the list has a null. */
  readonly notIn?: readonly (V | null)[];
  readonly isNull?: boolean;
} & ([V] extends [boolean | Uint8Array] ? unknown : IsLiteral<V> extends true ? unknown : OrderOperators<V>) &
  ([V] extends [string] ? TextOperators : unknown);

// An enum is a union of literals: `string extends V` is false for it.
type IsLiteral<V> = [V] extends [string] ? (string extends V ? false : true) : false;

/** Text is ordered by the rules (collation) of its database. */
export interface OrderOperators<V> {
  readonly gt?: V;
  readonly gte?: V;
  readonly lt?: V;
  readonly lte?: V;
  /** From the first to the second, both included. */
  readonly between?: readonly [V, V];
}

/**
 * Search in text. No character is special. Upper and lower case differ, except in those that begin with `i`: these
 * fold the letters of ASCII, on every database alike.
 */
export interface TextOperators {
  readonly contains?: string;
  readonly startsWith?: string;
  readonly endsWith?: string;
  readonly iContains?: string;
  readonly iExact?: string;
}
