import { type ColumnKind, type ColumnType, isElement, isInteger } from "../schema/column-type.ts";
import type { SqlValue } from "../schema/expression.ts";
import { shorten } from "../schema/identifier.ts";
import { enumName } from "../schema/naming.ts";
import { expressionProblem, isSql } from "../schema/sql.ts";
import { type Field, isRelation, isValue, type RelationKind } from "./field.ts";
import { expected, toLiteral } from "./literal.ts";
import type { AnyModel } from "./model.ts";
import { attributeName, columnName, tableName } from "./names.ts";
import { resolveTarget, type Scope } from "./scope.ts";
import { fieldError } from "./validate-field.ts";

/** The column of a field with its relation resolved. */
export interface ResolvedColumn {
  /** The field's name. */
  readonly field: string;
  /** The key in rows: `authorId` for the field `author`. */
  readonly attribute: string;
  readonly column: string;
  readonly type: ColumnType;
  /** The values of an enum, in their order. */
  readonly values?: readonly string[];
  readonly autoIncrement: boolean;
  readonly source: Field;
  /** The application's default as plain data, where it is a value. */
  readonly default?: SqlValue;
  readonly dbDefault?: SqlValue;
  /** Of a relation: the key that it refers to. */
  readonly references?: { readonly model: AnyModel; readonly key: KeyColumn };
}

/** The single key column of a model, as a relation refers to it. */
export interface KeyColumn {
  readonly attribute: string;
  readonly column: string;
  readonly type: ColumnType;
  readonly values?: readonly string[];
}

/**
 * The columns of a model in the order of its fields. Throws a ModelError for a relation whose target is unknown
 * or has no single key, and for a default that is no value of its column.
 */
export function resolveColumns(model: AnyModel, scope: Scope): readonly ResolvedColumn[] {
  const columns: ResolvedColumn[] = [];
  const keys = keyFields(model).length;
  for (const [name, field] of Object.entries(model.fields)) {
    if (isValue(field)) columns.push(valueColumn(model, name, field, keys));
    else if (isRelation(field)) columns.push(relationColumn(model, name, field, scope));
  }
  return columns;
}

/** The columns of fields of the model, by name or attribute. They were checked when the model was defined. */
export function columnsOf(names: readonly string[], columns: readonly ResolvedColumn[]): string[] {
  return names.map((name) => columnOf(name, columns));
}

/** The column of a field of the model, by name or attribute. */
export function columnOf(name: string, columns: readonly ResolvedColumn[]): string {
  const found = columns.find((column) => column.field === name || column.attribute === name);
  return found?.column ?? name;
}

/** The key column that a relation to `target` refers to; the arguments before it name the relation for errors. */
export function keyColumn(model: AnyModel, field: string, target: AnyModel, scope: Scope): KeyColumn {
  const seen = new Set<AnyModel>();
  const follow = (current: AnyModel): KeyColumn => {
    const [key, ...others] = keyFields(current);
    if (key === undefined || others.length > 0) {
      const problem = `the model ${current.name} has a primary key of several fields, which no relation can refer to`;
      throw fieldError(
        model.name,
        field,
        problem,
        `Give ${current.name} a single key and make the fields unique together.`,
      );
    }
    const [name, source] = key;
    const place = { attribute: attributeName(name, source), column: columnName(name, source) };
    if (isValue(source)) return { ...place, ...typeOf(current, source, place.column) };
    if (seen.has(current)) {
      const path = [...seen, current].map((link) => link.name).join(" -> ");
      throw fieldError(model.name, field, `the primary keys refer to each other in a circle: ${path}`);
    }
    seen.add(current);
    return { ...follow(resolveTarget(current, name, source.target, scope)), ...place };
  };
  return follow(target);
}

/** Models never change, and many relations ask for the key of one. */
const keysOf = new WeakMap<AnyModel, readonly [string, Field][]>();

function keyFields(model: AnyModel): readonly [string, Field][] {
  const known = keysOf.get(model);
  if (known !== undefined) return known;
  const found = Object.entries(model.fields).filter(([, field]) => field.options.pk === true);
  keysOf.set(model, found);
  return found;
}

function valueColumn(model: AnyModel, name: string, field: Field<ColumnKind>, keys: number): ResolvedColumn {
  const { options } = field;
  const place = placeOf(name, field);
  const shape = typeOf(model, field, place.column);
  const plain = options.default === undefined && options.dbDefault === undefined;
  const counts = options.pk === true && keys === 1 && plain && isInteger(shape.type);
  const autoIncrement = options.autoIncrement ?? counts;
  return { ...place, ...shape, ...(plain ? undefined : defaults(model, name, field, shape)), autoIncrement };
}

function relationColumn(
  model: AnyModel,
  name: string,
  field: Field<RelationKind>,
  scope: Scope,
): ResolvedColumn {
  const target = resolveTarget(model, name, field.target, scope);
  const key = keyColumn(model, name, target, scope);
  const shape = { type: key.type, ...(key.values === undefined ? {} : { values: key.values }) };
  const references = { model: target, key };
  return {
    ...placeOf(name, field),
    ...shape,
    ...defaults(model, name, field, shape),
    autoIncrement: false,
    references,
  };
}

function placeOf(
  name: string,
  field: Field,
): Pick<ResolvedColumn, "field" | "attribute" | "column" | "source"> {
  return {
    field: name,
    attribute: attributeName(name, field),
    column: columnName(name, field),
    source: field,
  };
}

type Shape = Pick<KeyColumn, "type" | "values">;

function typeOf(model: AnyModel, field: Field<ColumnKind>, column: string): Shape {
  const { options } = field;
  switch (field.kind) {
    case "decimal":
      // Both were checked when the model was defined.
      return {
        type: {
          kind: "decimal",
          maxDigits: Number(options.maxDigits),
          decimalPlaces: Number(options.decimalPlaces),
        },
      };
    case "char":
      return { type: { kind: "char", maxLength: Number(options.maxLength) } };
    case "enum":
      return {
        type: {
          kind: "enum",
          name: options.name === undefined ? enumName(tableName(model), column) : shorten(options.name),
        },
        values: options.values ?? [],
      };
    case "array": {
      const element = field.element as Field<ColumnKind> | undefined; // validated when the model was defined
      const of = element === undefined ? undefined : typeOf(model, element, column).type;
      if (of === undefined || !isElement(of)) throw new TypeError(`${model.name}: an array without elements`);
      return { type: { kind: "array", of } };
    }
    case "raw":
      // Both were checked when the model was defined.
      return {
        type: { kind: "raw", type: { postgres: options.postgres ?? "", sqlite: options.sqlite ?? "" } },
      };
    default:
      return { type: { kind: field.kind } };
  }
}

function defaults(
  model: AnyModel,
  name: string,
  { options }: Field,
  shape: Shape,
): Pick<ResolvedColumn, "default" | "dbDefault"> {
  const literal = (option: "default" | "dbDefault", value: unknown): SqlValue => {
    const data = toLiteral(shape.type, value, shape.values);
    if (data !== undefined) return { value: data };
    const problem = `the ${option} ${display(value)} must be ${expected(shape.type, shape.values)}`;
    const hint =
      value === null
        ? `Leave ${option} out: with null: true the column is NULL unless a value is given.`
        : undefined;
    throw fieldError(model.name, name, problem, hint ?? hintFor(option));
  };
  const { default: own, dbDefault } = options;
  const applied = own === undefined || typeof own === "function" ? {} : { default: literal("default", own) };
  if (dbDefault === undefined) return applied;
  if (!isSql(dbDefault)) return { ...applied, dbDefault: literal("dbDefault", dbDefault) };
  const problem = expressionProblem(dbDefault.expression);
  if (problem !== undefined) throw fieldError(model.name, name, `dbDefault: ${problem}`);
  return { ...applied, dbDefault: { expression: dbDefault.expression } };
}

function hintFor(option: "default" | "dbDefault"): string | undefined {
  return option === "dbDefault" ? 'An SQL expression is written as sql("...").' : undefined;
}

function display(value: unknown): string {
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "object" && value !== null)
    return value instanceof Date ? String(value) : "(an object)";
  return String(value);
}
