import type { ColumnType } from "../../schema/column-type.ts";
import { expressionFor } from "../../schema/expression.ts";
import { shorten } from "../../schema/identifier.ts";
import { indexPart, mapIndex } from "../../schema/index-parts.ts";
import { constraintName, indexName } from "../../schema/naming.ts";
import { shortenTable } from "../../schema/qualified-name.ts";
import { rawTypeFor } from "../../schema/raw-type.ts";
import { type Schema, schemaOf, withViews } from "../../schema/schema.ts";
import { type Column, type Table, withPrimaryKey } from "../../schema/table.ts";
import { normalizeKey } from "../normalize-key.ts";
import { isNullable } from "./alter-column.ts";
import { normalizeTrigger, normalizeView } from "./views.ts";

/** The schema as PostgreSQL keeps it: short names, and explicit ones for what has a derived name. */
export function normalize(schema: Schema): Schema {
  const tables = schemaOf(
    Iterator.from(schema.tables.values()).map(normalizeTable),
    Iterator.from(schema.enums.values()).map((type) => ({ ...type, name: shorten(type.name) })),
    // That one is always there, and nobody's to make.
    [...schema.namespaces.keys()]
      .filter((name) => name !== "public")
      .map((name) => ({ name: shorten(name) })),
    schema.extensions,
  );
  return withViews(
    tables,
    Iterator.from(schema.views.values()).map((view) => normalizeView(view, schema)),
    Iterator.from(schema.triggers.values()).flatMap((trigger) => normalizeTrigger(trigger, schema)),
  );
}

function normalizeTable(table: Table): Table {
  const normal: Table = {
    ...withComment(table),
    name: shortenTable(table.name),
    columns: table.columns.map((column) => normalizeColumn(table, column)),
    uniques: table.uniques.map((unique) => ({
      ...unique,
      name: shorten(constraintName(table.name, unique)),
      columns: unique.columns.map(shorten),
    })),
    checks: table.checks.map((check) => ({ ...check, name: shorten(check.name) })),
    foreignKeys: table.foreignKeys.map((key) => ({
      ...key,
      name: shorten(constraintName(table.name, key)),
      columns: key.columns.map(shorten),
      references: { table: shortenTable(key.references.table), columns: key.references.columns.map(shorten) },
    })),
    indexes: table.indexes.map((index) => {
      const shortened = mapIndex(index, shorten, (expression) => expression);
      return {
        ...shortened,
        name: shorten(indexName(table.name, index)),
        columns: shortened.columns.map(indexPart),
      };
    }),
  };
  return withPrimaryKey(normal, normalizeKey(table));
}

/** The name that PostgreSQL gives the collation of the database (manual, 24.2.2). */
const DEFAULT_COLLATION = "default";

function normalizeColumn(table: Table, column: Column): Column {
  const { collation, ...rest } = column;
  const name = collation === undefined ? DEFAULT_COLLATION : shorten(expressionFor(collation, "postgres"));
  return {
    ...withComment(rest),
    ...(name === DEFAULT_COLLATION ? {} : { collation: name }),
    name: shorten(column.name),
    type: normalizeType(column.type),
    nullable: isNullable(column) && !table.primaryKey.includes(column.name),
  };
}

function normalizeType(type: ColumnType): ColumnType {
  if (type.kind === "raw") return { kind: "raw", type: rawTypeFor(type.type, "postgres") };
  return type.kind === "enum" ? { ...type, name: shorten(type.name) } : type;
}

/** An empty comment is no comment (manual, COMMENT). */
function withComment<T extends { readonly comment?: string }>(commented: T): T {
  if (commented.comment !== "") return commented;
  const { comment: _, ...rest } = commented;
  return rest as T; // only an optional key is gone
}
