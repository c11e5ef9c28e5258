import { quoteIdentifier } from "../../dialects/quoting.ts";
import type { ComparisonOperator } from "../../dialects/values.ts";
import { UsageError } from "../../errors.ts";
import { suggest } from "../../nearest.ts";
import type { ColumnKind } from "../../schema/column-type.ts";
import { valueToCompare } from "./input.ts";
import type { BoundColumn, Statement, Target } from "./target.ts";

/** Where a condition is compiled: the model, the statement that takes its values, and the column. */
export interface ColumnContext {
  readonly target: Target;
  readonly statement: Statement;
  readonly column: BoundColumn;
}

/** The SQL of one operator on a column. Throws UsageError for an unknown one and for a value that does not fit. */
export function compileOperator(context: ColumnContext, name: string, value: unknown): string {
  const place = placeOf(context);
  if (!isOperator(name)) {
    throw new UsageError(
      `${place}: there is no operator ${JSON.stringify(name)}`,
      suggest(name, Object.keys(OPERATORS)),
    );
  }
  if (value === undefined) throw undefinedCondition(`${place}.${name}`);
  const { kind } = context.column.meta.type;
  const { family, compile } = OPERATORS[name];
  if (!FAMILIES[family](kind))
    throw new UsageError(`${place}: the operator ${name} does not apply to ${kind} columns`);
  return compile(context, value);
}

/** The error for a condition whose value is undefined, which must not count as no condition. */
export function undefinedCondition(place: string): UsageError {
  return new UsageError(`${place}: the condition is undefined`, "leave the key out, or use null for NULL");
}

interface Operator {
  readonly family: keyof typeof FAMILIES;
  readonly compile: (context: ColumnContext, value: unknown) => string;
}

const FAMILIES = {
  any: () => true,
  equality: (kind: ColumnKind) => kind !== "json" && kind !== "array",
  order: (kind: ColumnKind) => !["json", "array", "binary", "boolean", "enum"].includes(kind),
  text: (kind: ColumnKind) => ["char", "text", "enum", "raw"].includes(kind),
};

type OperatorName =
  | "eq"
  | "ne"
  | "in"
  | "notIn"
  | "isNull"
  | "gt"
  | "gte"
  | "lt"
  | "lte"
  | "between"
  | "contains"
  | "startsWith"
  | "endsWith"
  | "iContains"
  | "iExact";

const OPERATORS: Readonly<Record<OperatorName, Operator>> = {
  eq: { family: "equality", compile: equal },
  ne: {
    family: "equality",
    compile: (context, value) =>
      value === null ? `${context.column.sql} IS NOT NULL` : not(equal(context, value)),
  },
  in: { family: "equality", compile: oneOf },
  notIn: { family: "equality", compile: (context, value) => not(oneOf(context, value)) },
  isNull: { family: "any", compile: isNull },
  gt: comparison(">"),
  gte: comparison(">="),
  lt: comparison("<"),
  lte: comparison("<="),
  between: { family: "order", compile: between },
  contains: search(({ text }, column, parameter) => text.contains(column, parameter)),
  startsWith: search(({ text }, column, parameter) => text.startsWith(column, parameter)),
  endsWith: search(({ text }, column, parameter) => text.endsWith(column, parameter)),
  iContains: search(({ text }, column, parameter) =>
    text.contains(text.lower(column), text.lower(parameter)),
  ),
  iExact: search(({ text }, column, parameter) => `${text.lower(column)} = ${text.lower(parameter)}`),
};

function isOperator(name: string): name is OperatorName {
  return Object.hasOwn(OPERATORS, name);
}

/** True where the condition is false or unknown. */
export function not(condition: string): string {
  return `(${condition}) IS NOT TRUE`;
}

function equal(context: ColumnContext, value: unknown): string {
  return value === null ? `${context.column.sql} IS NULL` : compare(context, "=", value);
}

function compare(context: ColumnContext, operator: ComparisonOperator, value: unknown): string {
  return context.column.comparison.compare(context.column.sql, operator, bind(context, value));
}

function comparison(operator: ComparisonOperator): Operator {
  return { family: "order", compile: (context, value) => compare(context, operator, value) };
}

function between(context: ColumnContext, value: unknown): string {
  if (!Array.isArray(value) || value.length !== 2) {
    throw new UsageError(`${placeOf(context)}: between takes a list of two values`);
  }
  return `(${compare(context, ">=", value[0])} AND ${compare(context, "<=", value[1])})`;
}

function oneOf(context: ColumnContext, value: unknown): string {
  if (!Array.isArray(value)) throw new UsageError(`${placeOf(context)}: in and notIn take a list of values`);
  const column = context.column.sql;
  const given = value.filter((item) => item !== null);
  const listed =
    given.length > 0 ? [`${column} IN (${given.map((item) => bind(context, item)).join(", ")})`] : [];
  const nulls = given.length < value.length ? [`${column} IS NULL`] : [];
  return [...listed, ...nulls].length > 0 ? `(${[...listed, ...nulls].join(" OR ")})` : "(1 = 0)";
}

function isNull(context: ColumnContext, value: unknown): string {
  if (typeof value !== "boolean") throw new UsageError(`${placeOf(context)}: isNull takes true or false`);
  return `${context.column.sql} IS ${value ? "" : "NOT "}NULL`;
}

function search(compile: (values: Target["values"], column: string, parameter: string) => string): Operator {
  return {
    family: "text",
    compile: (context, value) => {
      const { target, statement, column } = context;
      const text = { ...column.meta, type: { kind: "text" } as const };
      const codec = target.values.codec(text.type, quoteIdentifier);
      const parameter = codec.parameter(
        statement.bind(codec.toDatabase(valueToCompare(target.meta, text, value))),
      );
      return compile(target.values, column.codec.asText(column.sql), parameter);
    },
  };
}

/** Adds a value as a parameter of the column's type and returns its SQL. */
function bind({ target, statement, column }: ColumnContext, value: unknown): string {
  const portable = valueToCompare(target.meta, column.meta, value);
  return column.comparison.parameter(statement.bind(column.comparison.toDatabase(portable)));
}

function placeOf({ target, column }: ColumnContext): string {
  return `${target.meta.name}.${column.meta.attribute}`;
}
