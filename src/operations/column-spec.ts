import { MigrationError } from "../errors.ts";
import { type ColumnType, isElement } from "../schema/column-type.ts";
import type { Expression, Literal, SqlValue } from "../schema/expression.ts";
import { rawTypeProblem } from "../schema/raw-type.ts";
import { isSql, type SqlExpression } from "../schema/sql.ts";
import type { Deferrable, ForeignKey, ReferentialAction, Unique } from "../schema/table.ts";
import { unknownKey } from "../shape.ts";
import { whatIs } from "../shown.ts";

/** What a column of a migration file may say of itself. */
export interface ColumnOptions {
  /** The primary key is this column alone. */
  readonly pk?: boolean;
  /** The column accepts NULL. */
  readonly null?: boolean;
  /** The default that the database applies: a value, or an expression made by `m.sql`. */
  readonly default?: Literal | SqlExpression;
  /** A unique constraint on this column alone; the object says more of it, such as a name of its own. */
  readonly unique?: boolean | Omit<Unique, "kind" | "columns">;
  /** The name of a collation of the database, or one for each. */
  readonly collation?: Expression;
  /** Numbered by the database; an integer with `pk` is, unless this is false. */
  readonly autoIncrement?: boolean;
  /** The database computes the value from other columns of the row; it is kept there unless `stored` is false. */
  readonly generated?: { readonly expression: Expression; readonly stored?: boolean };
  readonly comment?: string;
  /** A foreign key on this column alone. */
  readonly references?: Reference;
}

/** The target of a foreign key on one column. */
export interface Reference {
  readonly table: string;
  readonly column: string;
  readonly onDelete?: ReferentialAction;
  readonly onUpdate?: ReferentialAction;
  readonly deferrable?: Deferrable;
  /** The constraint's name, where it is not the derived one. */
  readonly name?: string;
}

/** A column without its name, as `m.int(...)` and its like return it. */
export interface ColumnSpec {
  readonly type: ColumnType;
  readonly options: ColumnOptions;
}

type Builder = (options?: ColumnOptions) => ColumnSpec;

const plain =
  (kind: Exclude<ColumnType["kind"], "decimal" | "char" | "enum" | "array" | "raw">): Builder =>
  (options = {}) => ({ type: { kind }, options });

/** One builder for each column type, named like the field builders of models. */
export const columnBuilders = {
  smallInt: plain("smallInt"),
  int: plain("int"),
  bigInt: plain("bigInt"),
  float: plain("float"),
  text: plain("text"),
  binary: plain("binary"),
  boolean: plain("boolean"),
  datetime: plain("datetime"),
  date: plain("date"),
  time: plain("time"),
  duration: plain("duration"),
  uuid: plain("uuid"),
  json: plain("json"),

  decimal(given: ColumnOptions & { readonly maxDigits: number; readonly decimalPlaces: number }): ColumnSpec {
    requireSize("m.decimal", given, "m.decimal({ maxDigits: 12, decimalPlaces: 2 })");
    const { maxDigits, decimalPlaces, ...options } = given;
    return { type: { kind: "decimal", maxDigits, decimalPlaces }, options };
  },

  char(given: ColumnOptions & { readonly maxLength: number }): ColumnSpec {
    requireSize("m.char", given, "m.char({ maxLength: 80 })");
    const { maxLength, ...options } = given;
    return { type: { kind: "char", maxLength }, options };
  },

  /** A column of the enum with that name, which `m.createEnum` has created. */
  enum(name: string, options: ColumnOptions = {}): ColumnSpec {
    return { type: { kind: "enum", name }, options };
  },

  /** A column of lists: `m.array(m.int(), { null: true })`. Throws MigrationError for elements that no list has. */
  array(element: ColumnSpec, options: ColumnOptions = {}): ColumnSpec {
    const { type } = element;
    if (!isElement(type)) {
      throw new MigrationError(
        `m.array: a list has no elements of the type ${type.kind}`,
        "use m.json for such a list",
      );
    }
    const [option] = Object.keys(element.options);
    if (option !== undefined) {
      throw new MigrationError(
        `m.array: its elements have no option ${option}`,
        "give the option to m.array",
      );
    }
    return { type: { kind: "array", of: type }, options };
  },

  /**
   * A column of any type, as each database calls it: `m.raw({ postgres: "citext", sqlite: "TEXT" })`. Throws
   * MigrationError for text that is more than a type.
   */
  raw(type: Expression, options: ColumnOptions = {}): ColumnSpec {
    const problem = rawTypeProblem(type);
    if (problem !== undefined) {
      throw new MigrationError(
        `m.raw: ${problem}`,
        'give the name of a type, or one for each database: m.raw({ postgres: "citext", sqlite: "TEXT" })',
      );
    }
    return { type: { kind: "raw", type }, options };
  },
};

const COLUMN_OPTIONS: readonly (keyof ColumnOptions)[] = [
  "pk",
  "null",
  "default",
  "unique",
  "collation",
  "autoIncrement",
  "generated",
  "comment",
  "references",
];

function requireSize(what: string, given: unknown, example: string): void {
  if (typeof given === "object" && given !== null) return;
  throw new MigrationError(`${what} does not say its size`, `as in ${example}`);
}

const REFERENCE_KEYS: readonly (keyof Reference)[] = [
  "table",
  "column",
  "onDelete",
  "onUpdate",
  "deferrable",
  "name",
];

/** Files are loaded without a look at their types. @throws MigrationError where that is no column */
export function requireSpec(what: Where, spec: unknown): asserts spec is ColumnSpec {
  if (typeof spec !== "object" || spec === null || !("type" in spec) || !("options" in spec)) {
    throw new MigrationError(
      `${textOf(what)} is ${whatIs(spec)}, not a column`,
      "columns are made by m.int(), m.text() and their like",
    );
  }
  requireKnown(what, spec.options, COLUMN_OPTIONS);
}

/** A place in words, or what makes them where they are needed: most are not. */
type Where = string | (() => string);

function textOf(what: Where): string {
  return typeof what === "string" ? what : what();
}

/** @throws MigrationError naming an option that nobody knows: it would have no effect */
export function requireKnown(what: Where, options: unknown, known: readonly string[]): void {
  if (typeof options !== "object" || options === null || Array.isArray(options)) {
    throw new MigrationError(`${textOf(what)}: its options are ${whatIs(options)}, not an object`);
  }
  for (const key of Object.keys(options)) {
    if (!known.includes(key)) throw new MigrationError(unknownKey(textOf(what), key, known));
  }
}

/** A default as the state holds it. */
export function toSqlValue(value: Literal | SqlExpression): SqlValue {
  return isSql(value) ? { expression: value.expression } : { value };
}

/** The unique constraints that a column's `unique` stands for: one or none. */
export function toUniques(column: string, unique: ColumnOptions["unique"]): Unique[] {
  if (unique === undefined || unique === false) return [];
  return [{ kind: "unique", ...(unique === true ? {} : unique), columns: [column] }];
}

/** The foreign key that a column's `references` stands for. */
export function toForeignKey(column: string, reference: Reference): ForeignKey {
  requireKnown(`references of ${column}`, reference, REFERENCE_KEYS);
  if (reference.column === undefined) {
    throw new MigrationError(
      `references of ${column} names no column of ${whatIs(reference.table)}`,
      'as in references: { table: "author", column: "id" }',
    );
  }
  return {
    kind: "foreignKey",
    ...(reference.name === undefined ? {} : { name: reference.name }),
    columns: [column],
    references: { table: reference.table, columns: [reference.column] },
    onDelete: reference.onDelete ?? "noAction",
    onUpdate: reference.onUpdate ?? "noAction",
    ...(reference.deferrable === undefined ? {} : { deferrable: reference.deferrable }),
  };
}
