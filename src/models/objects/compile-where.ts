import { UsageError } from "../../errors.ts";
import { keyOfRow, resolveKey } from "./attributes.ts";
import { compileOperator, not, undefinedCondition } from "./operators.ts";
import type { BoundColumn, Statement, Target } from "./target.ts";

/** One call of `filter` or `exclude`. */
export interface Filter {
  readonly where: object;
  readonly negated: boolean;
}

/** The SQL of all the filters together, without WHERE; empty where there are none. Throws UsageError like `compileWhere`. */
export function compileFilters(target: Target, statement: Statement, filters: readonly Filter[]): string[] {
  return filters.map(({ where, negated }) => {
    const condition = compileWhere(target, statement, where);
    return negated ? not(condition) : condition;
  });
}

/** The conditions for a message: their keys only, since a value may be a secret. */
export function describeFilters(filters: readonly Filter[]): string {
  const parts = filters.map(({ where, negated }) => {
    const keys = Object.keys(where).join(", ");
    const condition = keys === "" ? "{}" : `{ ${keys} }`;
    return negated ? `not ${condition}` : condition;
  });
  return parts.length === 0 ? "the whole table" : parts.join(" and ");
}

/** The SQL of a condition. Throws UsageError for an unknown key or operator and for a value that does not fit. */
export function compileWhere(target: Target, statement: Statement, where: unknown): string {
  if (!isPlainObject(where))
    throw new UsageError(`${target.meta.name}: a condition is an object of fields and values`);
  return all(Object.entries(where).map(([key, value]) => compileKey(target, statement, key, value)));
}

function compileKey(target: Target, statement: Statement, key: string, value: unknown): string {
  const place = `${target.meta.name}.${key}`;
  if (value === undefined) throw undefinedCondition(place);
  if (key === "$and" || key === "$or") {
    if (!Array.isArray(value)) throw new UsageError(`${target.meta.name}: ${key} takes a list of conditions`);
    const parts = value.map((part) => compileWhere(target, statement, part));
    return key === "$and" ? all(parts) : any(parts);
  }
  if (key === "$not") return not(compileWhere(target, statement, value));
  const { column: meta, relation } = resolveKey(target.meta, key);
  const column = boundColumn(target, meta.attribute);
  const context = { target, statement, column };
  if (relation !== undefined && value !== null) {
    return compileOperator(context, "eq", keyOfRow(target.meta, relation, value));
  }
  // JSON is not compared, its text differs between databases; but whether there is any can be asked.
  if (value === null) return compileOperator(context, "isNull", true);
  if (!isPlainObject(value)) return compileOperator(context, "eq", value);
  const operators = Object.entries(value);
  if (operators.length === 0) throw new UsageError(`${place}: a condition without an operator`);
  return all(operators.map(([name, operand]) => compileOperator(context, name, operand)));
}

/** The column with that attribute, which `resolveKey` has found. */
export function boundColumn(target: Target, attribute: string): BoundColumn {
  const column = target.columns.find((candidate) => candidate.meta.attribute === attribute);
  if (column === undefined)
    throw new UsageError(`${target.meta.name} has no field ${JSON.stringify(attribute)}`);
  return column;
}

function all(conditions: readonly string[]): string {
  return conditions.length === 0 ? "(1 = 1)" : `(${conditions.join(" AND ")})`;
}

function any(conditions: readonly string[]): string {
  return conditions.length === 0 ? "(1 = 0)" : `(${conditions.join(" OR ")})`;
}

function isPlainObject(value: unknown): value is object {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}
