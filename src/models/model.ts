import type { Fields } from "./field.ts";
import type { ModelOptions } from "./model-options.ts";
import type { Objects } from "./objects/objects.ts";
import type { Create, Row } from "./types.ts";

/** The brand of models, shared by all copies of the package in a process. */
export const MODEL: unique symbol = Symbol.for("yara-orm.model");

/** A model of whatever fields: what the schema is made of. */
export interface AnyModel {
  readonly [MODEL]: true;
  readonly name: string;
  readonly fields: Fields;
  readonly options: ModelOptions;
}

/** A model as `defineModel` returns it; `objects` reads and writes its rows. */
export interface Model<F extends Fields> extends AnyModel {
  readonly fields: F;
  readonly objects: Objects<Row<F>, Create<F>>;
  /** Types only: undefined at run time. */
  readonly $inferRow: Row<F>;
  /** Types only: undefined at run time. */
  readonly $inferCreate: Create<F>;
}

/** The type of a model's rows: `RowOf<typeof User>`. */
export type RowOf<M extends AnyModel> = Row<M["fields"]>;

/** The type of what a row of the model is created from: `CreateOf<typeof User>`. */
export type CreateOf<M extends AnyModel> = Create<M["fields"]>;

/** True for a model, also of another copy of the package. */
export function isModel(value: unknown): value is AnyModel {
  return typeof value === "object" && value !== null && MODEL in value;
}
