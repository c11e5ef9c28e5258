import type { ColumnType } from "../schema/column-type.ts";
import type { Literal } from "../schema/expression.ts";
import { type Schema, schemaOf } from "../schema/schema.ts";

/** The schema with its defaults as values, where `read` finds one in their words. */
export function withValues(
  schema: Schema,
  read: (words: string, type: ColumnType) => Literal | undefined,
): Schema {
  const tables = Array.from(schema.tables.values(), (table) => ({
    ...table,
    columns: table.columns.map((column) => {
      const given = column.default;
      if (given === undefined || "value" in given || typeof given.expression !== "string") return column;
      const value = read(given.expression, column.type);
      return value === undefined ? column : { ...column, default: { value } };
    }),
  }));
  return schemaOf(tables, schema.enums.values(), undefined, schema.extensions);
}
