import { tableOf } from "../../operations/handler.ts";
import type { AddColumn, AlterColumn } from "../../operations/types.ts";
import { dataEqual } from "../../schema/compare.ts";
import type { SqlValue } from "../../schema/expression.ts";
import { shorten } from "../../schema/identifier.ts";
import { constraintName, constraintsOf, indexName } from "../../schema/naming.ts";
import type { Schema } from "../../schema/schema.ts";
import { mentionsIdentifier } from "../../schema/sql-tokens.ts";
import {
  type Check,
  type Column,
  findColumn,
  type GeneratedColumn,
  type Index,
  isGenerated,
  type Table,
} from "../../schema/table.ts";
import { castExpression } from "./cast.ts";
import { continueNumbers, type Question, retypeSequence, stopCounting } from "./counting.ts";
import {
  computedFrom,
  indexesComputedFrom,
  materialize,
  type Refusal,
  refuseOtherValues,
  suspend,
} from "./generated.ts";
import type { ColumnActions } from "./merge-alters.ts";
import { refuseLoss } from "./narrowing.ts";
import { isRaw } from "./raw-types.ts";
import { postgresRenderer as sql } from "./renderer.ts";

/** ALTER TABLE ADD COLUMN, with the value that existing rows receive where it is not the column's own default. */
export function addColumn(operation: AddColumn, after: Schema): string[] {
  const { table, column, fill } = operation;
  const own = (definition: Column) =>
    `ADD COLUMN ${sql.columnDefinition(definition, tableOf(after, table), after)}`;
  const constraints = [operation.unique, operation.foreignKey].flatMap((constraint) =>
    constraint === undefined ? [] : [`ADD ${sql.constraintClause(table, constraint)}`],
  );
  const comment = column.comment ? [sql.commentOnColumn(table, column.name, column.comment)] : [];
  if (fill === undefined) return [...sql.alterTable(table, [own(column), ...constraints]), ...comment];

  const name = sql.quote(column.name);
  const setDefault = column.default && `ALTER COLUMN ${name} SET ${defaultClause(column.default, column)}`;
  if (isConstant(fill)) {
    const dropDefault = setDefault === undefined ? [`ALTER COLUMN ${name} DROP DEFAULT`] : [];
    return [
      ...sql.alterTable(table, [
        own({ ...column, default: fill }),
        ...(setDefault === undefined ? [] : [setDefault]),
        ...constraints,
      ]),
      // DROP DEFAULT is done before ADD COLUMN when both are in one ALTER TABLE.
      ...sql.alterTable(table, dropDefault),
      ...comment,
    ];
  }
  const { default: _, ...bare } = column;
  return [
    ...sql.alterTable(table, [own({ ...bare, nullable: true })]),
    `UPDATE ${sql.quoteTable(table)} SET ${name} = ${sql.sqlValue(fill, column.type)}`,
    ...sql.alterTable(table, [
      ...(setDefault === undefined ? [] : [setDefault]),
      ...(column.nullable ? [] : [`ALTER COLUMN ${name} SET NOT NULL`]),
      ...constraints,
    ]),
    ...comment,
  ];
}

/** A statement, a part of one, what must hold, or what depends on what is there. */
type AlterPart = string | ColumnActions | Refusal | Question;

/** The statements that give a column its new definition. */
export function alterColumn(operation: AlterColumn, before: Schema, after: Schema): AlterPart[] {
  const { table, column: to } = operation;
  const from = findColumn(tableOf(before, table), to.name);
  if (from === undefined) return [];
  if (isGenerated(to)) return alterGenerated(table, from, to, after);
  const loss = refuseLoss(operation, from);
  if (!isGenerated(from)) return [...loss, ...alterPlain(operation, from, after)];
  const { generated: _, ...plain } = from;
  return [...loss, ...materialize(before, table, from), ...alterPlain(operation, plain, after)];
}

/** Another expression or type means another column: nothing is lost, for it holds no data of its own. */
function alterGenerated(table: string, from: Column, to: GeneratedColumn, after: Schema): AlterPart[] {
  if (dataEqual(from.generated, to.generated) && isSameType(from, to)) {
    return alterPlain({ kind: "alterColumn", table, column: to }, from, after);
  }
  const { drop, restoreColumns, restoreParts, restoreKeys } = suspend(after, table, [to.name]);
  return [
    ...(isGenerated(from) ? [] : [refuseOtherValues(table, from, to)]),
    ...drop,
    ...restoreColumns,
    ...restoreParts,
    ...restoreKeys,
  ];
}

function alterPlain(operation: AlterColumn, from: Column, after: Schema): AlterPart[] {
  const table = tableOf(after, operation.table);
  const to = operation.column;
  const name = sql.quote(to.name);
  const retyped = operation.using !== undefined || !isSameType(from, to);
  // PostgreSQL reads a check again with the new type, but with the casts to the old one that it added itself.
  const rereads = retyped && (from.type.kind !== to.type.kind || isRaw(to));
  const away = suspend(after, table.name, retyped ? computedFrom(table, to.name) : []);
  const stays = (part: Check | Index) => !away.parts.has(part);
  const checks = rereads ? checksOf(table, to.name).filter(stays) : [];
  const indexes = rereads ? indexesComputedFrom(table, to.name).filter(stays) : [];
  const redefault = retyped || !dataEqual(from.default, to.default);
  const [wasNullable, nullable] = [isNullable(from), isNullable(to)];

  const start = [
    ...checks.map(dropCheck),
    ...(redefault && from.default !== undefined ? ["DROP DEFAULT"].map(onColumn) : []),
    ...(retyped ? [onColumn(typeClause(operation, from))] : []),
  ];
  const end = [
    ...(redefault && to.default !== undefined ? [onColumn(`SET ${defaultClause(to.default, to)}`)] : []),
    ...(wasNullable === nullable ? [] : [onColumn(nullable ? "DROP NOT NULL" : "SET NOT NULL")]),
    ...(to.autoIncrement && !from.autoIncrement
      ? ["ADD GENERATED BY DEFAULT AS IDENTITY"].map(onColumn)
      : []),
    ...checks.map((check) => `ADD ${sql.constraintClause(table.name, check)}`),
  ];
  const fill =
    operation.fill !== undefined && !nullable
      ? [
          `UPDATE ${sql.quoteTable(table.name)} SET ${name} = ${sql.sqlValue(operation.fill, to.type)} WHERE ${name} IS NULL`,
          ...checkDeferred(table, to.name),
        ]
      : [];
  return [
    ...away.drop,
    ...indexes.map((index) => sql.dropIndex(table.name, indexName(table.name, index))),
    // Before TYPE, which would give the new type to the sequence.
    ...(from.autoIncrement && !to.autoIncrement ? [stopCounting(table.name, to.name)] : []),
    ...(fill.length === 0
      ? alterAlone([...start, ...end])
      : [...sql.alterTable(table.name, start), ...fill, ...sql.alterTable(table.name, end)]),
    ...(to.autoIncrement && !from.autoIncrement ? [continueNumbers(table.name, to.name)] : []),
    ...(to.autoIncrement && from.autoIncrement && retyped ? [retypeSequence(table.name, to)] : []),
    ...indexes.map((index) => sql.createIndex(table.name, index)),
    ...(from.comment === to.comment ? [] : [sql.commentOnColumn(table.name, to.name, to.comment)]),
    ...away.restoreColumns,
    ...away.restoreParts,
    ...away.restoreKeys,
  ];

  function onColumn(action: string): string {
    return `ALTER COLUMN ${name} ${action}`;
  }

  function alterAlone(actions: readonly string[]): (string | ColumnActions)[] {
    // A check may concern several columns.
    if (actions.length === 0 || checks.length > 0) return sql.alterTable(table.name, actions);
    const using = operation.using === undefined ? undefined : sql.expression(operation.using);
    return [{ table: table.name, column: shorten(to.name), actions, using }];
  }
}

/** True if PostgreSQL lets the column hold NULL, which it does not for an identity column. */
export function isNullable(column: Column): boolean {
  return column.nullable && !column.autoIncrement;
}

function isSameType(from: Column, to: Column): boolean {
  const sameName = isRaw(from) && isRaw(to) && sql.typeName(from.type) === sql.typeName(to.type);
  return (sameName || dataEqual(from.type, to.type)) && dataEqual(from.collation, to.collation);
}

function typeClause({ column, using }: AlterColumn, from: Column): string {
  const cast =
    using === undefined
      ? castExpression(sql.quote(column.name), from.type, column.type, (name) => sql.quote(name))
      : sql.expression(using);
  return `TYPE ${sql.typeOf(column)}${cast === undefined ? "" : ` USING ${cast}`}`;
}

function defaultClause(value: SqlValue, column: Column): string {
  return `DEFAULT ${sql.defaultValue(value, column.type)}`;
}

/** True for what is the same in every row and names no column, so that ADD COLUMN need not rewrite the table. */
function isConstant(value: SqlValue): boolean {
  return (
    "value" in value || /^(current_(date|time|timestamp)|now\(\))$/i.test(sql.expression(value.expression))
  );
}

/** The checks that use the column. */
function checksOf(table: Table, column: string): readonly Check[] {
  // The renderer shortens the names in its text.
  return table.checks.filter((check) =>
    mentionsIdentifier(sql.expression(check.expression), shorten(column)),
  );
}

/** Lets deferred constraints of the column be checked now: no ALTER TABLE is accepted while a check is pending. */
function checkDeferred(table: Table, column: string): string[] {
  const names = constraintsOf(table)
    .filter((constraint) => constraint.kind !== "check")
    .filter(({ deferrable, columns }) => deferrable === "deferred" && columns.includes(column))
    .map((constraint) => sql.quoteBeside(table.name, constraintName(table.name, constraint)))
    .join(", ");
  return names === "" ? [] : [`SET CONSTRAINTS ${names} IMMEDIATE`, `SET CONSTRAINTS ${names} DEFERRED`];
}

function dropCheck(check: Check): string {
  return `DROP CONSTRAINT ${sql.quote(check.name)}`;
}
