import { type Expression, expressionFor } from "../../schema/expression.ts";
import { mapIndex } from "../../schema/index-parts.ts";
import { rawTypeFor } from "../../schema/raw-type.ts";
import { type Schema, schemaOf, withViews } from "../../schema/schema.ts";
import type { Check, Column } from "../../schema/table.ts";
import { canonicalExpression } from "./expression-text.ts";
import { sqlite } from "./renderer.ts";
import { parseType } from "./types.ts";
import { canonicalTrigger, canonicalView } from "./views.ts";

/**
 * `schema`, normalized before, with each expression as `introspect` gives it back. SQLite keeps the text that it
 * is given, so the database is not asked.
 */
export async function canonicalize(schema: Schema): Promise<Schema> {
  const tables = schemaOf(
    Array.from(schema.tables.values(), (table) => ({
      ...table,
      columns: table.columns.map(canonicalColumn),
      checks: table.checks.map(
        (check): Check => ({
          ...check,
          expression: canonicalText(check.expression),
        }),
      ),
      indexes: table.indexes.map((index) => mapIndex(index, (column) => column, canonicalText)),
    })),
    [],
    [],
  );
  return withViews(
    tables,
    Array.from(schema.views.values(), canonicalView),
    Array.from(schema.triggers.values(), canonicalTrigger),
  );
}

function canonicalText(expression: Expression): string {
  return canonicalExpression(expressionFor(expression, "sqlite"));
}

/** A declared type that stands for that of a field is one. */
function canonicalType(column: Column): Column {
  const { type } = column;
  if (type.kind !== "raw") return column;
  return { ...column, type: parseType(rawTypeFor(type.type, "sqlite")) ?? type };
}

function canonicalColumn(raw: Column): Column {
  const column = canonicalType(raw);
  if (column.generated !== undefined) {
    const expression = canonicalText(column.generated.expression);
    return { ...column, generated: { ...column.generated, expression } };
  }
  if (column.default === undefined) return column;
  const text = sqlite.sqlValue(column.default, raw.type);
  return { ...column, default: { expression: canonicalExpression(text) } };
}
