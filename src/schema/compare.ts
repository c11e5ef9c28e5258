import type { Expression } from "./expression.ts";
import { mapIndex } from "./index-parts.ts";
import { constraintName, indexName } from "./naming.ts";
import type { ByName } from "./persistent-map.ts";
import { compareText, type Schema } from "./schema.ts";
import { normalizeExpression, normalizeText } from "./sql-tokens.ts";
import { type Column, type Constraint, type Index, primaryKeyOf, type Table } from "./table.ts";
import type { Trigger, View } from "./view.ts";

/** One place where two schemas differ; `path` is for people: `table user, column age, nullable`. */
export interface Difference {
  readonly path: string;
  readonly left: unknown;
  readonly right: unknown;
}

/** Every difference between two schemas, in the order of names. The order of columns and constraints does not count. */
export function compareSchemas(left: Schema, right: Schema): Difference[] {
  return [
    ...compareMaps(left.namespaces, right.namespaces, "schema", () => []),
    ...compareExtensions(left.extensions, right.extensions),
    ...compareMaps(left.enums, right.enums, "enum", (a, b, path) => compareValues(a.values, b.values, path)),
    ...compareMaps(left.tables, right.tables, "table", compareTables),
    ...compareMaps(left.views, right.views, "view", compareViews),
    ...compareMaps(left.triggers, right.triggers, "trigger", compareTriggers),
  ];
}

/** True if two values of plain data are equal; the order of keys does not count, a missing key is `undefined`. */
export function dataEqual(left: unknown, right: unknown): boolean {
  if (Object.is(left, right)) return true;
  if (typeof left !== "object" || typeof right !== "object" || left === null || right === null) return false;
  if (Array.isArray(left) !== Array.isArray(right)) return false;
  const [a, b] = [left as Data, right as Data];
  for (const key of Object.keys(a)) if (!dataEqual(a[key], b[key])) return false;
  for (const key of Object.keys(b)) if (b[key] !== undefined && !Object.hasOwn(a, key)) return false;
  return true;
}

/** Arrays too: their indexes are keys. */
type Data = Readonly<Record<string, unknown>>;

/** An index with its expressions in one spelling. */
export function comparableIndex(index: Index): Index {
  return mapIndex(index, (column) => column, normalizeExpression);
}

function compareExtensions(left: readonly string[], right: readonly string[]): Difference[] {
  const only = (names: readonly string[], others: readonly string[]) =>
    names.filter((name) => !others.includes(name)).map((name) => ({ path: `extension ${name}`, name }));
  return [
    ...only(left, right).map(({ path, name }) => ({ path, left: { name }, right: undefined })),
    ...only(right, left).map(({ path, name }) => ({ path, left: undefined, right: { name } })),
  ];
}

/** A view with its definition in one spelling. */
export function comparableView(view: View): View {
  return { ...view, definition: normalizeExpression(view.definition) };
}

/** A trigger with its texts in one spelling. */
export function comparableTrigger({ when, postgres, sqlite, ...trigger }: Trigger): Trigger {
  return {
    ...trigger,
    ...(when === undefined ? {} : { when: normalizeExpression(when) }),
    ...(postgres === undefined
      ? {}
      : {
          postgres:
            typeof postgres === "string"
              ? normalizeText(postgres)
              : { execute: normalizeText(postgres.execute) },
        }),
    ...(sqlite === undefined ? {} : { sqlite: normalizeText(sqlite) }),
  };
}

function compareViews(left: View, right: View, path: string): Difference[] {
  const [a, b] = [comparableView(left), comparableView(right)];
  return [
    ...compareValues(a.definition, b.definition, `${path}, definition`),
    ...compareValues(a.materialized, b.materialized, `${path}, materialized`),
  ];
}

function compareTriggers(left: Trigger, right: Trigger, path: string): Difference[] {
  const [a, b] = [comparableTrigger(left), comparableTrigger(right)];
  const keys = ["timing", "events", "columns", "forEach", "when", "postgres", "sqlite"] as const;
  return keys.flatMap((key) => compareValues(a[key], b[key], `${path}, ${key}`));
}

function compareTables(left: Table, right: Table, path: string): Difference[] {
  return [
    ...compareNamed(left.columns, right.columns, (column) => column.name, `${path}, column`, compareColumns),
    ...comparePrimaryKeys(left, right, `${path}, primary key`),
    ...compareValues(left.comment, right.comment, `${path}, comment`),
    ...compareConstraints(left, right, "uniques", path),
    ...compareConstraints(left, right, "checks", path),
    ...compareConstraints(left, right, "foreignKeys", path),
    ...compareNamed(
      left.indexes.map((index) => ({ ...comparableIndex(index), name: indexName(left.name, index) })),
      right.indexes.map((index) => ({ ...comparableIndex(index), name: indexName(right.name, index) })),
      (index) => index.name,
      `${path}, index`,
      compareValues,
    ),
  ];
}

/** Name and moment of checking count where both have a key; without one there is nothing else to say. */
function comparePrimaryKeys(left: Table, right: Table, path: string): Difference[] {
  const [a, b] = [primaryKeyOf(left), primaryKeyOf(right)];
  const columns = compareValues(left.primaryKey, right.primaryKey, path);
  if (a === undefined || b === undefined) return columns;
  return [
    ...columns,
    ...compareValues(constraintName(left.name, a), constraintName(right.name, b), `${path}, name`),
    ...compareValues(a.deferrable, b.deferrable, `${path}, deferrable`),
  ];
}

function compareConstraints(
  left: Table,
  right: Table,
  family: "uniques" | "checks" | "foreignKeys",
  path: string,
): Difference[] {
  const named = (table: Table) =>
    table[family].map((constraint: Constraint) => ({
      ...comparable(constraint),
      name: constraintName(table.name, constraint),
    }));
  return compareNamed(
    named(left),
    named(right),
    (constraint) => constraint.name,
    `${path}, constraint`,
    compareValues,
  );
}

function compareColumns(left: Column, right: Column, path: string): Difference[] {
  const keys = ["type", "collation", "nullable", "default", "autoIncrement", "generated", "comment"] as const;
  return keys.flatMap((key) =>
    compareValues(comparable(left[key]), comparable(right[key]), `${path}, ${key}`),
  );
}

/** A check, a default or a generated value with its expression in one spelling; anything else as it is. */
function comparable<T>(value: T): T {
  if (typeof value !== "object" || value === null || !("expression" in value)) return value;
  // Nothing else that is compared here has such a key.
  return { ...value, expression: normalizeExpression(value.expression as Expression) };
}

function compareValues(left: unknown, right: unknown, path: string): Difference[] {
  return dataEqual(left, right) ? [] : [{ path, left, right }];
}

function compareMaps<V>(
  left: ByName<V>,
  right: ByName<V>,
  what: string,
  compare: (a: V, b: V, path: string) => Difference[],
): Difference[] {
  const names = [...new Set([...left.keys(), ...right.keys()])].sort(compareText);
  return names.flatMap((name) => {
    const [a, b] = [left.get(name), right.get(name)];
    // Nearly all of them are.
    if (dataEqual(a, b)) return [];
    const path = `${what} ${name}`;
    return a === undefined || b === undefined ? [{ path, left: a, right: b }] : compare(a, b, path);
  });
}

function compareNamed<V>(
  left: readonly V[],
  right: readonly V[],
  nameOf: (value: V) => string,
  what: string,
  compare: (a: V, b: V, path: string) => Difference[],
): Difference[] {
  const [a, b] = [new Map(left.map((v) => [nameOf(v), v])), new Map(right.map((v) => [nameOf(v), v]))];
  const names = [...new Set([...a.keys(), ...b.keys()])].sort(compareText);
  return names.flatMap((name) => {
    const [x, y] = [a.get(name), b.get(name)];
    const path = `${what} ${name}`;
    return x === undefined || y === undefined ? [{ path, left: x, right: y }] : compare(x, y, path);
  });
}
