import type { ColumnKind } from "../schema/column-type.ts";
import type { Expression } from "../schema/expression.ts";
import type { Deferrable, ReferentialAction } from "../schema/table.ts";
import type { AnyModel } from "./model.ts";

/** The brand of fields, shared by all copies of the package in a process. */
export const FIELD: unique symbol = Symbol.for("yara-orm.field");

export type RelationKind = "foreignKey" | "oneToOne";
export type FieldKind = ColumnKind | RelationKind | "manyToMany";

/** The model that a relation points to: its name, or a function that returns it once all modules are loaded. */
export type Target = string | (() => AnyModel);

/** Every option that some field has, as it arrives at run time; validate-field.ts says which field takes which. */
export interface FieldOptions {
  readonly pk?: boolean;
  readonly null?: boolean;
  readonly default?: unknown;
  readonly dbDefault?: unknown;
  readonly collation?: Expression;
  readonly generated?: unknown;
  readonly stored?: boolean;
  readonly unique?: boolean;
  readonly index?: boolean;
  readonly dbColumn?: string;
  readonly description?: string;
  readonly autoIncrement?: boolean;
  readonly maxLength?: number;
  readonly maxDigits?: number;
  readonly decimalPlaces?: number;
  readonly autoNow?: boolean;
  readonly autoNowAdd?: boolean;
  readonly values?: readonly string[];
  readonly name?: string;
  readonly onDelete?: ReferentialAction;
  readonly onUpdate?: ReferentialAction;
  readonly deferrable?: Deferrable;
  readonly relatedName?: string;
  readonly postgres?: string;
  readonly sqlite?: string;
  readonly through?: Target;
  readonly table?: string;
}

/**
 * One field of a model: frozen data that knows neither its own name nor its model, so that it can be shared by
 * several. `V` is the type of its value (of a relation: its target), `O` the type of the options as written.
 */
export interface Field<K extends FieldKind = FieldKind, V = unknown, O extends object = object> {
  readonly [FIELD]: true;
  readonly kind: K;
  readonly options: FieldOptions;
  /** Of a relation only. */
  readonly target?: Target;
  /** Of a list only: the field that describes its elements. */
  readonly element?: Field;
  /** Types only: absent at run time. */
  readonly $types?: { readonly value: V; readonly options: O };
}

/** The fields of a model by name. */
export type Fields = Readonly<Record<string, Field>>;

/** True for a field, also of another copy of the package. */
export function isField(value: unknown): value is Field {
  return typeof value === "object" && value !== null && FIELD in value;
}

/** True for a field that is a column with a foreign key. */
export function isRelation(field: Field): field is Field<RelationKind> {
  return field.kind === "foreignKey" || field.kind === "oneToOne";
}

/** True for a field that is a column with a value of its own. */
export function isValue(field: Field): field is Field<ColumnKind> {
  return !isRelation(field) && field.kind !== "manyToMany";
}
