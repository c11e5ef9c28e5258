import { hasKey } from "../operations/key-checks.ts";
import type { Expression } from "../schema/expression.ts";
import { indexColumns, indexExpressions } from "../schema/index-parts.ts";
import { constraintName, indexName } from "../schema/naming.ts";
import { type Schema, schemaOf, tablesByName, withViews } from "../schema/schema.ts";
import { mentionsIdentifier } from "../schema/sql-tokens.ts";
import {
  type Column,
  type Constraint,
  type ForeignKey,
  findColumn,
  type Table,
  withPrimaryKey,
} from "../schema/table.ts";
import type { Inspection, Unsupported } from "./dialect.ts";

/**
 * The schema without what cannot stand in it: keys, constraints and indexes over columns that were left out, tables
 * without a column, foreign keys to what is no key. `leftOut` names the columns that are missing, by table; `unsupported`
 * is returned with what goes with them.
 */
export function withoutBroken(
  schema: Schema,
  leftOut: ReadonlyMap<string, readonly string[]>,
  unsupported: readonly Unsupported[],
): Inspection {
  const list: Unsupported[] = [...unsupported];
  const whole = tablesByName(schema)
    .map((table) => {
      const missing = leftOut.get(table.name) ?? [];
      const computed = table.columns.filter((column) => isComputedFrom(column, missing));
      for (const { name } of computed) {
        list.push({
          path: `table ${table.name}, column ${name}`,
          what: "is computed from one that is left out",
        });
      }
      const columns = table.columns.filter((column) => !computed.includes(column));
      return withoutMissing({ ...table, columns }, [...missing, ...computed.map(({ name }) => name)], list);
    })
    .filter((table) => hasColumns(table, list));
  const byName = new Map(whole.map((table) => [table.name, table]));
  const tables = whole.map((table) => ({
    ...table,
    foreignKeys: table.foreignKeys.filter((key) => {
      const what = problemOf(key, byName);
      if (what !== undefined) list.push({ path: constraintPath(table, key), what });
      return what === undefined;
    }),
  }));
  const left = schemaOf(tables, schema.enums.values(), schema.namespaces.values(), schema.extensions);
  return { schema: withViews(left, schema.views.values(), schema.triggers.values()), unsupported: list };
}

/** The table without its own parts over columns that it does not have. */
function withoutMissing(table: Table, leftOut: readonly string[], list: Unsupported[]): Table {
  if (leftOut.length === 0) return table;
  const mentioned = (expression: Expression) => {
    const text = typeof expression === "string" ? expression : expression.postgres + expression.sqlite;
    return leftOut.filter((column) => mentionsIdentifier(text, column));
  };
  const isWhole = (path: string, columns: readonly string[]) => {
    const missing = columns.find((column) => findColumn(table, column) === undefined);
    if (missing !== undefined) list.push({ path, what: `is over the column ${missing}, which is left out` });
    return missing === undefined;
  };
  const isWholeConstraint = (constraint: Exclude<Constraint, { kind: "check" }>) =>
    isWhole(constraintPath(table, constraint), constraint.columns);
  const isKeyWhole = isWhole(`table ${table.name}, primary key`, table.primaryKey);
  return {
    ...(isKeyWhole ? table : withPrimaryKey(table, undefined)),
    uniques: table.uniques.filter(isWholeConstraint),
    foreignKeys: table.foreignKeys.filter(isWholeConstraint),
    checks: table.checks.filter(({ name, expression }) =>
      isWhole(`table ${table.name}, constraint ${name}`, mentioned(expression)),
    ),
    indexes: table.indexes.filter((index) =>
      isWhole(`table ${table.name}, index ${indexName(table.name, index)}`, [
        ...indexColumns(index),
        ...indexExpressions(index).flatMap(mentioned),
      ]),
    ),
  };
}

function isComputedFrom({ generated }: Column, leftOut: readonly string[]): boolean {
  if (generated === undefined) return false;
  const { expression } = generated;
  const text = typeof expression === "string" ? expression : expression.postgres + expression.sqlite;
  return leftOut.some((column) => mentionsIdentifier(text, column));
}

function constraintPath(table: Table, constraint: Constraint): string {
  return `table ${table.name}, constraint ${constraintName(table.name, constraint)}`;
}

function hasColumns(table: Table, list: Unsupported[]): boolean {
  if (table.columns.length > 0) return true;
  list.push({ path: `table ${table.name}`, what: "has no column that can be expressed" });
  return false;
}

function problemOf(key: ForeignKey, tables: ReadonlyMap<string, Table>): string | undefined {
  const { table, columns } = key.references;
  const target = tables.get(table);
  if (target === undefined) return `refers to the table ${table}, which does not exist or is left out`;
  if (columns.length === key.columns.length && hasKey(target, columns)) return undefined;
  return `refers to ${table} (${columns.join(", ")}), which is no key of it`;
}
