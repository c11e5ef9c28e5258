import { SchemaError } from "../errors.ts";
import type { Expression } from "../schema/expression.ts";
import { indexExpressions } from "../schema/index-parts.ts";
import { indexName } from "../schema/naming.ts";
import { mentionsText } from "../schema/sql-tokens.ts";
import type { Check, Index, Table } from "../schema/table.ts";

/**
 * Refuses to rename a value of an enum that an expression of the table names: none is changed by guessing which of its
 * texts are values of the enum. @throws SchemaError
 */
export function refuseNamers(table: Table, value: string): void {
  const check = table.checks.find((candidate) => namesValue(candidate, value));
  if (check !== undefined) {
    throw new SchemaError(
      `the check ${check.name} of table ${table.name} names the value ${JSON.stringify(value)}`,
      `drop it before and add it again after: m.dropConstraint("${table.name}", "${check.name}")`,
    );
  }
  const index = table.indexes.find((candidate) => namesValue(candidate, value));
  if (index !== undefined) {
    const name = indexName(table.name, index);
    throw new SchemaError(
      `the index ${name} of table ${table.name} names the value ${JSON.stringify(value)}`,
      `drop it before and create it again after: m.dropIndex("${table.name}", "${name}")`,
    );
  }
  const computed = table.columns.find(
    ({ generated }) => generated !== undefined && mentionsValue(generated.expression, value),
  );
  if (computed !== undefined) {
    throw new SchemaError(
      `the generated column ${table.name}.${computed.name} names the value ${JSON.stringify(value)}`,
      `drop it before and add it again after: m.dropColumn("${table.name}", "${computed.name}")`,
    );
  }
  const column = table.columns.find(
    ({ default: value_ }) =>
      value_ !== undefined && "expression" in value_ && mentionsValue(value_.expression, value),
  );
  if (column === undefined) return;
  throw new SchemaError(
    `the default of ${table.name}.${column.name} names the value ${JSON.stringify(value)} in an expression`,
    "give it the value itself as its default before, with m.alterColumn",
  );
}

/** True if the check or the index, be it in its condition, has the value as a literal on either database. */
export function namesValue(part: Check | Index, value: string): boolean {
  const expressions = "expression" in part ? [part.expression] : indexExpressions(part);
  return expressions.some((expression) => mentionsValue(expression, value));
}

/** True if the expression has the value as a literal on either database. */
export function mentionsValue(expression: Expression, value: string): boolean {
  const texts = typeof expression === "string" ? [expression] : Object.values(expression);
  return texts.some((text) => mentionsText(text, value));
}
