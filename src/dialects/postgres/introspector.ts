import type { Connection } from "../../connection/connection.ts";
import { SchemaError } from "../../errors.ts";
import type { ColumnType } from "../../schema/column-type.ts";
import { type Schema, schemaOf } from "../../schema/schema.ts";
import type { Check, Column, ForeignKey, Table, Unique } from "../../schema/table.ts";
import { toIndex } from "./introspected-index.ts";
import {
  ACTIONS,
  INTROSPECTION_QUERY,
  type Introspected,
  type IntrospectedColumn,
  type IntrospectedConstraint,
  type IntrospectedTable,
} from "./introspection-query.ts";
import { parseType } from "./types.ts";

/** The tool's own table, which is no part of the schema. */
const OWN_TABLE = "orm_migrations";

/**
 * Reads the first schema of the search path. Defaults and checks are in PostgreSQL's own words, names are explicit.
 * @throws SchemaError for a column or foreign key that a Schema has no words for
 */
export async function introspect(connection: Connection): Promise<Schema> {
  const [row] = await connection.query<{ structure: string }>(INTROSPECTION_QUERY, [OWN_TABLE]);
  if (row === undefined) throw new SchemaError("PostgreSQL returned nothing about its tables");
  const { tables, enums }: Introspected = JSON.parse(row.structure);
  return schemaOf(tables.map(toTable), enums);
}

function toTable(table: IntrospectedTable): Table {
  const ofKind = (kind: IntrospectedConstraint["kind"]) =>
    table.constraints.filter((constraint) => constraint.kind === kind);
  return {
    name: table.name,
    columns: table.columns.map((column) => toColumn(table.name, column)),
    primaryKey: ofKind("p").flatMap(({ columns }) => columns),
    uniques: ofKind("u").map(toUnique),
    checks: ofKind("c").map(
      ({ name, expression }): Check => ({ kind: "check", name, expression: expression ?? "" }),
    ),
    foreignKeys: ofKind("f").map((constraint) => toForeignKey(table.name, constraint)),
    indexes: table.indexes.map(toIndex),
    ...(table.comment === null ? {} : { comment: table.comment }),
  };
}

function toColumn(table: string, column: IntrospectedColumn): Column {
  const type: ColumnType | undefined =
    column.enum === null ? parseType(column.type) : { kind: "enum", name: column.enum };
  if (type === undefined) {
    throw new SchemaError(
      `column ${table}.${column.name} has the type ${column.type}, for which there is no field`,
      "change the column in the database, or keep the table in another schema of it",
    );
  }
  return {
    name: column.name,
    type,
    ...(column.collation === null ? {} : { collation: column.collation }),
    nullable: column.nullable,
    ...computedOrDefault(column),
    ...(column.identity ? { autoIncrement: true } : {}),
    ...(column.comment === null ? {} : { comment: column.comment }),
  };
}

function toUnique({ name, columns, deferrable, nullsNotDistinct }: IntrospectedConstraint): Unique {
  return {
    kind: "unique",
    name,
    columns,
    ...(deferrable === null ? {} : { deferrable }),
    ...(nullsNotDistinct ? { nullsNotDistinct } : {}),
  };
}

function computedOrDefault({
  default: expression,
  generated,
}: IntrospectedColumn): Pick<Column, "default" | "generated"> {
  if (expression === null) return {};
  return generated === null
    ? { default: { expression } }
    : { generated: { expression, stored: generated === "stored" } };
}

function toForeignKey(table: string, constraint: IntrospectedConstraint): ForeignKey {
  const { name, columns, target, targetColumns, targetSchema, deferrable } = constraint;
  if (target === null || targetSchema !== null) {
    throw new SchemaError(
      `foreign key ${name} of table ${table} refers to ${targetSchema}.${target}, a table of another schema`,
      "keep both tables in one schema",
    );
  }
  return {
    kind: "foreignKey",
    name,
    columns,
    references: { table: target, columns: targetColumns ?? [] },
    onDelete: ACTIONS[constraint.onDelete] ?? "noAction",
    onUpdate: ACTIONS[constraint.onUpdate] ?? "noAction",
    ...(deferrable === null ? {} : { deferrable }),
  };
}
