import { dataEqual } from "../schema/compare.ts";
import type { Expression } from "../schema/expression.ts";
import { indexName, withoutDerivedName } from "../schema/naming.ts";
import type { Schema } from "../schema/schema.ts";
import { tokenizeSql } from "../schema/sql-tokens.ts";
import {
  type ForeignKey,
  type Index,
  type IndexPart,
  primaryKeyOf,
  type Table,
  type Unique,
} from "../schema/table.ts";
import { array, type Code, type Entry, object, text } from "./code.ts";
import { foreignKeyEntries, primaryKeyEntries, uniqueEntries } from "./columns.ts";
import { fieldCode } from "./model-fields.ts";
import type { TableNames } from "./model-names.ts";
import { expression, string, strings } from "./values.ts";

/** What the text of one model is made from. */
export interface ModelParts {
  readonly schema: Schema;
  /** The names of all tables. */
  readonly names: ReadonlyMap<string, TableNames>;
  readonly own: TableNames;
  /** The foreign keys that become relations, by column. */
  readonly relations: ReadonlyMap<string, ForeignKey>;
  /** Tables whose relations to each other take the name of the model, not the model. */
  readonly circular: ReadonlySet<string>;
}

/** The fields by name: in the order of columns, but that the primary key has its own. */
export function modelFields(parts: ModelParts): (readonly [name: string, field: Code])[] {
  const { table, fields } = parts.own;
  const keys = table.primaryKey.values();
  const columns = table.columns.map((column) => {
    if (!table.primaryKey.includes(column.name)) return column;
    const next = keys.next().value;
    return table.columns.find(({ name }) => name === next) ?? column;
  });
  return columns.map((column) => {
    const name = fields.get(column.name) ?? column.name;
    const key = parts.relations.get(column.name);
    const code = fieldCode(column, {
      name,
      table,
      values: column.type.kind === "enum" ? parts.schema.enums.get(column.type.name)?.values : undefined,
      unique: table.uniques.some((unique) => isOwnUnique(unique, column.name, table)),
      index: table.indexes.some((index) => isOwnIndex(index, column.name, table)),
      relation: key && { key, isNamed: !isDerived(table, key), target: targetCode(parts, key) },
    });
    return [name, code];
  });
}

/** The options of the model but for the name of its table. */
export function modelOptions(parts: ModelParts): (Entry | undefined)[] {
  const { table } = parts.own;
  const indexes = table.indexes.filter(
    (index) => !table.columns.some(({ name }) => isOwnIndex(index, name, table)),
  );
  const uniques = table.uniques.filter((unique) => !isOwnUnique(unique, unique.columns[0] ?? "", table));
  const relations = new Set(parts.relations.values());
  return [
    primaryKeyEntry(table),
    list(
      "indexes",
      indexes.map((index) => indexCode(index, parts.own)),
    ),
    list(
      "uniqueTogether",
      uniques.filter((unique) => isPlain(table, unique)).map(({ columns }) => fieldList(columns, parts.own)),
    ),
    list("constraints", [
      ...uniques
        .filter((unique) => !isPlain(table, unique))
        .map((unique) =>
          object([
            ["unique", fieldList(unique.columns, parts.own)],
            ...uniqueEntries(withoutDerivedName(table.name, unique)),
          ]),
        ),
      ...table.foreignKeys.filter((key) => !relations.has(key)).map((key) => foreignKeyCode(key, parts)),
      ...table.checks.map((check) =>
        object([
          ["check", expression(bareExpression(check.expression))],
          ["name", string(check.name)],
        ]),
      ),
    ]),
    table.comment === undefined ? undefined : ["description", string(table.comment)],
  ];
}

function primaryKeyEntry(table: Table): Entry | undefined {
  const key = primaryKeyOf(table);
  if (key === undefined) return ["primaryKey", text("false")];
  const options = object(primaryKeyEntries(withoutDerivedName(table.name, key)));
  return options.entries.length === 0 ? undefined : ["primaryKey", options];
}

/** True where the field says it: `unique: true`. What is the whole key takes no such word. */
function isOwnUnique(unique: Unique, column: string, table: Table): boolean {
  return isOfColumn(unique.columns, column, table) && isPlain(table, unique);
}

/** True where the field says it: `index: true`, which a field that is unique does not take. */
function isOwnIndex(index: Index, column: string, table: Table): boolean {
  const { name, columns, unique, ...more } = index;
  return (
    !unique &&
    Object.keys(more).length === 0 &&
    isOfColumn(columns, column, table) &&
    (name === undefined || name === indexName(table.name, { columns, unique })) &&
    !table.uniques.some((unique) => isOwnUnique(unique, column, table))
  );
}

function isOfColumn(columns: readonly IndexPart[], column: string, table: Table): boolean {
  const isWholeKey = table.primaryKey.length === 1 && table.primaryKey[0] === column;
  return columns.length === 1 && columns[0] === column && !isWholeKey;
}

/** True for a unique constraint that says nothing but its columns. */
function isPlain(table: Table, unique: Unique): boolean {
  return object(uniqueEntries(withoutDerivedName(table.name, unique))).entries.length === 0;
}

function isDerived(table: Table, constraint: Unique | ForeignKey): boolean {
  return withoutDerivedName(table.name, constraint).name === undefined;
}

function indexCode(index: Index, own: TableNames): Code {
  const { name, ...unnamed } = index;
  const { where, include = [], method } = index;
  const entries = object([
    name === undefined || name === indexName(own.table.name, unnamed) ? undefined : ["name", string(name)],
    index.unique ? ["unique", text("true")] : undefined,
    where === undefined ? undefined : ["where", expression(bareExpression(where))],
    include.length === 0 ? undefined : ["include", fieldList(include, own)],
    method === undefined ? undefined : ["method", string(method)],
  ]).entries;
  const parts = array(index.columns.map((part) => indexPartCode(part, own)));
  return entries.length === 0 ? parts : object([["fields", parts], ...entries]);
}

/** A part of an index: a field, `-` before it where it descends, or an object. */
function indexPartCode(part: IndexPart, own: TableNames): Code {
  if (typeof part === "string") return string(fieldOf(part, own));
  const { column, expression: sorted, order, nulls, opclass } = part;
  if (column !== undefined && nulls === undefined && opclass === undefined) {
    return string(`${order === "desc" ? "-" : ""}${fieldOf(column, own)}`);
  }
  return object([
    column === undefined ? undefined : ["field", string(fieldOf(column, own))],
    sorted === undefined ? undefined : ["expression", expression(sorted)],
    order === undefined ? undefined : ["order", string(order)],
    nulls === undefined ? undefined : ["nulls", string(nulls)],
    opclass === undefined ? undefined : ["opclass", string(opclass)],
  ]);
}

function foreignKeyCode(key: ForeignKey, { own, names }: ModelParts): Code {
  const { table, columns } = key.references;
  const target = names.get(table);
  const isKey = target !== undefined && dataEqual(target.table.primaryKey, columns);
  return object([
    ["foreignKey", fieldList(key.columns, own)],
    [
      "references",
      object([
        ["model", string(target?.model ?? table)],
        isKey ? undefined : ["fields", target === undefined ? strings(columns) : fieldList(columns, target)],
      ]),
    ],
    ...foreignKeyEntries(withoutDerivedName(own.table.name, key)),
  ]);
}

function targetCode({ names, own, circular }: ModelParts, { references }: ForeignKey): Code {
  const target = names.get(references.table)?.model ?? references.table;
  const isCircular = circular.has(own.table.name) && circular.has(references.table);
  return isCircular ? string(target) : text(`() => ${target}`);
}

function fieldList(columns: readonly string[], own: TableNames): Code {
  return strings(columns.map((column) => fieldOf(column, own)));
}

function fieldOf(column: string, { fields }: TableNames): string {
  return fields.get(column) ?? column;
}

function list(key: string, items: readonly Code[]): Entry | undefined {
  return items.length === 0 ? undefined : [key, array(items)];
}

/** Without the parentheses around all of it, in which PostgreSQL gives a check back. */
function bareExpression(check: Expression): Expression {
  if (typeof check !== "string") return check;
  const tokens = tokenizeSql(check);
  let depth = 0;
  const end = tokens.findIndex(({ text: token }) => {
    if (token === "(") depth += 1;
    if (token === ")") depth -= 1;
    return depth === 0;
  });
  return end > 0 && end === tokens.length - 1 ? check.slice(1, -1) : check;
}
