import type { ColumnType } from "../../schema/column-type.ts";
import type { Literal } from "../../schema/expression.ts";
import { type Schema, schemaOf } from "../../schema/schema.ts";
import type { Table } from "../../schema/table.ts";
import { withBothTypes } from "../with-both-types.ts";
import { withValues } from "../with-values.ts";
import { canonicalExpression } from "./expression-text.ts";
import { withEnums } from "./found-enums.ts";
import { sqlite } from "./renderer.ts";
import { ownIndexName } from "./stored-index-name.ts";

/** See Dialect.portable: checks that are named and written as for an enum become the enum, and an index has no schema in its name. */
export function portable(schema: Schema): Schema {
  const { tables, enums } = withEnums(schema);
  const own = schemaOf(Array.from(tables.values(), withOwnIndexNames), enums.values());
  return withValues(
    withBothTypes(own, (sqlite) => ({ postgres: "text", sqlite })),
    readLiteral,
  );
}

function withOwnIndexNames(table: Table): Table {
  const indexes = table.indexes.map(({ name = "", ...index }) => ({
    ...index,
    name: ownIndexName(table.name, name),
  }));
  return { ...table, indexes };
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
