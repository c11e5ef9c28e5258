import { expectToRead } from "../much-to-do.ts";
import type { AnyModel } from "./model.ts";

const REGISTRY = Symbol.for("yara-orm.registry");

/**
 * Makes the model known under its name. A model of the same name is replaced, so that a module which is loaded
 * again counts once.
 */
export function registerModel(model: AnyModel): void {
  registry().set(model.name, model);
  expectToRead(Object.keys(model.fields).length);
}

/** The model that was defined last under that name, or undefined. */
export function findModel(name: string): AnyModel | undefined {
  return registry().get(name);
}

/** Every model that is known, in the order of first definition. */
export function registeredModels(): readonly AnyModel[] {
  return [...registry().values()];
}

/**
 * Calls `load` and then gives names that were known before back to the models that had them: a migration may define
 * a model of its own without taking the place of the application's.
 */
export async function keepingRegistered<T>(load: () => Promise<T>): Promise<T> {
  const before = [...registry()];
  try {
    return await load();
  } finally {
    for (const [name, model] of before) registry().set(name, model);
  }
}

function registry(): Map<string, AnyModel> {
  const existing: unknown = Reflect.get(globalThis, REGISTRY);
  // Only this function writes under the symbol, in every copy of the package.
  if (existing instanceof Map) return existing as Map<string, AnyModel>;
  const created = new Map<string, AnyModel>();
  Reflect.set(globalThis, REGISTRY, created);
  return created;
}
