import { ModelError } from "../errors.ts";
import { suggest } from "../nearest.ts";
import { EXPRESSION_HINT, expressionProblem, isSql } from "../schema/sql.ts";
import { type Fields, isRelation } from "./field.ts";
import { identifierProblem, isText, tableName } from "./names.ts";

/** Throws a ModelError if the options of a model are wrong or name a field that it does not have. */
export function validateOptions(name: string, fields: Fields, options: unknown): void {
  const model = new OptionsOf(name, fields);
  const given = model.record(options, "the options", OPTIONS);
  model.identifier(given.table, "the option table");
  validateTable(
    name,
    tableName({ name, options: typeof given.table === "string" ? { table: given.table } : {} }),
  );
  if (given.description !== undefined && !isText(given.description)) {
    model.fail("the description is not text without NUL characters");
  }
  for (const index of model.list(given.indexes, "indexes")) {
    const entry = Array.isArray(index) ? { fields: index } : model.record(index, "an index", INDEX);
    model.fieldList(entry.fields, "an index");
    model.identifier(entry.name, "the name of an index");
    if (entry.unique !== undefined && typeof entry.unique !== "boolean")
      model.fail("unique of an index is not a boolean");
  }
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

const OPTIONS = ["table", "indexes", "uniqueTogether", "constraints", "ordering", "description"];
const INDEX = ["fields", "name", "unique"];

/** Tables that are not the user's: the record of migrations, and what SQLite keeps for itself (manual, file format 2.6). */
function validateTable(model: string, table: string): void {
  const owner = /^sqlite_/i.test(table)
    ? "SQLite"
    : /^orm_migrations$/i.test(table)
      ? "the record of migrations"
      : undefined;
  if (owner === undefined) return;
  throw new ModelError(
    `model ${model}: the table name "${table}" is reserved for ${owner}`,
    "Choose another table.",
  );
}

function validateConstraint(model: OptionsOf, constraint: unknown): void {
  const isCheck = typeof constraint === "object" && constraint !== null && "check" in constraint;
  const entry = model.record(constraint, "a constraint", [isCheck ? "check" : "unique", "name"]);
  model.identifier(entry.name, "the name of a constraint");
  if (!isCheck) {
    model.fieldList(entry.unique, "a unique constraint");
    return;
  }
  const problem = expressionProblem(isSql(entry.check) ? entry.check.expression : entry.check);
  if (problem !== undefined) model.fail(`a check constraint: ${problem}`, EXPRESSION_HINT);
}

/** The declaration that is checked, with what every check of a part needs. */
class OptionsOf {
  readonly #model: string;
  readonly #names: ReadonlySet<string>;

  constructor(model: string, fields: Fields) {
    this.#model = model;
    const names = new Set(Object.values(fields).some((field) => field.options.pk === true) ? [] : ["id"]);
    for (const [name, field] of Object.entries(fields)) {
      if (field.kind !== "manyToMany") names.add(name);
      if (isRelation(field)) names.add(`${name}Id`);
    }
    this.#names = names;
  }

  fail(problem: string, hint?: string): never {
    throw new ModelError(`model ${this.#model}: ${problem}`, hint);
  }

  record(value: unknown, what: string, keys: readonly string[]): Readonly<Record<string, unknown>> {
    if (typeof value !== "object" || value === null || Array.isArray(value))
      this.fail(`${what} must be an object`);
    const unknown = Object.keys(value).find((key) => !keys.includes(key));
    if (unknown !== undefined) this.fail(`${what}: there is no "${unknown}"`, suggest(unknown, keys));
    return Object.fromEntries(Object.entries(value));
  }

  list(value: unknown, what: string): readonly unknown[] {
    if (value === undefined) return [];
    return Array.isArray(value) ? value : this.fail(`${what} must be a list`);
  }

  identifier(value: unknown, what: string): void {
    const problem = value === undefined ? undefined : identifierProblem(value);
    if (problem !== undefined) this.fail(`${what} ${problem}`);
  }

  fieldList(value: unknown, what: string): void {
    if (!Array.isArray(value) || value.length === 0)
      this.fail(`${what} needs a list of fields`, 'For example ["author"].');
    const seen = new Set<string>();
    for (const name of value) {
      const field = this.field(name, what);
      if (seen.has(field)) this.fail(`${what} names the field ${field} twice`);
      seen.add(field);
    }
  }

  /** The attribute that a name stands for, so that `author` and `authorId` count as one. */
  field(name: unknown, what: string): string {
    if (typeof name !== "string" || !this.#names.has(name)) {
      this.fail(
        `${what} names the field ${JSON.stringify(name)}, which the model does not have`,
        suggest(String(name), this.#names),
      );
    }
    return this.#names.has(`${name}Id`) ? `${name}Id` : name;
  }
}
