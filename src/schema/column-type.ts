import type { Expression } from "./expression.ts";

/**
 * The portable column types. Each dialect says what its database calls them; the names are those of the
 * field builders.
 */
export type ColumnType =
  | ElementType
  | { readonly kind: "json" }
  /** One of the values of the enum of that name in the schema. */
  | { readonly kind: "enum"; readonly name: string }
  /** A list: an array on PostgreSQL, JSON on SQLite. */
  | { readonly kind: "array"; readonly of: ElementType }
  /** Whatever a database calls by that text: of SQLite it may be "", no type at all. */
  | { readonly kind: "raw"; readonly type: Expression };

/** The types that the elements of a list can have. */
export type ElementType =
  | { readonly kind: "smallInt" }
  | { readonly kind: "int" }
  | { readonly kind: "bigInt" }
  /** IEEE 754 double precision. */
  | { readonly kind: "float" }
  /** Exact: `maxDigits` significant digits in all, `decimalPlaces` of them after the point. */
  | { readonly kind: "decimal"; readonly maxDigits: number; readonly decimalPlaces: number }
  /** At most `maxLength` characters. */
  | { readonly kind: "char"; readonly maxLength: number }
  | { readonly kind: "text" }
  | { readonly kind: "binary" }
  | { readonly kind: "boolean" }
  /** A moment in time (with time zone on PostgreSQL, UTC text on SQLite). */
  | { readonly kind: "datetime" }
  | { readonly kind: "date" }
  | { readonly kind: "time" }
  /** A length of time in milliseconds. */
  | { readonly kind: "duration" }
  | { readonly kind: "uuid" };

export type ColumnKind = ColumnType["kind"];

/** True for a type that the elements of a list can have. */
export function isElement(type: ColumnType): type is ElementType {
  return type.kind !== "json" && type.kind !== "enum" && type.kind !== "array" && type.kind !== "raw";
}

/** True for a type whose values a collation can put in order; of a raw type the database knows. */
export function mayHaveCollation({ kind }: ColumnType): boolean {
  return kind === "char" || kind === "text" || kind === "raw";
}

/** True for the types that can count by themselves when they are a whole primary key. */
export function isInteger(type: ColumnType): boolean {
  return type.kind === "smallInt" || type.kind === "int" || type.kind === "bigInt";
}
