import { ModelError } from "../errors.ts";
import { isExtensionName } from "../operations/extensions.ts";
import { isOwnTable } from "../schema/own-tables.ts";
import { namespaceProblem, tableNameProblem } from "../schema/qualified-name.ts";
import type { Fields } from "./field.ts";
import { isText, tableName } from "./names.ts";
import { OptionsOf } from "./options-of.ts";
import { DEFERRABLE, validateConstraint } from "./validate-constraint.ts";
import { validateIndex } from "./validate-index.ts";

/** Throws a ModelError if the options of a model are wrong or name a field that it does not have. */
export function validateOptions(name: string, fields: Fields, options: unknown): void {
  const noKey =
    typeof options === "object" && options !== null && Reflect.get(options, "primaryKey") === false;
  const model = new OptionsOf(name, fields, noKey);
  const given = model.record(options, "the options", OPTIONS);
  validatePrimaryKey(model, given.primaryKey);
  model.identifier(given.table, "the option table");
  model.identifier(given.schema, "the option schema");
  const placed = options as { readonly schema?: string; readonly table?: string }; // both have been checked
  const problem = placed.schema === undefined ? undefined : namespaceProblem(placed.schema);
  if (problem !== undefined) model.fail(`the schema ${JSON.stringify(placed.schema)} ${problem}`);
  validateTable(name, tableName({ name, options: placed }));
  if (given.description !== undefined && !isText(given.description)) {
    model.fail("the description is not text without NUL characters");
  }
  for (const extension of model.list(given.extensions, "extensions")) {
    if (typeof extension !== "string" || !isExtensionName(extension))
      model.fail(`${JSON.stringify(extension)} is no name of an extension`, 'For example ["postgis"].');
  }
  for (const index of model.list(given.indexes, "indexes")) validateIndex(model, index);
  for (const names of model.list(given.uniqueTogether, "uniqueTogether"))
    model.fieldList(names, "uniqueTogether");
  for (const constraint of model.list(given.constraints, "constraints"))
    validateConstraint(model, constraint);
  for (const entry of model.list(given.ordering, "ordering")) {
    if (typeof entry !== "string")
      model.fail("ordering is a list of names of fields", 'For example ["-createdAt"].');
    else model.field(entry.replace(/^-/, ""), "ordering");
  }
}

function validatePrimaryKey(model: OptionsOf, key: unknown): void {
  if (key === undefined || typeof key === "boolean") return;
  if (typeof key !== "object" || key === null || Array.isArray(key)) {
    model.fail(
      "the option primaryKey is neither a boolean nor an object",
      "Fields are marked with pk: true.",
    );
  }
  const entry = model.record(key, "the option primaryKey", ["name", "deferrable"]);
  model.identifier(entry.name, "the name of the primary key");
  model.choice(entry.deferrable, DEFERRABLE, "deferrable of the primary key");
}

const OPTIONS = [
  "table",
  "schema",
  "primaryKey",
  "indexes",
  "uniqueTogether",
  "constraints",
  "ordering",
  "extensions",
  "description",
];

/** Tables that are not the user's: the record of migrations, and what SQLite keeps for itself (manual, file format 2.6). */
function validateTable(model: string, table: string): void {
  const problem = tableNameProblem(table);
  if (problem !== undefined) throw new ModelError(`model ${model}: the table name "${table}" ${problem}`);
  const owner = /^sqlite_/i.test(table)
    ? "SQLite"
    : isOwnTable(table)
      ? "the record of migrations"
      : undefined;
  if (owner === undefined) return;
  throw new ModelError(
    `model ${model}: the table name "${table}" is reserved for ${owner}`,
    "Choose another table.",
  );
}
