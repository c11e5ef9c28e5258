import { expressionFor } from "../../schema/expression.ts";
import { type Schema, schemaOf } from "../../schema/schema.ts";
import type { Check, Column } from "../../schema/table.ts";
import { canonicalExpression } from "./expression-text.ts";
import { sqlite } from "./renderer.ts";

/**
 * `schema`, normalized before, with each default and check as `introspect` gives it back. SQLite keeps the text that it
 * is given, so the database is not asked.
 */
export async function canonicalize(schema: Schema): Promise<Schema> {
  return schemaOf(
    Array.from(schema.tables.values(), (table) => ({
      ...table,
      columns: table.columns.map(canonicalColumn),
      checks: table.checks.map(
        (check): Check => ({
          ...check,
          expression: canonicalExpression(expressionFor(check.expression, "sqlite")),
        }),
      ),
    })),
  );
}

function canonicalColumn(column: Column): Column {
  if (column.default === undefined) return column;
  const text = sqlite.sqlValue(column.default, column.type);
  return { ...column, default: { expression: canonicalExpression(text) } };
}
