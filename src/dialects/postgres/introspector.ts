import type { Connection } from "../../connection/connection.ts";
import { SchemaError } from "../../errors.ts";
import type { ColumnType } from "../../schema/column-type.ts";
import { withoutDerivedName } from "../../schema/naming.ts";
import { EMPTY_SCHEMA, type Schema, schemaOf, withViews } from "../../schema/schema.ts";
import {
  type Check,
  type Column,
  type ForeignKey,
  type PrimaryKey,
  type Table,
  type Unique,
  withPrimaryKey,
} from "../../schema/table.ts";
import type { Unsupported } from "../dialect.ts";
import { toIndex } from "./introspected-index.ts";
import { toTrigger, toView } from "./introspected-views.ts";
import {
  ACTIONS,
  INTROSPECTION_QUERY,
  type Introspected,
  type IntrospectedColumn,
  type IntrospectedConstraint,
  type IntrospectedTable,
} from "./introspection-query.ts";
import { parametersFor } from "./read-namespaces.ts";
import { parseType } from "./types.ts";

/**
 * See Dialect.introspect. Defaults and checks are in PostgreSQL's own words, names are explicit.
 * @throws SchemaError for a table or foreign key that a Schema has no words for
 */
export async function introspect(connection: Connection, known: Schema = EMPTY_SCHEMA): Promise<Schema> {
  const refuse: Refuse = ({ message, hint }) => {
    throw new SchemaError(message, hint);
  };
  const { tables, enums, namespaces, extensions, views, triggers } = await read(connection, known, refuse);
  const schema = schemaOf(
    tables.map((table) => toTable(table, refuse)),
    enums,
    namespaces,
    extensions,
  );
  return withViews(schema, views.map(toView), triggers.map(toTrigger));
}

/** Takes note of what a Schema has no words for: throws, or lists it. */
export type Refuse = (problem: Unsupported & { readonly message: string; readonly hint: string }) => void;

/** What the catalogs say, before it is a Schema. */
export async function read(connection: Connection, known: Schema, refuse: Refuse): Promise<Introspected> {
  const [row] = await connection.query<{ structure: string }>(INTROSPECTION_QUERY, parametersFor(known));
  if (row === undefined) throw new SchemaError("PostgreSQL returned nothing about its tables");
  const all: Introspected = JSON.parse(row.structure);
  const tables = all.tables.filter(({ name, dotted }) => {
    const what = "has a dot in its name, which stands between a schema and a table";
    if (dotted)
      refuse({ path: `table ${name}`, what, message: `table ${name} ${what}`, hint: "rename the table" });
    return !dotted;
  });
  return { ...all, tables };
}

/** A table as a Schema has it; what it has no words for is left out once `refuse` has returned. */
export function toTable(table: IntrospectedTable, refuse: Refuse): Table {
  const ofKind = (kind: IntrospectedConstraint["kind"]) =>
    table.constraints.filter((constraint) => constraint.kind === kind);
  const [key] = ofKind("p");
  const keyless: Table = {
    name: table.name,
    columns: table.columns.map(toColumn),
    primaryKey: [],
    uniques: ofKind("u").map(toUnique),
    checks: ofKind("c").map(
      ({ name, expression }): Check => ({ kind: "check", name, expression: expression ?? "" }),
    ),
    foreignKeys: ofKind("f").flatMap((constraint) => toForeignKey(table.name, constraint, refuse) ?? []),
    indexes: table.indexes.map(toIndex),
    ...(table.comment === null ? {} : { comment: table.comment }),
  };
  return key === undefined
    ? keyless
    : withPrimaryKey(keyless, withoutDerivedName(table.name, toPrimaryKey(key)));
}

function toPrimaryKey({ name, columns, deferrable }: IntrospectedConstraint): PrimaryKey {
  return { kind: "primaryKey", name, columns, ...(deferrable === null ? {} : { deferrable }) };
}

function toColumn(column: IntrospectedColumn): Column {
  return {
    name: column.name,
    type: toType(column),
    ...(column.collation === null ? {} : { collation: column.collation }),
    nullable: column.nullable,
    ...computedOrDefault(column),
    ...(column.identity ? { autoIncrement: true } : {}),
    ...(column.comment === null ? {} : { comment: column.comment }),
  };
}

/** The type by PostgreSQL's name for it, raw where no field has it. */
export function toType(column: Pick<IntrospectedColumn, "type" | "enum">): ColumnType {
  if (column.enum !== null) return { kind: "enum", name: column.enum };
  return parseType(column.type) ?? { kind: "raw", type: column.type };
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

function toForeignKey(
  table: string,
  constraint: IntrospectedConstraint,
  refuse: Refuse,
): ForeignKey | undefined {
  const { name, columns, target, targetColumns, targetSchema, deferrable } = constraint;
  if (target === null || targetSchema !== null) {
    const problem = `refers to ${target}, a table of another schema`;
    return void refuse({
      path: `table ${table}, constraint ${name}`,
      what: problem,
      message: `foreign key ${name} of table ${table} ${problem}`,
      hint: "name that schema as well, or keep both tables in one",
    });
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
