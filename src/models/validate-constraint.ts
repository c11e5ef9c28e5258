import { REFERENTIAL_ACTIONS } from "./field-options.ts";
import type { OptionsOf } from "./options-of.ts";

/** What `deferrable` may say. */
export const DEFERRABLE = ["immediate", "deferred"] as const;

/** Throws a ModelError if an entry of `constraints` is wrong in itself. */
export function validateConstraint(model: OptionsOf, constraint: unknown): void {
  const has = (key: string) => typeof constraint === "object" && constraint !== null && key in constraint;
  if (has("check")) {
    const entry = model.record(constraint, "a constraint", ["check", "name"]);
    model.identifier(entry.name, "the name of a constraint");
    model.expression(entry.check, "a check constraint");
  } else if (has("foreignKey")) {
    validateForeignKey(model, constraint);
  } else {
    const keys = ["unique", "name", "deferrable", "nullsNotDistinct"];
    const entry = model.record(constraint, "a constraint", keys);
    model.identifier(entry.name, "the name of a constraint");
    model.fieldList(entry.unique, "a unique constraint");
    model.choice(entry.deferrable, DEFERRABLE, "deferrable of a constraint");
    if (entry.nullsNotDistinct !== undefined && typeof entry.nullsNotDistinct !== "boolean")
      model.fail("nullsNotDistinct of a constraint is not a boolean");
  }
}

function validateForeignKey(model: OptionsOf, constraint: unknown): void {
  const keys = ["foreignKey", "references", "onDelete", "onUpdate", "deferrable", "name"];
  const entry = model.record(constraint, "a constraint", keys);
  model.identifier(entry.name, "the name of a constraint");
  model.fieldList(entry.foreignKey, "a foreign key");
  model.choice(entry.onDelete, REFERENTIAL_ACTIONS, "onDelete of a foreign key");
  model.choice(entry.onUpdate, REFERENTIAL_ACTIONS, "onUpdate of a foreign key");
  model.choice(entry.deferrable, DEFERRABLE, "deferrable of a constraint");
  const references = model.record(entry.references, "references of a foreign key", ["model", "fields"]);
  if (typeof references.model !== "string" && typeof references.model !== "function")
    model.fail(
      "a foreign key needs the model that it refers to",
      'For example references: { model: "Room" }.',
    );
  for (const field of model.list(references.fields, "the fields of references")) {
    if (typeof field !== "string") model.fail("the fields of references are not names of fields");
  }
}
