import type { Fields } from "./field.ts";
import { fields as build } from "./fields.ts";
import { metaOf } from "./meta-of.ts";
import { type AnyModel, MODEL, type Model } from "./model.ts";
import type { KeyOptions, ModelOptions } from "./model-options.ts";
import { Objects } from "./objects/objects.ts";
import { registerModel } from "./registry.ts";
import type { FieldName, Keyed } from "./types.ts";
import { validateModel } from "./validate-model.ts";

/**
 * Declares a model and makes it known under its name. A model without a field marked `pk` gets
 * `id: fields.int({ pk: true })`. Throws a ModelError that names the model and the field for a declaration that
 * is wrong in itself; what depends on other models is checked once all are loaded.
 */
export function defineModel<F extends Fields, P extends boolean | KeyOptions = true>(
  name: string,
  fields: F,
  options: ModelOptions<FieldName<Keyed<F, P>>> & { readonly primaryKey?: P } = {},
): Model<Keyed<F, P>> {
  validateModel(name, fields, options);
  const hasKey = options.primaryKey === false || hasKeyField(fields);
  const model: AnyModel & { readonly objects: object } = Object.freeze({
    [MODEL]: true as const,
    name,
    fields: Object.freeze(hasKey ? { ...fields } : { id: build.int({ pk: true }), ...fields }),
    // A copy in depth, so that nothing the caller changes later changes the model.
    options: copy(options),
    objects: new Objects(() => metaOf(model)),
  });
  registerModel(model);
  // `fields` is what Keyed says, and the two properties that are missing exist for the type checker alone.
  return model as unknown as Model<Keyed<F, P>>;
}

function hasKeyField(fields: Fields): boolean {
  return Object.values(fields).some((field) => field.options.pk === true);
}

function copy<T>(value: T): T {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return Object.freeze(value.map(copy)) as T;
  const entries = Reflect.ownKeys(value).map((key) => [key, copy(Reflect.get(value, key))]);
  return Object.freeze(Object.fromEntries(entries)) as T;
}
