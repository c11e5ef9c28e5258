import type { Check, ForeignKey, Index, IndexPart, Table, Unique } from "../schema/table.ts";
import { array, type Code, call, type Entry, object, text } from "./code.ts";
import { columnCode, foreignKeyEntries, isOfOneColumn, primaryKeyEntries, uniqueEntries } from "./columns.ts";
import { expression, objectKey, string, strings } from "./values.ts";

/**
 * The call that builds a table. Keys and constraints of one column are printed with the column as far as the builder
 * gives them back in the same order; the others stand in the options.
 */
export function createTableCode(table: Table): Code {
  const names = table.columns.map((column) => column.name);
  const distinct = new Set(names).size === names.length;
  const [uniques, otherUniques] = splitInColumnOrder(table.uniques, distinct ? names : [], isPlainUnique);
  const [foreignKeys, otherKeys] = splitInColumnOrder(
    table.foreignKeys,
    distinct ? names : [],
    isOfOneColumn,
  );
  const [key] = table.primaryKey;
  const isPlainKey = table.primaryKey.length === 1 && table.primaryKeyOptions === undefined;
  const pk = distinct && isPlainKey && names.includes(key ?? "") ? key : undefined;
  const columns = table.columns.map((column): [name: string, code: Code] => [
    column.name,
    columnCode(column, {
      pk: column.name === pk,
      unique: uniques.get(column.name),
      foreignKey: foreignKeys.get(column.name),
    }),
  ]);
  return call("m.createTable", [
    string(table.name),
    distinct && !names.some(isReordered) ? columnsObject(columns) : columnsArray(columns),
    object([
      pk === undefined && table.primaryKey.length > 0 ? ["primaryKey", primaryKeyCode(table)] : undefined,
      list(
        "foreignKeys",
        otherKeys.map((foreignKey) => foreignKeyCode("columns", foreignKey)),
      ),
      list("uniques", otherUniques.map(uniqueCode)),
      list("checks", table.checks.map(checkCode)),
      list("indexes", table.indexes.map(indexCode)),
      table.comment === undefined ? undefined : ["comment", string(table.comment)],
    ]),
  ]);
}

/** The options of an index: all but its columns. */
export function indexEntries({ name, unique, where, include, method }: Index): (Entry | undefined)[] {
  return [
    name === undefined ? undefined : ["name", string(name)],
    unique ? ["unique", text("true")] : undefined,
    where === undefined ? undefined : ["where", expression(where)],
    include === undefined ? undefined : ["include", strings(include)],
    method === undefined ? undefined : ["method", string(method)],
  ];
}

/** What an index sorts by, as `createIndex` takes it. */
export function indexPartsCode({ columns }: Index): Code {
  return array(columns.map(indexPartCode));
}

/** A foreign key as `createTable` (`columns`) and `addConstraint` (`foreignKey`) say it. */
export function foreignKeyCode(key: "columns" | "foreignKey", foreignKey: ForeignKey): Code {
  const { columns, references } = foreignKey;
  return object([
    [key, strings(columns)],
    [
      "references",
      object([
        ["table", string(references.table)],
        ["columns", strings(references.columns)],
      ]),
    ],
    ...foreignKeyEntries(foreignKey),
  ]);
}

/**
 * Splits constraints into those that their columns can say, by column, and the rest. The builder puts the first before
 * the rest and in the order of the columns, so they are the longest beginning that has that order.
 */
function splitInColumnOrder<C extends Unique | ForeignKey>(
  constraints: readonly C[],
  names: readonly string[],
  canBelongToColumn: (constraint: C) => boolean,
): [byColumn: ReadonlyMap<string, C>, rest: readonly C[]] {
  const byColumn = new Map<string, C>();
  let position = -1;
  for (const constraint of constraints) {
    const name = constraint.columns[0] ?? "";
    const at = names.indexOf(name);
    if (!canBelongToColumn(constraint) || at <= position) break;
    byColumn.set(name, constraint);
    position = at;
  }
  return [byColumn, constraints.slice(byColumn.size)];
}

function primaryKeyCode({ primaryKey, primaryKeyOptions = {} }: Table): Code {
  const entries = object(primaryKeyEntries(primaryKeyOptions)).entries;
  return entries.length === 0 ? strings(primaryKey) : object([["columns", strings(primaryKey)], ...entries]);
}

function isPlainUnique(unique: Unique): boolean {
  return unique.columns.length === 1 && object(uniqueEntries(unique)).entries.length === 0;
}

/** JavaScript moves integer keys to the front of an object. */
function isReordered(name: string): boolean {
  return name === "__proto__" || /^\d+$/.test(name);
}

function columnsObject(columns: readonly (readonly [string, Code])[]): Code {
  const entries = columns.map(([name, code]): Entry => [objectKey(name), code]);
  return { ...object(entries), expanded: entries.length > 1 };
}

function columnsArray(columns: readonly (readonly [string, Code])[]): Code {
  return array(columns.map(([name, code]) => array([string(name), code])));
}

function list(key: string, items: readonly Code[]): Entry | undefined {
  return items.length === 0 ? undefined : [key, array(items)];
}

function uniqueCode(unique: Unique): Code {
  return object([["columns", strings(unique.columns)], ...uniqueEntries(unique)]);
}

function checkCode(check: Check): Code {
  return object([
    ["name", string(check.name)],
    ["expression", expression(check.expression)],
  ]);
}

function indexCode(index: Index): Code {
  return object([["columns", indexPartsCode(index)], ...indexEntries(index)]);
}

function indexPartCode(part: IndexPart): Code {
  if (typeof part === "string") return string(part);
  return object([
    part.column === undefined ? undefined : ["column", string(part.column)],
    part.expression === undefined ? undefined : ["expression", expression(part.expression)],
    part.order === undefined ? undefined : ["order", string(part.order)],
    part.nulls === undefined ? undefined : ["nulls", string(part.nulls)],
    part.opclass === undefined ? undefined : ["opclass", string(part.opclass)],
  ]);
}
