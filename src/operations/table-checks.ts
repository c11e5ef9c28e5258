import { SchemaError } from "../errors.ts";
import { mayHaveCollation } from "../schema/column-type.ts";
import { indexColumns, indexProblem } from "../schema/index-parts.ts";
import { constraintName, constraintsOf, indexName } from "../schema/naming.ts";
import type { Schema } from "../schema/schema.ts";
import {
  type Column,
  type Constraint,
  type ForeignKey,
  findColumn,
  type Index,
  type Table,
} from "../schema/table.ts";
import { checkGeneratedColumn } from "./generated-checks.ts";
import { tableOf } from "./handler.ts";
import { checkTargetKey } from "./key-checks.ts";
import { referrers } from "./referrers.ts";

/** Throws SchemaError where the column's enum is missing, its value has two sources, or what is no text has a collation. */
export function checkColumn(table: string, column: Column, schema: Schema): void {
  checkGeneratedColumn(table, column);
  if (column.collation !== undefined && !mayHaveCollation(column.type)) {
    throw new SchemaError(
      `column ${table}.${column.name} of the type ${column.type.kind} has a collation`,
      "only text has an order of its own: remove the collation",
    );
  }
  if (column.type.kind === "enum" && !schema.enums.has(column.type.name)) {
    throw new SchemaError(
      `column ${table}.${column.name} needs the enum ${column.type.name}, which does not exist`,
      "create it before with m.createEnum",
    );
  }
}

/** Throws SchemaError where one of the constraints names unknown columns, an unknown target, or a name that is taken. */
export function checkConstraints(table: Table, constraints: readonly Constraint[], schema: Schema): void {
  const taken = constraintsOf(table).map((constraint) => constraintName(table.name, constraint));
  for (const constraint of constraints) {
    const name = constraintName(table.name, constraint);
    if (taken.indexOf(name) !== taken.lastIndexOf(name))
      throw new SchemaError(`table ${table.name} has a constraint ${name} already`);
    checkConstraint(table, constraint, name, schema);
  }
}

function checkConstraint(table: Table, constraint: Constraint, name: string, schema: Schema): void {
  if (constraint.kind === "check") return;
  checkColumnNames(table, constraint.columns, `constraint ${name}`);
  if (constraint.kind === "foreignKey") checkTarget(table, constraint, name, schema);
  if (constraint.kind === "primaryKey") {
    const nullable = constraint.columns.find((column) => findColumn(table, column)?.nullable);
    if (nullable !== undefined) {
      throw new SchemaError(`column ${table.name}.${nullable} accepts NULL and cannot be in the primary key`);
    }
  }
}

/** Throws SchemaError where an index is none that a database can have, or names unknown columns or a name that is taken. */
export function checkIndex(table: Table, index: Index): void {
  const name = indexName(table.name, index);
  if (table.indexes.filter((other) => indexName(table.name, other) === name).length > 1) {
    throw new SchemaError(`table ${table.name} has an index ${name} already`);
  }
  const problem = indexProblem(index);
  if (problem !== undefined) throw new SchemaError(`index ${name} of table ${table.name} ${problem}`);
  checkKnown(table, indexColumns(index), `index ${name}`);
}

function checkColumnNames(table: Table, columns: readonly string[], what: string): void {
  if (columns.length === 0) throw new SchemaError(`${what} of table ${table.name} names no column`);
  checkKnown(table, columns, what);
}

function checkKnown(table: Table, columns: readonly string[], what: string): void {
  const unknown = columns.find((column) => findColumn(table, column) === undefined);
  if (unknown !== undefined) {
    throw new SchemaError(`${what} names the column ${unknown}, which table ${table.name} does not have`);
  }
}

function checkTarget(table: Table, key: ForeignKey, name: string, schema: Schema): void {
  const { table: targetName, columns } = key.references;
  const target = targetName === table.name ? table : schema.tables.get(targetName);
  if (target === undefined) {
    throw new SchemaError(
      `foreign key ${name} of table ${table.name} refers to table ${targetName}, which does not exist`,
      "create the table before, or add the foreign key after it with m.addConstraint",
    );
  }
  if (columns.length !== key.columns.length) {
    throw new SchemaError(
      `foreign key ${name} of table ${table.name} has not as many columns as it refers to`,
    );
  }
  checkColumnNames(target, columns, `foreign key ${name}`);
  checkTargetKey(name, table.name, key, target);
}

/** The table of that name where no foreign key of another table stands in the way of dropping it. */
export function unreferencedTable(schema: Schema, name: string): Table {
  const table = tableOf(schema, name);
  const [referrer] = referrers(schema, name);
  if (referrer === undefined) return table;
  throw new SchemaError(
    `table ${name} cannot be dropped: table ${referrer.table} refers to it`,
    `drop the foreign key first: m.dropConstraint("${referrer.table}", "${constraintName(referrer.table, referrer.key)}")`,
  );
}
