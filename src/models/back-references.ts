import type { AnyModel } from "./model.ts";
import { attributeName } from "./names.ts";
import { resolveTarget, type Scope } from "./scope.ts";
import { fieldError } from "./validate-field.ts";

/** Throws a ModelError if a `relatedName` is taken in its target, by a field or by another relation. */
export function checkBackReferences(models: readonly AnyModel[], scope: Scope): void {
  const taken = new Map<AnyModel, Map<string, string>>();
  for (const model of models) {
    for (const [name, field] of Object.entries(model.fields)) {
      const { relatedName } = field.options;
      if (relatedName === undefined) continue;
      const target = resolveTarget(model, name, field.target, scope);
      const names = taken.get(target) ?? namesOf(target);
      taken.set(target, names);
      const other = names.get(relatedName);
      if (other !== undefined) {
        const problem = `the relatedName "${relatedName}" is taken in ${target.name} by ${other}`;
        throw fieldError(model.name, name, problem, "Choose another relatedName.");
      }
      names.set(relatedName, `${model.name}.${name}`);
    }
  }
}

function namesOf(model: AnyModel): Map<string, string> {
  const fields = Object.entries(model.fields);
  return new Map(
    fields.flatMap(([name, field]) =>
      [name, attributeName(name, field)].map((key): [string, string] => [key, `the field ${name}`]),
    ),
  );
}
