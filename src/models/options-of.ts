import { ModelError } from "../errors.ts";
import { suggest } from "../nearest.ts";
import { EXPRESSION_HINT, expressionProblem, isSql } from "../schema/sql.ts";
import { type Fields, isRelation } from "./field.ts";
import { identifierProblem } from "./names.ts";

/** The declaration of a model that is checked, with what every check of a part needs; each throws a ModelError. */
export class OptionsOf {
  readonly #model: string;
  readonly #names: ReadonlySet<string>;

  /** @param noKey the model says that it has no key, so that it does not get `id` either */
  constructor(model: string, fields: Fields, noKey: boolean) {
    this.#model = model;
    const hasKey = noKey || Object.values(fields).some((field) => field.options.pk === true);
    const names = new Set(hasKey ? [] : ["id"]);
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
    return { ...value };
  }

  list(value: unknown, what: string): readonly unknown[] {
    if (value === undefined) return [];
    return Array.isArray(value) ? value : this.fail(`${what} must be a list`);
  }

  identifier(value: unknown, what: string): void {
    const problem = value === undefined ? undefined : identifierProblem(value);
    if (problem !== undefined) this.fail(`${what} ${problem}`);
  }

  /** A value that is left out, or one of these. */
  choice(value: unknown, choices: Iterable<string>, what: string): void {
    if (value === undefined) return;
    const known = [...choices];
    if (known.includes(String(value))) return;
    this.fail(`${what} is ${JSON.stringify(value)}, not one of ${known.join(", ")}`);
  }

  /** An expression: text, a text for each database, or the result of sql(). */
  expression(value: unknown, what: string): void {
    const problem = expressionProblem(isSql(value) ? value.expression : value);
    if (problem !== undefined) this.fail(`${what}: ${problem}`, EXPRESSION_HINT);
  }

  fieldList(value: unknown, what: string): void {
    if (!Array.isArray(value) || value.length === 0)
      this.fail(`${what} needs a list of fields`, 'For example ["author"].');
    this.fieldsOnce(value, what);
  }

  /** Fields of the model, none of them twice. */
  fieldsOnce(names: readonly unknown[], what: string): void {
    const seen = new Set<string>();
    for (const name of names) {
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
