import { isInteger } from "../../src/schema/column-type.ts";
import { indexExpressions } from "../../src/schema/index-parts.ts";
import type { Schema } from "../../src/schema/schema.ts";
import { mentionsIdentifier } from "../../src/schema/sql-tokens.ts";
import type { Column, Table } from "../../src/schema/table.ts";
import type { Chooser } from "./chooser.ts";
import { allForeignKeys, isInForeignKey } from "./foreign-keys.ts";
import { isSource } from "./random-generated.ts";
import { canCount } from "./random-table.ts";
import { columnType, defaultFor, isText, randomCollation, widerTypes } from "./values.ts";

/** The column with one thing or two changed, as far as its keys and checks allow. */
export function alteredColumn(
  chooser: Chooser,
  schema: Schema,
  table: Table,
  column: Column,
  executable: boolean,
): Column {
  const change = chooser.oneOf([
    ...(["type", "default", "nullable", "autoIncrement", "comment"] as const),
    "collation",
  ] as const);
  switch (change) {
    case "type":
      return withType(chooser, schema, table, column, executable);
    case "collation": {
      const { collation, ...rest } = column;
      if (collation !== undefined && chooser.chance(50)) return rest;
      return isText(column.type) ? { ...rest, collation: randomCollation(chooser) } : column;
    }
    case "nullable":
      return mayChangeNull(schema, table, column) ? { ...column, nullable: !column.nullable } : column;
    case "default": {
      if (column.autoIncrement === true) return column;
      const { default: before, ...rest } = column;
      if (before !== undefined && chooser.chance(50)) return rest;
      return { ...rest, default: defaultFor(chooser, column.type, schema) };
    }
    case "autoIncrement": {
      const { autoIncrement, ...rest } = column;
      if (autoIncrement === true) return rest;
      const isReferring = table.foreignKeys.some((key) => key.columns.includes(column.name));
      return canCount(column, table.primaryKey) && !isReferring ? { ...rest, autoIncrement: true } : column;
    }
    case "comment": {
      const { comment, ...rest } = column;
      return comment === undefined ? { ...rest, comment: "a new comment; it's new" } : rest;
    }
  }
}

function withType(
  chooser: Chooser,
  schema: Schema,
  table: Table,
  column: Column,
  executable: boolean,
): Column {
  if (isInForeignKey(schema, table.name, column.name)) return column;
  const isComputedFrom = isSource(table, column.name);
  const needsInteger =
    isInExpression(table, column.name) ||
    column.autoIncrement === true ||
    (isComputedFrom && isInteger(column.type));
  const needsText = isComputedFrom && isText(column.type);
  const candidates = (executable ? widerTypes(column.type) : [columnType(chooser, schema)])
    .filter((candidate) => !needsInteger || isInteger(candidate))
    .filter((candidate) => !needsText || isText(candidate));
  const type = chooser.pick(candidates);
  if (type === undefined) return column;
  const { default: before, collation, ...rest } = column;
  const changed = { ...rest, type, ...(collation !== undefined && isText(type) ? { collation } : {}) };
  return before === undefined ? changed : { ...changed, default: defaultFor(chooser, type, schema) };
}

/** True if a check or an index of the table computes something of the column. */
export function isInExpression(table: Table, column: string): boolean {
  const expressions = [
    ...table.checks.map(({ expression }) => expression),
    ...table.indexes.flatMap(indexExpressions),
  ];
  return expressions.some(
    (expression) => typeof expression !== "string" || mentionsIdentifier(expression, column),
  );
}

/** A primary key holds no NULL, and what SET NULL may empty has to accept it. */
function mayChangeNull(schema: Schema, table: Table, column: Column): boolean {
  if (column.autoIncrement === true || table.primaryKey.includes(column.name)) return false;
  return allForeignKeys(schema).every(
    ({ table: from, key }) => from !== table.name || !key.columns.includes(column.name),
  );
}
