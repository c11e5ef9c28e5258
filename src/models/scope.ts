import { ModelError } from "../errors.ts";
import { suggest } from "../nearest.ts";
import { messageOf } from "../shown.ts";
import type { Target } from "./field.ts";
import { type AnyModel, isModel } from "./model.ts";
import { findModel, registeredModels } from "./registry.ts";
import { fieldError } from "./validate-field.ts";

/** The models among which relations are resolved. */
export interface Scope {
  find(name: string): AnyModel | undefined;
  names(): readonly string[];
  /** The model of the scope that a thunk's result stands for, or undefined if it is none of them. */
  adopt(model: AnyModel): AnyModel | undefined;
}

/** All models of the process: what the query layer works with. */
export const REGISTERED: Scope = {
  find: findModel,
  names: () => registeredModels().map((model) => model.name),
  adopt: (model) => model,
};

/** A given set of models. Throws a ModelError if two of them have one name; the same model twice counts once. */
export function scopeOf(models: readonly AnyModel[]): Scope & { readonly models: readonly AnyModel[] } {
  const byName = new Map<string, AnyModel>();
  for (const model of models) {
    const other = byName.get(model.name);
    if (other !== undefined && other !== model) {
      const hint =
        "Relations could not tell them apart: rename one of them, and keep its table with the option table.";
      throw new ModelError(`two models have the name ${model.name}`, hint);
    }
    byName.set(model.name, model);
  }
  return {
    models: [...byName.values()],
    find: (name) => byName.get(name),
    names: () => [...byName.keys()],
    adopt: (model) => byName.get(model.name),
  };
}

/** The model that a relation points to. Throws a ModelError that names the relation if there is none. */
export function resolveTarget(
  model: AnyModel,
  field: string,
  target: Target | undefined,
  scope: Scope,
): AnyModel {
  if (typeof target === "string") {
    const found = scope.find(target);
    if (found !== undefined) return found;
    const hint = `${suggest(target, scope.names())} A model counts once its module is imported and exports it.`;
    throw fieldError(model.name, field, `there is no model "${target}"`, hint);
  }
  if (typeof target !== "function") {
    throw fieldError(model.name, field, "the target is missing", "Give the name of a model or () => Model.");
  }
  const result = call(model, field, target);
  if (!isModel(result)) {
    const hint =
      "Return the result of defineModel; with modules that import each other, give the model's name instead.";
    throw fieldError(model.name, field, "the function that gives the target does not return a model", hint);
  }
  const found = scope.adopt(result);
  if (found !== undefined) return found;
  const hint = `Export ${result.name} from one of the modules that hold the models.`;
  throw fieldError(model.name, field, `the model ${result.name} is not among the models`, hint);
}

function call(model: AnyModel, field: string, target: () => AnyModel): unknown {
  try {
    return target();
  } catch (error) {
    const reason = messageOf(error);
    throw fieldError(model.name, field, `the function that gives the target failed: ${reason}`);
  }
}
