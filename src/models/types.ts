import type { Field, Fields, RelationKind } from "./field.ts";
import type { AnyKey, NoOptions } from "./field-options.ts";
import type { KeyOptions } from "./model-options.ts";

/** The fields of a model with the key `id` that a model without a key gets. */
export type WithKey<F extends Fields> = [KeyNames<F>] extends [never]
  ? { [K in keyof F | "id"]: K extends keyof F ? F[K] : Field<"int", number, { readonly pk: true }> }
  : F;

/** The fields of a model; without a key of its own if `P` is false. */
export type Keyed<F extends Fields, P extends boolean | KeyOptions> = P extends false ? F : WithKey<F>;

/** A row as it is read: the attributes of the fields, without many-to-many fields. */
export type Row<F extends Fields> = Simplify<{
  -readonly [K in keyof F & string as Attribute<K, F[K]>]: Value<F[K]>;
}>;

/**
 * What a row is created from; generated fields are not. Optional: what has a default, may be null or is generated. A relation is given as
 * `authorId` or as `author`, a row of its target.
 */
export type Create<F extends Fields> = Simplify<
  { -readonly [K in WrittenNames<F> as K extends OptionalNames<F> ? never : K]: Value<F[K]> } & {
    -readonly [K in WrittenNames<F> as K extends OptionalNames<F> ? K : never]?: Value<F[K]> | undefined;
  } & OptionalRelations<F, RelationNames<F> & OptionalNames<F>> &
    RequiredRelations<F, Exclude<RelationNames<F>, OptionalNames<F>>>
>;

/** The names that the options of a model may use. */
export type FieldName<F extends Fields> = ValueNames<F> | RelationNames<F> | `${RelationNames<F>}Id`;

/** A conditional type, because editors show its result where they show a mapped type by its name. */
type Simplify<T> = T extends unknown ? { [K in keyof T]: T[K] } : never;

type OptionsOf<X extends Field> = NonNullable<X["$types"]>["options"];
type ValueOf<X extends Field> = NonNullable<X["$types"]>["value"];

type NamesOfKind<F extends Fields, Kind> = {
  [K in keyof F & string]: F[K]["kind"] extends Kind ? K : never;
}[keyof F & string];
type RelationNames<F extends Fields> = NamesOfKind<F, RelationKind>;
type ValueNames<F extends Fields> = Exclude<keyof F & string, NamesOfKind<F, RelationKind | "manyToMany">>;
type WrittenNames<F extends Fields> = {
  [K in ValueNames<F>]: OptionsOf<F[K]> extends { readonly generated: Given } ? never : K;
}[ValueNames<F>];
type KeyNames<F extends Fields> = {
  [K in keyof F & string]: OptionsOf<F[K]> extends { readonly pk: true } ? K : never;
}[keyof F & string];

type Attribute<K extends string, X extends Field> = X["kind"] extends "manyToMany"
  ? never
  : X["kind"] extends RelationKind
    ? `${K}Id`
    : K;

type Value<X extends Field> = OptionsOf<X> extends { readonly null: true } ? Present<X> | null : Present<X>;
type Present<X extends Field> = X["kind"] extends RelationKind ? TargetKey<ValueOf<X>> : ValueOf<X>;

type Given = NonNullable<unknown>;
type HasDefault<X extends Field> =
  OptionsOf<X> extends
    | { readonly null: true }
    | { readonly default: Given }
    | { readonly dbDefault: Given }
    | { readonly autoNow: true }
    | { readonly autoIncrement: true }
    | { readonly autoNowAdd: true }
    ? true
    : false;
type OptionalNames<F extends Fields> =
  | { [K in keyof F & string]: HasDefault<F[K]> extends true ? K : never }[keyof F & string]
  | GeneratedKey<F, KeyNames<F>>;
/** A single integer key counts by itself; the parts of a composite key do not. */
type GeneratedKey<F extends Fields, K extends string> =
  IsUnion<K> extends true
    ? never
    : OptionsOf<F[K]> extends { readonly autoIncrement: false }
      ? never
      : NamesOfKind<Pick<F, K>, "smallInt" | "int" | "bigInt">;

/** The type of the single key of a relation's target; any key where the target is given by name. */
type TargetKey<T> = T extends () => { readonly fields: infer F extends Fields }
  ? string extends keyof F
    ? AnyKey
    : KeyNames<F> extends infer K extends keyof F
      ? Value<F[K]>
      : never
  : AnyKey;
type TargetRow<T> = T extends () => { readonly fields: infer F extends Fields }
  ? string extends keyof F
    ? object
    : Row<F>
  : object;

type OptionalRelations<F extends Fields, K extends string> = {
  [N in K as `${N}Id`]?: Value<F[N]> | undefined;
} & { [N in K]?: TargetRow<ValueOf<F[N]>> | Extract<Value<F[N]>, null> | undefined };

/**
 * Either form of each relation. The number of combinations doubles with each, so beyond five relations both
 * forms are optional to the compiler, and a missing one is found when the row is created.
 */
type RequiredRelations<F extends Fields, K extends string> = [K] extends [never]
  ? NoOptions
  : MoreThan<K, [1, 1, 1, 1, 1]> extends true
    ? OptionalRelations<F, K>
    : Intersected<{ [N in K]: (either: EitherForm<N, F[N]>) => void }[K]>;
type EitherForm<N extends string, X extends Field> =
  | ({ [K in `${N}Id`]: Value<X> } & { [K in N]?: never })
  | ({ [K in N]: TargetRow<ValueOf<X>> } & { [K in `${N}Id`]?: never });

/** The parameter that suits every function of a union: the intersection of their parameters. */
type Intersected<T> = [T] extends [(either: infer I) => void] ? I : never;
type IsUnion<T, U = T> = [T] extends [never]
  ? false
  : T extends unknown
    ? [U] extends [T]
      ? false
      : true
    : never;
/** Some one member of a union: of an overloaded function the last signature is inferred. */
type Member<T> = (T extends unknown ? (take: () => T) => void : never) extends (take: infer I) => void
  ? I extends () => infer One
    ? One
    : never
  : never;
type MoreThan<T, Limit extends readonly unknown[]> = [T] extends [never]
  ? false
  : Limit extends readonly [unknown, ...infer Rest]
    ? MoreThan<Exclude<T, Member<T>>, Rest>
    : true;
