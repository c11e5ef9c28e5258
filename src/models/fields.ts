import type { ColumnKind, ElementType } from "../schema/column-type.ts";
import type { Json } from "../schema/expression.ts";
import type { SqlExpression } from "../schema/sql.ts";
import { FIELD, type Field, type FieldKind, type FieldOptions, type Target } from "./field.ts";
import type {
  ArrayOptions,
  CharOptions,
  ColumnOptions,
  DatetimeOptions,
  DecimalOptions,
  EnumOptions,
  Exact,
  IntegerOptions,
  JsonDefault,
  JsonGenerated,
  JsonNull,
  JsonOptions,
  ManyToManyOptions,
  NoOptions,
  RawDefault,
  RawGenerated,
  RawKey,
  RawNull,
  RawOptions,
  RelationOptions,
  TextOptions,
} from "./field-options.ts";

/**
 * The builders of fields. They check nothing themselves: `defineModel` does, where the names of the model and
 * the field are known.
 */
export const fields = {
  /** A whole number of 16 bits. */
  smallInt: integer<"smallInt", number>("smallInt"),
  /** A whole number of 32 bits. */
  int: integer<"int", number>("int"),
  /** A whole number of 64 bits, a `bigint` in TypeScript. */
  bigInt: integer<"bigInt", bigint>("bigInt"),
  /** A number in double precision. */
  float: column<"float", number>("float"),
  /** An exact number, a string of digits in TypeScript. */
  decimal<const O extends DecimalOptions>(
    options: O & Exact<O, DecimalOptions>,
  ): Field<"decimal", string, O> {
    return make("decimal", options);
  },
  /** Text of at most `maxLength` characters. */
  char<const O extends CharOptions>(options: O & Exact<O, CharOptions>): Field<"char", string, O> {
    return make("char", options);
  },
  text<const O extends TextOptions = NoOptions>(
    options?: O & Exact<O, TextOptions>,
  ): Field<"text", string, O> {
    return make("text", options);
  },
  binary: column<"binary", Uint8Array>("binary"),
  boolean: column<"boolean", boolean>("boolean"),
  /** A moment in time. */
  datetime<const O extends DatetimeOptions = NoOptions>(
    options?: O & Exact<O, DatetimeOptions>,
  ): Field<"datetime", Date, O> {
    return make("datetime", options);
  },
  /** A day, `YYYY-MM-DD`. */
  date: column<"date", string>("date"),
  /** A time of day, `HH:MM:SS`. */
  time: column<"time", string>("time"),
  /** A length of time in whole milliseconds. */
  duration: column<"duration", number>("duration"),
  uuid: column<"uuid", string>("uuid"),
  json,
  raw,
  /** A list of values; `element` is a field that says of which: `fields.array(fields.int())`. */
  array<E extends Field<ElementType["kind"]>, const O extends ArrayOptions<ElementOf<E>> = NoOptions>(
    element: E,
    options?: O & Exact<O, ArrayOptions<ElementOf<E>>>,
  ): Field<"array", ElementOf<E>[], O> {
    return make("array", options, { element });
  },
  /** One of `values`. */
  enum<const V extends string, const O extends EnumOptions<V>>(
    options: O & EnumOptions<V> & Exact<O, EnumOptions>,
  ): Field<"enum", V, O> {
    return make("enum", options);
  },
  /**
   * A reference to a row of another model. The target is the model's name or `() => User`; the type of the key is
   * inferred from a function only. A model that refers to itself, or two that refer to each other, use the name:
   * TypeScript cannot infer a type from itself. It gets no index unless `index: true` asks for one.
   */
  foreignKey: relation("foreignKey"),
  /** A foreign key that at most one row has for each row of the target. */
  oneToOne: relation("oneToOne"),
  /** Rows of both models in any combination, kept in a join table or in the model `through`. */
  manyToMany<const T extends Target, const O extends ManyToManyOptions = NoOptions>(
    target: T,
    options?: O & Exact<O, ManyToManyOptions>,
  ): Field<"manyToMany", T, O> {
    return make("manyToMany", options, { target });
  },
};

type ElementOf<E extends Field> = NonNullable<E["$types"]>["value"];

/** A JSON value; `fields.json<Settings>()` says what it looks like. */
function json(options: JsonGenerated<Json> & JsonNull<Json>): Field<"json", Json, GeneratedNull>;
function json(options: JsonGenerated<Json>): Field<"json", Json, { generated: SqlExpression }>;
function json(options: JsonNull<Json>): Field<"json", Json, { null: true }>;
function json(options: JsonDefault<Json>): Field<"json", Json, { default: true }>;
function json(options?: JsonOptions<Json>): Field<"json", Json, NoOptions>;
function json<V>(options: JsonGenerated<V> & JsonNull<V>): Field<"json", V, GeneratedNull>;
function json<V>(options: JsonGenerated<V>): Field<"json", V, { generated: SqlExpression }>;
function json<V>(options: JsonNull<V>): Field<"json", V, { null: true }>;
function json<V>(options: JsonDefault<V>): Field<"json", V, { default: true }>;
function json<V>(options?: JsonOptions<V>): Field<"json", V, NoOptions>;
// Overloads, because TypeScript cannot infer the options where the type of the value is
// given, and would infer `unknown` from the model around the field where it is not.
function json(options?: object): Field {
  return make("json", options);
}

/**
 * A value of any type that the databases have: `fields.raw({ postgres: "citext", sqlite: "TEXT" })`. Its values are
 * written and read as the driver takes and gives them; `fields.raw<number>(...)` says what they look like.
 */
function raw<const O extends RawOptions<string>>(
  options: O & Exact<O, RawOptions<string>>,
): Field<"raw", string, O>;
function raw<V>(options: RawGenerated<V> & RawNull<V>): Field<"raw", V, GeneratedNull>;
function raw<V>(options: RawGenerated<V>): Field<"raw", V, { generated: SqlExpression }>;
function raw<V>(options: RawNull<V>): Field<"raw", V, { null: true }>;
function raw<V>(options: RawKey<V> & RawDefault<V>): Field<"raw", V, { pk: true; default: true }>;
function raw<V>(options: RawKey<V>): Field<"raw", V, { pk: true }>;
function raw<V>(options: RawDefault<V>): Field<"raw", V, { default: true }>;
function raw<V>(options: RawOptions<V>): Field<"raw", V, NoOptions>;
// Overloads for the same reason as those of `json`.
function raw(options: object): Field {
  return make("raw", options);
}

type GeneratedNull = { generated: SqlExpression; null: true };

function column<K extends ColumnKind, V>(kind: K) {
  return <const O extends ColumnOptions<V> = NoOptions>(
    options?: O & Exact<O, ColumnOptions<V>>,
  ): Field<K, V, O> => make(kind, options);
}

function integer<K extends "smallInt" | "int" | "bigInt", V>(kind: K) {
  return <const O extends IntegerOptions<V> = NoOptions>(
    options?: O & Exact<O, IntegerOptions<V>>,
  ): Field<K, V, O> => make(kind, options);
}

function relation<K extends "foreignKey" | "oneToOne">(kind: K) {
  return <const T extends Target, const O extends RelationOptions = NoOptions>(
    target: T,
    options?: O & Exact<O, RelationOptions>,
  ): Field<K, T, O> => make(kind, options, { target });
}

function make<K extends FieldKind, V, O extends object>(
  kind: K,
  options: FieldOptions | undefined,
  more?: Pick<Field, "target" | "element">,
): Field<K, V, O> {
  // A copy: an object that the caller changes later must not change the model.
  const data = Object.freeze({ ...options });
  const field = { [FIELD]: true as const, kind, options: data };
  return Object.freeze(more === undefined ? field : { ...field, ...more });
}
