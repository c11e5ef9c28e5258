import { SchemaError } from "../../errors.ts";
import { type ColumnType, isInteger } from "../../schema/column-type.ts";
import { type Expression, expressionFor, type SqlValue } from "../../schema/expression.ts";
import { shorten } from "../../schema/identifier.ts";
import { indexPart, mapIndex } from "../../schema/index-parts.ts";
import { constraintName, indexName } from "../../schema/naming.ts";
import { shortenTable } from "../../schema/qualified-name.ts";
import { rawTypeFor } from "../../schema/raw-type.ts";
import { type Schema, schemaOf, withViews } from "../../schema/schema.ts";
import {
  type Check,
  type Column,
  type ForeignKey,
  type Index,
  type Table,
  type Unique,
  withPrimaryKey,
} from "../../schema/table.ts";
import { normalizeKey } from "../normalize-key.ts";
import { normalizeCollation } from "./collation.ts";
import { withoutOwnTable, withShortNames } from "./expression-text.ts";
import { sqlite } from "./renderer.ts";
import { storedIndexName } from "./stored-index-name.ts";
import { normalizeTrigger, normalizeView } from "./views.ts";

/**
 * What SQLite can represent of a schema: no namespaces, names explicit, no comments, plain unique constraints, B-trees for indexes, no enums (a text column with a check
 * `<table>_<column>_enum` stands for one), key columns never NULL, and integer keys that count of the one type
 * that can. @throws SchemaError if an enum is missing
 */
export function normalize(schema: Schema): Schema {
  return withViews(
    schemaOf(
      Array.from(schema.tables.values(), (table) => normalizeTable(table, schema)),
      [],
      [],
    ),
    Array.from(schema.views.values(), (view) => normalizeView(view, schema)),
    Array.from(schema.triggers.values(), (trigger) => normalizeTrigger(trigger, schema)).flat(),
  );
}

/** What was normalized before: a table without an enum depends on nothing else, and is asked for several times. */
const normalized = new WeakMap<Table, Table>();

/** One table of `normalize`. */
export function normalizeTable(table: Table, schema: Schema): Table {
  if (table.columns.some(({ type }) => type.kind === "enum")) return madeNormal(table, schema);
  const known = normalized.get(table);
  if (known !== undefined) return known;
  const normal = madeNormal(table, schema);
  normalized.set(table, normal);
  return normal;
}

function madeNormal(table: Table, schema: Schema): Table {
  const names = (columns: readonly string[]) => columns.map(shorten);
  const key = normalizeKey(table);
  const normal: Table = {
    name: shortenTable(table.name),
    columns: table.columns.map((column) => normalizeColumn(column, table)),
    primaryKey: [],
    uniques: table.uniques.map(
      (unique): Unique => ({
        kind: "unique",
        name: shorten(constraintName(table.name, unique)),
        columns: names(unique.columns),
      }),
    ),
    checks: [...table.checks.map((check) => normalizeCheck(check, table.name)), ...enumChecks(table, schema)],
    foreignKeys: table.foreignKeys.map(
      (key): ForeignKey => ({
        ...key,
        name: shorten(constraintName(table.name, key)),
        columns: names(key.columns),
        references: { table: shortenTable(key.references.table), columns: names(key.references.columns) },
      }),
    ),
    indexes: table.indexes.flatMap((index) => normalizeIndex(table.name, index)),
  };
  if (key === undefined) return normal;
  const { deferrable: _, ...kept } = key;
  return withPrimaryKey(normal, kept);
}

function normalizeColumn(column: Column, table: Table): Column {
  const isKey = table.primaryKey.includes(column.name);
  const collation =
    column.collation === undefined
      ? undefined
      : normalizeCollation(expressionFor(column.collation, "sqlite"));
  const counts =
    column.autoIncrement === true && isKey && table.primaryKey.length === 1 && isInteger(column.type);
  return {
    name: shorten(column.name),
    type: counts ? { kind: "int" } : normalizeType(column.type),
    ...(collation === undefined ? {} : { collation }),
    nullable: column.nullable && !isKey,
    ...(column.default === undefined ? {} : { default: normalizeValue(column.default) }),
    ...(counts ? { autoIncrement: true } : {}),
    ...(column.generated === undefined
      ? {}
      : {
          generated: {
            expression: ownExpression(column.generated.expression, table.name),
            stored: column.generated.stored,
          },
        }),
  };
}

/** An enum is text with a check, and a list is JSON. */
function normalizeType(type: ColumnType): ColumnType {
  if (type.kind === "array") return { kind: "json" };
  if (type.kind === "raw") return { kind: "raw", type: rawTypeFor(type.type, "sqlite") };
  return type.kind === "enum" ? { kind: "text" } : type;
}

/** A default or fill with the text of its expression on SQLite. */
export function normalizeValue(value: SqlValue): SqlValue {
  return "expression" in value ? { expression: normalizeExpression(value.expression) } : value;
}

/** The text of an expression on SQLite. */
export function normalizeExpression(expression: Expression): string {
  return withShortNames(expressionFor(expression, "sqlite").trim());
}

/** The text of an expression of a table on SQLite. */
function ownExpression(expression: Expression, table: string): string {
  return withoutOwnTable(normalizeExpression(expression), shortenTable(table));
}

function normalizeCheck(check: Check, table: string): Check {
  return {
    kind: "check",
    name: shorten(check.name),
    expression: ownExpression(check.expression, table),
  };
}

/**
 * What SQLite can represent of an index, or nothing: every index is a B-tree there, which stands in for a hash index
 * and is of no use for what the other methods find.
 */
function normalizeIndex(table: string, index: Index): Index[] {
  const {
    include: _,
    method,
    ...rest
  } = mapIndex(index, shorten, (expression) => ownExpression(expression, table));
  if (method !== undefined && method !== "hash") return [];
  const columns = rest.columns.map((part) => {
    if (typeof part === "string") return part;
    const { nulls: _, opclass: __, ...kept } = part;
    return indexPart(kept);
  });
  return [{ ...rest, name: storedIndexName(table, indexName(table, index)), columns }];
}

function enumChecks(table: Table, schema: Schema): Check[] {
  return table.columns.flatMap(({ name, type }): Check[] => {
    if (type.kind !== "enum") return [];
    const found = schema.enums.get(type.name);
    if (found === undefined) {
      throw new SchemaError(`column ${table.name}.${name} needs the enum ${type.name}, which does not exist`);
    }
    const expression = `${sqlite.quote(name)} IN (${found.values.map((value) => sqlite.quoteText(value)).join(", ")})`;
    return [{ kind: "check", name: shorten(`${table.name}_${name}_enum`), expression }];
  });
}
