import type { Expression } from "../../schema/expression.ts";
import { mapIndex } from "../../schema/index-parts.ts";
import { type Schema, schemaOf } from "../../schema/schema.ts";

/** What SQLite compares text with where nothing is said. */
const BINARY = "BINARY";

/** The schema with its collations given for both databases: SQLite has none of PostgreSQL's. */
export function withBothCollations(schema: Schema): Schema {
  const tables = Array.from(schema.tables.values(), (table) => ({
    ...table,
    columns: table.columns.map((column) => {
      const { collation } = column;
      if (typeof collation !== "string") return column;
      return { ...column, collation: { postgres: collation, sqlite: BINARY } };
    }),
    indexes: table.indexes.map((index) => mapIndex(index, (name) => name, withBoth)),
  }));
  return schemaOf(tables, schema.enums.values(), schema.namespaces.values(), schema.extensions);
}

/** A column with a collation of its own is an expression of an index. */
function withBoth(expression: Expression): Expression {
  if (typeof expression !== "string") return expression;
  const [, column] =
    /^("(?:[^"]|"")+"|[a-z_][a-z0-9_$]*) COLLATE (?:"(?:[^"]|"")+"|[a-z_][a-z0-9_$]*)$/.exec(expression) ??
    [];
  return column === undefined ? expression : { postgres: expression, sqlite: `${column} COLLATE ${BINARY}` };
}
