import { toLiteral } from "../models/literal.ts";
import { snakeCase } from "../models/names.ts";
import { type ColumnType, isInteger } from "../schema/column-type.ts";
import type { DialectName, Expression, Literal } from "../schema/expression.ts";
import { shorten } from "../schema/identifier.ts";
import { enumName } from "../schema/naming.ts";
import { rawTypeFor } from "../schema/raw-type.ts";
import type { Column, ForeignKey, Table } from "../schema/table.ts";
import { type Code, call, type Entry, object, text } from "./code.ts";
import { expression, literal, string, strings } from "./values.ts";

/** What a field says besides its column. */
export interface FieldParts {
  readonly name: string;
  readonly table: Table;
  /** The values of an enum. */
  readonly values: readonly string[] | undefined;
  readonly unique: boolean;
  readonly index: boolean;
  readonly relation?:
    | { readonly key: ForeignKey; readonly isNamed: boolean; readonly target: Code }
    | undefined;
}

/** The call that builds a field: `fields.char({ maxLength: 100, unique: true })`. */
export function fieldCode(column: Column, parts: FieldParts): Code {
  const { table, unique, relation } = parts;
  const isKey = table.primaryKey.includes(column.name);
  const isWholeKey = isKey && table.primaryKey.length === 1;
  const isOneToOne = relation !== undefined && (unique || isWholeKey);
  const options = [
    ...(relation === undefined ? typeEntries(column.type, column.name, parts) : []),
    isKey ? flag("pk") : undefined,
    relation === undefined ? countingEntry(column, isWholeKey) : undefined,
    column.nullable ? flag("null") : undefined,
    unique && !isOneToOne ? flag("unique") : undefined,
    parts.index ? flag("index") : undefined,
    defaultEntry(column, parts.values),
    ...generatedEntries(column),
    ...(relation === undefined ? [] : relationEntries(relation)),
    column.collation === undefined ? undefined : entry("collation", expression(column.collation)),
    dbColumnEntry(column, parts),
    column.comment === undefined ? undefined : entry("description", string(column.comment)),
  ];
  const kind = relation === undefined ? column.type.kind : isOneToOne ? "oneToOne" : "foreignKey";
  return call(`fields.${kind}`, [relation?.target ?? elementCode(column, parts), object(options)]);
}

/** The field of which a list is one. */
function elementCode({ name, type }: Column, parts: FieldParts): Code | undefined {
  if (type.kind !== "array") return undefined;
  return call(`fields.${type.of.kind}`, [object(typeEntries(type.of, name, parts))]);
}

function typeEntries(type: ColumnType, name: string, { table, values }: FieldParts): (Entry | undefined)[] {
  switch (type.kind) {
    case "char":
      return [entry("maxLength", text(String(type.maxLength)))];
    case "decimal":
      return [
        entry("maxDigits", text(String(type.maxDigits))),
        entry("decimalPlaces", text(String(type.decimalPlaces))),
      ];
    case "enum":
      return [
        entry("values", strings(values ?? [])),
        type.name === enumName(table.name, name) ? undefined : entry("name", string(type.name)),
      ];
    case "raw":
      return typesOf(type.type).map(([dialect, name]) => entry(dialect, string(name)));
    default:
      return [];
  }
}

function typesOf(type: Expression): [DialectName, string][] {
  return (["postgres", "sqlite"] as const).map((dialect) => [dialect, rawTypeFor(type, dialect)]);
}

function countingEntry(column: Column, isWholeKey: boolean): Entry | undefined {
  const counts = column.autoIncrement === true;
  const implied = isWholeKey && isInteger(column.type) && column.default === undefined;
  return counts === implied ? undefined : entry("autoIncrement", text(String(counts)));
}

function defaultEntry(column: Column, values: readonly string[] | undefined): Entry | undefined {
  const given = column.default;
  if (given === undefined) return undefined;
  const code =
    "expression" in given
      ? call("sql", [expression(given.expression)])
      : valueCode(given.value, column, values);
  return entry("dbDefault", code);
}

/** A value as the field takes it: a `bigInt` takes a bigint. */
function valueCode(value: Literal, { type }: Column, values: readonly string[] | undefined): Code {
  return literal(toLiteral(type, value, values) ?? value);
}

function relationEntries({ key, isNamed }: NonNullable<FieldParts["relation"]>): (Entry | undefined)[] {
  return [
    key.onDelete === "noAction" ? undefined : entry("onDelete", string(key.onDelete)),
    key.onUpdate === "noAction" ? undefined : entry("onUpdate", string(key.onUpdate)),
    key.deferrable === undefined ? undefined : entry("deferrable", string(key.deferrable)),
    isNamed && key.name !== undefined ? entry("name", string(key.name)) : undefined,
  ];
}

function generatedEntries({ generated }: Column): (Entry | undefined)[] {
  if (generated === undefined) return [];
  return [
    entry("generated", call("sql", [expression(generated.expression)])),
    generated.stored ? undefined : entry("stored", text("false")),
  ];
}

function dbColumnEntry(column: Column, { name, relation }: FieldParts): Entry | undefined {
  const derived = shorten(relation === undefined ? snakeCase(name) : `${snakeCase(name)}_id`);
  return derived === column.name ? undefined : entry("dbColumn", string(column.name));
}

const entry = (key: string, value: Code): Entry => [key, value];

const flag = (name: string): Entry => entry(name, text("true"));
