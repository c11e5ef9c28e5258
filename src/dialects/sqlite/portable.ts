import type { ColumnType } from "../../schema/column-type.ts";
import type { Literal } from "../../schema/expression.ts";
import { shorten } from "../../schema/identifier.ts";
import { enumName } from "../../schema/naming.ts";
import { type EnumType, type Schema, schemaOf } from "../../schema/schema.ts";
import type { Column, Table } from "../../schema/table.ts";
import { withValues } from "../with-values.ts";
import { canonicalExpression } from "./expression-text.ts";
import { sqlite } from "./renderer.ts";
import { ownIndexName } from "./stored-index-name.ts";
import { tokenize } from "./tokenizer.ts";

/** See Dialect.portable: a check that is named and written as for an enum becomes the enum, and an index has no schema in its name. */
export function portable(schema: Schema): Schema {
  const enums = new Map<string, EnumType>();
  const tables = Array.from(schema.tables.values(), (table) => withEnums(table, schema, enums));
  return withValues(schemaOf(tables, enums.values()), readLiteral);
}

function withEnums(table: Table, schema: Schema, enums: Map<string, EnumType>): Table {
  const types = new Map<string, string>();
  const checks = table.checks.filter(({ name, expression }) => {
    const column = table.columns.find((each) => name === shorten(`${table.name}_${each.name}_enum`));
    const values = column && typeof expression === "string" && valuesOf(expression, column);
    const type = enumName(table.name, column?.name ?? "");
    if (column === undefined || !values || schema.tables.has(type) || enums.has(type)) return true;
    enums.set(type, { name: type, values });
    types.set(column.name, type);
    return false;
  });
  const columns = table.columns.map((column): Column => {
    const name = types.get(column.name);
    return name === undefined ? column : { ...column, type: { kind: "enum", name } };
  });
  const indexes = table.indexes.map(({ name = "", ...index }) => ({
    ...index,
    name: ownIndexName(table.name, name),
  }));
  return { ...table, columns, checks, indexes };
}

/** The values of `"column" IN ('a', 'b')`, written exactly so. */
function valuesOf(expression: string, column: Column): string[] | undefined {
  if (column.type.kind !== "text") return undefined;
  const values = tokenize(expression).flatMap(({ kind, name }) => (kind === "string" ? [name] : []));
  const written = `${sqlite.quote(column.name)} IN (${values.map((value) => sqlite.quoteText(value)).join(", ")})`;
  const isEnum = values.length > 0 && new Set(values).size === values.length && !values.includes("");
  return isEnum && written === expression ? values : undefined;
}

/** The value that a default is, where it would be written in the very same words. */
function readLiteral(words: string, type: ColumnType): Literal | undefined {
  const value = candidate(words, type);
  if (value === undefined) return undefined;
  return canonicalExpression(sqlite.literal(value, type)) === words ? value : undefined;
}

function candidate(words: string, type: ColumnType): Literal | undefined {
  const number = /^-?\d+(\.\d+)?$/.test(words) ? words : undefined;
  const text = /^'(?:[^']|'')*'$/.test(words) ? words.slice(1, -1).replaceAll("''", "'") : undefined;
  switch (type.kind) {
    case "smallInt":
    case "int":
      return number === undefined ? undefined : Number(number);
    case "bigInt":
      return number === undefined || number.includes(".") ? undefined : BigInt(number);
    case "float":
      return number === undefined ? undefined : Number(number);
    case "decimal": {
      // Models write all the places.
      const digits = number ?? text;
      return (digits?.split(".")[1]?.length ?? 0) === type.decimalPlaces ? digits : undefined;
    }
    case "boolean":
      return words === "1" ? true : words === "0" ? false : undefined;
    case "text":
    case "char":
    case "date":
    case "uuid":
    case "enum":
      return text;
    default:
      return undefined;
  }
}
