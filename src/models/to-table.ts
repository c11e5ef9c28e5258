import type { Expression } from "../schema/expression.ts";
import { shorten } from "../schema/identifier.ts";
import { constraintName } from "../schema/naming.ts";
import { localName } from "../schema/qualified-name.ts";
import { isSql } from "../schema/sql.ts";
import {
  type Check,
  type Column,
  type ForeignKey,
  type Index,
  type PrimaryKey,
  type Table,
  type Unique,
  withPrimaryKey,
} from "../schema/table.ts";
import type { AnyModel } from "./model.ts";
import { tableName } from "./names.ts";
import { columnsOf, type ResolvedColumn } from "./resolve.ts";
import type { Scope } from "./scope.ts";
import { toCompositeKey } from "./to-foreign-key.ts";
import { toIndex } from "./to-index.ts";

/** The table of a model whose columns are resolved. Names that equal the derived ones are left out. */
export function toTable(model: AnyModel, columns: readonly ResolvedColumn[], scope: Scope): Table {
  const name = tableName(model);
  const { description } = model.options;
  const primaryKey = columns
    .filter((column) => column.source.options.pk === true)
    .map((column) => column.column);
  const table: Table = {
    name,
    columns: columns.map(toColumn),
    primaryKey,
    foreignKeys: [
      ...columns.flatMap((column) => toForeignKey(name, column)),
      ...compositeKeysOf(model, columns, scope),
    ],
    uniques: uniquesOf(model, name, columns, primaryKey),
    checks: checksOf(model, name),
    indexes: indexesOf(model, name, columns, primaryKey),
    ...(description ? { comment: description } : {}),
  };
  const { primaryKey: given } = model.options;
  if (typeof given !== "object") return table;
  const { name: keyName, ...options } = given;
  const key: PrimaryKey = { kind: "primaryKey", columns: primaryKey, ...options };
  return withPrimaryKey(table, named(name, key, keyName));
}

/** A unique constraint without its name where that is the derived one. */
export function namedUnique(table: string, columns: readonly string[], name: string | undefined): Unique {
  return named<Unique>(table, { kind: "unique", columns }, name);
}

function toColumn({ column, type, source, autoIncrement, dbDefault }: ResolvedColumn): Column {
  const { collation, description, generated, stored } = source.options;
  const nullable = source.options.null === true;
  // Of most columns nothing more is to be said.
  const plain = { name: column, type, nullable };
  if (!autoIncrement && collation === undefined && !generated && !description && dbDefault === undefined)
    return plain;
  return {
    ...plain,
    ...(collation === undefined ? {} : { collation }),
    ...(dbDefault === undefined ? {} : { default: dbDefault }),
    ...(autoIncrement ? { autoIncrement: true } : {}),
    ...(isSql(generated) ? { generated: { expression: generated.expression, stored: stored ?? true } } : {}),
    ...(description ? { comment: description } : {}),
  };
}

function toForeignKey(table: string, { column, source, references }: ResolvedColumn): ForeignKey[] {
  if (references === undefined) return [];
  const { name, onDelete = "noAction", onUpdate = "noAction", deferrable } = source.options;
  const target = { table: tableName(references.model), columns: [references.key.column] };
  const key: ForeignKey = {
    kind: "foreignKey",
    columns: [column],
    references: target,
    onDelete,
    onUpdate,
    ...(deferrable === undefined ? {} : { deferrable }),
  };
  return [named(table, key, name)];
}

/** The constraint with its name, which is left out where it is the derived one. */
function named<C extends PrimaryKey | Unique | ForeignKey>(
  table: string,
  constraint: C,
  name: string | undefined,
): C {
  if (name === undefined || shorten(name) === constraintName(table, constraint)) return constraint;
  return { ...constraint, name: shorten(name) };
}

function compositeKeysOf(model: AnyModel, columns: readonly ResolvedColumn[], scope: Scope): ForeignKey[] {
  return (model.options.constraints ?? []).flatMap((entry) =>
    "foreignKey" in entry ? [toCompositeKey(model, entry, columns, scope)] : [],
  );
}

function isUnique({ source }: ResolvedColumn): boolean {
  return source.kind === "oneToOne" || source.options.unique === true;
}

/** A column that is the whole primary key is unique and indexed as it is. */
function isWholeKey({ column }: ResolvedColumn, primaryKey: readonly string[]): boolean {
  return primaryKey.length === 1 && primaryKey[0] === column;
}

function uniquesOf(
  model: AnyModel,
  table: string,
  columns: readonly ResolvedColumn[],
  primaryKey: readonly string[],
): Unique[] {
  const own = columns.filter((column) => isUnique(column) && !isWholeKey(column, primaryKey));
  const together = model.options.uniqueTogether ?? [];
  const constraints = (model.options.constraints ?? []).filter((entry) => "unique" in entry);
  return [
    ...own.map((column) => namedUnique(table, [column.column], undefined)),
    ...together.map((names) => namedUnique(table, columnsOf(names, columns), undefined)),
    ...constraints.map(
      ({ unique, name, deferrable, nullsNotDistinct }): Unique => ({
        ...namedUnique(table, columnsOf(unique, columns), name),
        ...(deferrable === undefined ? {} : { deferrable }),
        ...(nullsNotDistinct === true ? { nullsNotDistinct } : {}),
      }),
    ),
  ];
}

function indexesOf(
  model: AnyModel,
  table: string,
  columns: readonly ResolvedColumn[],
  primaryKey: readonly string[],
): Index[] {
  const own = columns
    .filter((column) => column.source.options.index === true)
    // A unique constraint is an index already.
    .filter((column) => !isUnique(column) && !isWholeKey(column, primaryKey))
    .map((column): Index => ({ columns: [column.column], unique: false }));
  return [...own, ...(model.options.indexes ?? []).map((entry) => toIndex(table, entry, columns))];
}

function checksOf(model: AnyModel, table: string): Check[] {
  return (model.options.constraints ?? []).flatMap((entry): Check[] => {
    if (!("check" in entry)) return [];
    const expression = isSql(entry.check) ? entry.check.expression : entry.check;
    return [{ kind: "check", name: shorten(entry.name ?? checkName(table, expression)), expression }];
  });
}

/** Derived from the expression, so that the order of the constraints does not count. */
function checkName(table: string, expression: Expression): string {
  const text = typeof expression === "string" ? expression : `${expression.postgres}\0${expression.sqlite}`;
  return `${localName(table)}_${Bun.hash.xxHash64(text).toString(16).padStart(16, "0").slice(0, 8)}_check`;
}
