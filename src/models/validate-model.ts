import { ModelError } from "../errors.ts";
import { type Fields, isField } from "./field.ts";
import type { ModelOptions } from "./model-options.ts";
import { attributeName, columnName, isIdentifier } from "./names.ts";
import { fieldError, validateField } from "./validate-field.ts";
import { validateOptions } from "./validate-options.ts";

/**
 * Throws a ModelError for whatever is wrong with a declaration by itself, that is without looking at other
 * models; the message names the model and the field.
 */
export function validateModel(name: unknown, fields: unknown, options: unknown): void {
  if (typeof name !== "string" || !isIdentifier(name)) {
    throw new ModelError(
      `the model's name ${JSON.stringify(name) ?? String(name)} is not an identifier`,
      'Use a name such as "BlogPost"; the option table may be any text.',
    );
  }
  if (typeof fields !== "object" || fields === null || Array.isArray(fields)) {
    throw new ModelError(
      `model ${name}: the fields are not an object`,
      "defineModel(name, { field: fields.text() })",
    );
  }
  const checked: Record<string, Fields[string]> = {};
  for (const [field, value] of Object.entries(fields)) {
    if (!isField(value)) {
      const hint =
        typeof value === "function" ? "Call the builder: fields.text()." : "Use a builder: fields.text().";
      throw fieldError(name, field, "is not a field", hint);
    }
    validateFieldName(name, field);
    validateField(name, field, value);
    checked[field] = value;
  }
  validateNames(name, checked);
  validateKey(name, checked, options);
  validateOptions(name, checked, options as ModelOptions);
}

/** Names that mean something to every object, to `await` or to the query layer. */
const RESERVED = new Set([
  "__proto__",
  "constructor",
  "prototype",
  "toJSON",
  "then",
  "hasOwnProperty",
  "toString",
  "valueOf",
]);

/** True for a name that no field may have, although it is an identifier. */
export function isReservedFieldName(name: string): boolean {
  return RESERVED.has(name);
}

/** PostgreSQL's system columns (manual, 5.5): every table has them already. */
const SYSTEM_COLUMNS = new Set(["tableoid", "xmin", "cmin", "xmax", "cmax", "ctid"]);

/** True for a name that no column may have, because every table on PostgreSQL has a column of it. */
export function isSystemColumn(name: string): boolean {
  return SYSTEM_COLUMNS.has(name);
}

function validateFieldName(model: string, field: string): void {
  if (!isIdentifier(field)) {
    const hint = "Use a name such as createdAt; the option dbColumn may be any text.";
    throw new ModelError(
      `model ${model}: the field's name ${JSON.stringify(field)} is not an identifier`,
      hint,
    );
  }
  if (RESERVED.has(field)) {
    const hint = `Give the field another name; dbColumn: "${field}" keeps the column's name.`;
    throw fieldError(model, field, "the name is reserved", hint);
  }
}

/** Two fields must not share an attribute of the row, nor a column. */
function validateNames(model: string, fields: Fields): void {
  const attributes = new Map<string, string>();
  const columns = new Map<string, { field: string; column: string }>();
  for (const [name, field] of Object.entries(fields)) {
    const attribute = attributeName(name, field);
    for (const key of attribute === name ? [name] : [name, attribute]) {
      const other = attributes.get(key);
      if (other !== undefined) {
        throw fieldError(
          model,
          name,
          `rows would have "${key}" twice, also for the field ${other}`,
          "Rename one.",
        );
      }
      attributes.set(key, name);
    }
    if (field.kind === "manyToMany") continue;
    const column = columnName(name, field);
    // SQLite takes names that differ only in case for the same.
    const other = columns.get(column.toLowerCase());
    if (other !== undefined) {
      const problem =
        other.column === column
          ? `the column "${column}" is also that of the field ${other.field}`
          : `the column "${column}" differs only in case from "${other.column}" of the field ${other.field}`;
      throw fieldError(model, name, problem, 'Give one of them another column with dbColumn: "...".');
    }
    if (isSystemColumn(column)) {
      const hint = 'Choose another column with dbColumn: "...".';
      throw fieldError(model, name, `every table on PostgreSQL has a column "${column}" of its own`, hint);
    }
    columns.set(column.toLowerCase(), { field: name, column });
  }
}

function hasNoKey(options: unknown): boolean {
  return typeof options === "object" && options !== null && Reflect.get(options, "primaryKey") === false;
}

/** A model without a key gets the field and column `id`: both must be free then. */
function validateKey(model: string, fields: Fields, options: unknown): void {
  const entries = Object.entries(fields);
  const key = entries.find(([, field]) => field.options.pk === true);
  if (hasNoKey(options)) {
    if (key === undefined) return;
    const hint = "Remove one of the two.";
    throw fieldError(model, key[0], "pk and the option primaryKey: false exclude each other", hint);
  }
  if (key !== undefined) return;
  const taken = entries.find(
    ([name, field]) =>
      name === "id" || (field.kind !== "manyToMany" && columnName(name, field).toLowerCase() === "id"),
  );
  if (taken === undefined) return;
  const problem = 'no field is marked pk, and this one takes the name of the automatic primary key "id"';
  throw fieldError(model, taken[0], problem, "Mark the key with pk: true, or give this field another name.");
}
