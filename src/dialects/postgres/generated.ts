import { tableOf } from "../../operations/handler.ts";
import type { Expression } from "../../schema/expression.ts";
import { shorten } from "../../schema/identifier.ts";
import { indexColumns, indexExpressions } from "../../schema/index-parts.ts";
import { constraintName } from "../../schema/naming.ts";
import { compareText, type Schema } from "../../schema/schema.ts";
import { mentionsIdentifier } from "../../schema/sql-tokens.ts";
import type { Column, Constraint, ForeignKey, GeneratedColumn, Index, Table } from "../../schema/table.ts";
import { parenthesize } from "../base-renderer.ts";
import { otherValuesError } from "../other-values.ts";
import { postgresRenderer as sql } from "./renderer.ts";

/** A query that must return no row, and the error for the rows that it returns. */
export interface Refusal {
  readonly sql: string;
  /** The one column that is read, where it is no more than one. */
  readonly reads?: string;
  readonly explain: (rows: readonly Readonly<Record<string, unknown>>[]) => Error;
}

/** Statements that take generated columns away and bring them back; they hold no data of their own. */
export interface Suspension {
  readonly drop: readonly string[];
  readonly restoreColumns: readonly string[];
  /** Their indexes, comments and constraints but the foreign keys. */
  readonly restoreParts: readonly string[];
  /** The foreign keys, which may need the columns of several tables. */
  readonly restoreKeys: readonly string[];
  /** The constraints and indexes that go and come with them. */
  readonly parts: ReadonlySet<Constraint | Index>;
}

/**
 * How these generated columns of a table are away for a while, with all that is built on them: PostgreSQL gives
 * neither them nor the columns that they are computed from another type, and drops no column without its indexes and
 * constraints. `schema` holds the columns as they come back.
 */
export function suspend(schema: Schema, tableName: string, names: readonly string[]): Suspension {
  const table = tableOf(schema, tableName);
  const isGone = (column: string) => names.includes(column);
  const isOver = (expression: Expression) =>
    names.some((name) => mentionsIdentifier(sql.expression(expression), shorten(name)));
  const own = [...table.uniques, ...table.checks].filter((constraint) =>
    constraint.kind === "check" ? isOver(constraint.expression) : constraint.columns.some(isGone),
  );
  const joined = new Set([table, ...schema.tables.referringTo(table.name)]);
  const keys = [...joined]
    .sort((a, b) => compareText(a.name, b.name))
    .flatMap((other) =>
      other.foreignKeys
        .filter(
          ({ columns, references }) =>
            (other === table && columns.some(isGone)) ||
            (references.table === table.name && references.columns.some(isGone)),
        )
        .map((key) => ({ table: other.name, key })),
    );
  const columns = table.columns.filter(({ name }) => isGone(name));
  const indexes = table.indexes.filter(
    (index) => indexColumns(index).some(isGone) || indexExpressions(index).some(isOver),
  );
  return {
    parts: new Set<Constraint | Index>([...own, ...keys.map(({ key }) => key), ...indexes]),
    drop: [
      ...keys.flatMap(({ table: name, key }) => sql.alterTable(name, [dropConstraint(name, key)])),
      ...sql.alterTable(table.name, [
        ...own.map((constraint) => dropConstraint(table.name, constraint)),
        ...names.map((name) => `DROP COLUMN ${sql.quote(name)}`),
      ]),
    ],
    restoreColumns: sql.alterTable(
      table.name,
      columns.map((column) => `ADD COLUMN ${sql.columnDefinition(column, table, schema)}`),
    ),
    restoreParts: [
      ...sql.alterTable(
        table.name,
        own.map((constraint) => `ADD ${sql.constraintClause(table.name, constraint)}`),
      ),
      ...indexes.map((index) => sql.createIndex(table.name, index)),
      ...columns.flatMap(({ name, comment }) =>
        comment ? [sql.commentOnColumn(table.name, name, comment)] : [],
      ),
    ],
    restoreKeys: keys.flatMap(({ table: name, key }) => addKey(name, key)),
  };
}

/** The generated columns of the table that are computed from this one. */
export function computedFrom(table: Table, column: string): string[] {
  return table.columns.flatMap(({ name, generated }) =>
    generated !== undefined && mentionsIdentifier(sql.expression(generated.expression), shorten(column))
      ? [name]
      : [],
  );
}

/** The indexes with an expression or a condition that uses the column. */
export function indexesComputedFrom(table: Table, column: string): readonly Index[] {
  return table.indexes.filter((index) =>
    indexExpressions(index).some((text) => mentionsIdentifier(sql.expression(text), shorten(column))),
  );
}

/** Refuses values of a plain column that it would not have as a generated one: they would be lost without a word. */
export function refuseOtherValues(table: string, from: Column, to: GeneratedColumn): Refusal {
  const name = sql.quote(from.name);
  const computed = `CAST(${parenthesize(sql.expression(to.generated.expression))} AS ${sql.typeName(to.type)})`;
  return {
    // As text: not every type knows equality.
    sql:
      `SELECT ${name}::text AS "value" FROM ${sql.quoteTable(table)} ` +
      `WHERE ${name} IS NOT NULL AND ${name}::text IS DISTINCT FROM ${computed}::text LIMIT 3`,
    explain: (rows) =>
      otherValuesError(
        table,
        to.name,
        rows.map(({ value }) => value),
      ),
  };
}

/** The statements after which a generated column of `before` is a plain one that keeps its values. */
export function materialize(before: Schema, tableName: string, from: GeneratedColumn): string[] {
  const name = sql.quote(from.name);
  if (from.generated.stored) return sql.alterTable(tableName, [`ALTER COLUMN ${name} DROP EXPRESSION`]);
  // DROP EXPRESSION is for stored columns only.
  const table = tableOf(before, tableName);
  const aside = freeName(table, from.name);
  const { drop, restoreParts, restoreKeys } = suspend(before, tableName, [from.name]);
  return [
    ...sql.alterTable(tableName, [`ADD COLUMN ${sql.quote(aside)} ${sql.typeOf(from)}`]),
    `UPDATE ${sql.quoteTable(tableName)} SET ${sql.quote(aside)} = ${name}`,
    ...drop,
    ...sql.alterTable(tableName, [`RENAME COLUMN ${sql.quote(aside)} TO ${name}`]),
    ...(from.nullable ? [] : sql.alterTable(tableName, [`ALTER COLUMN ${name} SET NOT NULL`])),
    ...restoreParts,
    ...restoreKeys,
  ];
}

function freeName(table: Table, name: string): string {
  for (let suffix = "_new"; ; suffix += "_") {
    const candidate = shorten(`${name}${suffix}`);
    if (table.columns.every((column) => shorten(column.name) !== candidate)) return candidate;
  }
}

function dropConstraint(table: string, constraint: Constraint): string {
  return `DROP CONSTRAINT ${sql.quote(constraintName(table, constraint))}`;
}

function addKey(table: string, key: ForeignKey): string[] {
  return sql.alterTable(table, [`ADD ${sql.constraintClause(table, key)}`]);
}
