import { ModelError } from "../errors.ts";
import { suggest } from "../nearest.ts";
import type { ColumnKind } from "../schema/column-type.ts";
import { rawTypeProblem } from "../schema/raw-type.ts";
import { EXPRESSION_HINT, expressionProblem, isSql } from "../schema/sql.ts";
import { whatIs } from "../shown.ts";
import { type Field, type FieldKind, type FieldOptions, isField, isRelation } from "./field.ts";
import { REFERENTIAL_ACTIONS } from "./field-options.ts";
import { identifierProblem, isIdentifier, isText } from "./names.ts";

/** Throws a ModelError that names the model and the field if the options of a field are wrong in themselves. */
export function validateField(model: string, name: string, field: Field): void {
  const fail = (problem: string, hint?: string): never => {
    throw fieldError(model, name, problem, hint);
  };
  for (const [option, value] of Object.entries(field.options)) {
    if (!ALLOWED[field.kind].has(option)) {
      fail(`fields.${field.kind}() has no option "${option}"`, suggest(option, ALLOWED[field.kind]));
    }
    const expected = expectation(option, value);
    if (expected !== undefined) fail(`${option} must be ${expected}`);
  }
  const { options } = field;
  if (options.pk && options.null) fail("a primary key cannot be null", "Remove null: true or pk: true.");
  if (options.autoNow && options.autoNowAdd) {
    fail("autoNow and autoNowAdd exclude each other", "autoNow also sets the moment when a row is created.");
  }
  if ((options.autoNow || options.autoNowAdd) && options.default !== undefined) {
    fail(
      `${options.autoNow ? "autoNow" : "autoNowAdd"} and default exclude each other`,
      "Remove one of them.",
    );
  }
  if (options.autoIncrement) validateCounting(options, fail);
  if (options.generated !== undefined) validateGenerated(options, fail);
  else if (options.stored !== undefined) fail("stored is for generated fields", 'Add generated: sql("...").');
  if (field.kind === "char") validateLength(options, fail);
  if (field.kind === "decimal") validateDigits(options, fail);
  if (field.kind === "array") validateElement(model, name, field, fail);
  if (field.kind === "enum") validateValues(options, fail);
  if (field.kind === "raw") validateType(options, fail);
  if (isRelation(field)) validateActions(options, fail);
  if (field.kind === "manyToMany" && options.through !== undefined && options.table !== undefined) {
    fail("through and table exclude each other", "The table is the one of the model in through.");
  }
}

/** An error about one field, in the form that all of them have. */
export function fieldError(model: string, field: string, problem: string, hint?: string): ModelError {
  return new ModelError(`${model}.${field}: ${problem}`, hint);
}

type Fail = (problem: string, hint?: string) => never;

const SHARED = ["null", "default", "dbDefault", "unique", "index", "dbColumn", "description"] as const;
const COLUMN = [...SHARED, "generated", "stored"] as const;
const KEY = ["pk", ...COLUMN] as const;
const RELATION = ["pk", ...SHARED, "onDelete", "onUpdate", "deferrable", "name", "relatedName"] as const;
const plain = () => new Set<string>(KEY);
const integer = () => new Set<string>([...KEY, "autoIncrement"]);

const ALLOWED: { readonly [K in FieldKind]: ReadonlySet<string> } = {
  smallInt: integer(),
  int: integer(),
  bigInt: integer(),
  float: plain(),
  decimal: new Set([...KEY, "maxDigits", "decimalPlaces"]),
  char: new Set([...KEY, "maxLength", "collation"]),
  text: new Set([...KEY, "collation"]),
  binary: plain(),
  boolean: plain(),
  datetime: new Set([...KEY, "autoNow", "autoNowAdd"]),
  date: plain(),
  time: plain(),
  duration: plain(),
  uuid: plain(),
  json: new Set(COLUMN),
  array: new Set(COLUMN),
  enum: new Set([...KEY, "values", "name"]),
  raw: new Set([...KEY, "collation", "postgres", "sqlite"]),
  foreignKey: new Set(RELATION),
  oneToOne: new Set(RELATION),
  manyToMany: new Set(["through", "table", "relatedName", "description"]),
} satisfies Record<ColumnKind, unknown> & Record<FieldKind, unknown>;

const FLAGS = new Set(["pk", "null", "unique", "index", "autoIncrement", "autoNow", "autoNowAdd", "stored"]);
const NAMES = new Set(["dbColumn", "name", "table"]);

/** What the value of an option should have been, or undefined where it is right. */
function expectation(option: string, value: unknown): string | undefined {
  if (value === undefined) return undefined;
  if (FLAGS.has(option)) return typeof value === "boolean" ? undefined : "true or false";
  if (NAMES.has(option)) {
    const problem = identifierProblem(value);
    return problem === undefined ? undefined : `a name for the database, but it ${problem}`;
  }
  if (option === "relatedName") {
    return typeof value === "string" && isIdentifier(value) ? undefined : "an identifier";
  }
  if (option === "collation") {
    return expressionProblem(value) === undefined
      ? undefined
      : "the name of a collation, or one for each database";
  }
  if (option === "deferrable")
    return value === "immediate" || value === "deferred" ? undefined : '"immediate" or "deferred"';
  if (option === "description") return isText(value) ? undefined : "text without NUL characters";
  return undefined;
}

const ELEMENT_OPTIONS: ReadonlySet<string> = new Set(["maxLength", "maxDigits", "decimalPlaces"]);

function validateElement(model: string, name: string, { element }: Field, fail: Fail): void {
  const example = "For example fields.array(fields.int()).";
  if (!isField(element)) throw fieldError(model, name, "an array needs a field for its elements", example);
  if (isRelation(element) || NO_ELEMENTS.has(element.kind)) {
    fail(`an array has no elements of fields.${element.kind}()`, "fields.json() holds lists of anything.");
  }
  const option = Object.keys(element.options).find((key) => !ELEMENT_OPTIONS.has(key));
  if (option !== undefined) fail(`the elements of an array have no option "${option}"`, example);
  validateField(model, name, element);
}

const NO_ELEMENTS: ReadonlySet<FieldKind> = new Set<FieldKind>([
  ...(["json", "enum", "array", "raw", "manyToMany"] as const),
]);

const OTHER_VALUES = ["pk", "default", "dbDefault", "autoNow", "autoNowAdd"] as const;

function validateGenerated(options: FieldOptions, fail: Fail): void {
  const example = 'For example generated: sql("price * quantity"), which speaks of columns.';
  if (!isSql(options.generated)) fail("generated must be an SQL expression", example);
  else {
    const problem = expressionProblem(options.generated.expression);
    if (problem !== undefined) fail(`generated: ${problem}`, EXPRESSION_HINT);
  }
  const other = OTHER_VALUES.find((option) => options[option] !== undefined && options[option] !== false);
  if (other === undefined) return;
  const hint =
    other === "pk" ? "SQLite has no generated keys; unique: true is possible." : "Remove one of them.";
  fail(`generated and ${other} exclude each other`, hint);
}

function validateCounting(options: FieldOptions, fail: Fail): void {
  if (options.null) fail("a column that the database numbers cannot be null", "Remove null: true.");
  if (options.default === undefined && options.dbDefault === undefined) return;
  fail("autoIncrement and a default exclude each other", "Remove one of them.");
}

function validateLength({ maxLength }: FieldOptions, fail: Fail): void {
  const example = "For example fields.char({ maxLength: 100 }); fields.text() has no limit.";
  if (maxLength === undefined) fail("a char field needs maxLength", example);
  // PostgreSQL's limit for varchar(n) (manual, 8.3).
  if (!isWhole(maxLength, 1, 10_485_760))
    fail("maxLength must be a whole number from 1 to 10485760", example);
}

function validateDigits({ maxDigits, decimalPlaces }: FieldOptions, fail: Fail): void {
  const example = "For example fields.decimal({ maxDigits: 10, decimalPlaces: 2 }) for 12345678.90.";
  if (maxDigits === undefined || decimalPlaces === undefined) {
    fail("a decimal field needs maxDigits and decimalPlaces", example);
  }
  // PostgreSQL's limit for a declared precision (manual, 8.1.2).
  if (!isWhole(maxDigits, 1, 1000)) fail("maxDigits must be a whole number from 1 to 1000", example);
  if (!isWhole(decimalPlaces, 0, maxDigits)) {
    fail(`decimalPlaces must be a whole number from 0 to maxDigits (${maxDigits})`, example);
  }
}

function validateType({ postgres, sqlite }: FieldOptions, fail: Fail): void {
  const problem = rawTypeProblem({ postgres, sqlite });
  if (problem === undefined) return;
  fail(problem, 'A raw field needs the type on both: fields.raw({ postgres: "citext", sqlite: "TEXT" }).');
}

function validateValues({ values }: FieldOptions, fail: Fail): void {
  const example = 'For example fields.enum({ values: ["draft", "published"] }).';
  if (!Array.isArray(values) || values.length === 0) fail("an enum field needs at least one value", example);
  const seen = new Set<unknown>();
  for (const value of values ?? []) {
    // PostgreSQL's limit for a label (manual, 8.7.4).
    if (!isText(value) || value === "" || Buffer.byteLength(value) > 63) {
      fail(`the enum value ${JSON.stringify(value)} is not text of 1 to 63 bytes`, example);
    }
    if (seen.has(value)) fail(`the enum value "${value}" is given twice`);
    seen.add(value);
  }
}

function validateActions(options: FieldOptions, fail: Fail): void {
  for (const event of ["onDelete", "onUpdate"] as const) {
    const action = options[event];
    if (action === undefined) continue;
    if (!REFERENTIAL_ACTIONS.has(action))
      fail(`${event} is ${whatIs(action)}`, suggest(String(action), REFERENTIAL_ACTIONS));
    if (action === "setNull" && options.null !== true) {
      fail(`${event} is setNull, but the column is NOT NULL`, "Add null: true, or choose another action.");
    }
    if (action === "setDefault" && options.dbDefault === undefined) {
      fail(
        `${event} is setDefault, but the column has no default`,
        "Add dbDefault, or choose another action.",
      );
    }
  }
}

function isWhole(value: unknown, least: number, most: number): value is number {
  return Number.isInteger(value) && typeof value === "number" && value >= least && value <= most;
}
