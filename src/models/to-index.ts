import type { Expression } from "../schema/expression.ts";
import { shorten } from "../schema/identifier.ts";
import { indexPart } from "../schema/index-parts.ts";
import { indexName } from "../schema/naming.ts";
import { isSql, type SqlExpression } from "../schema/sql.ts";
import type { Index, IndexPart } from "../schema/table.ts";
import type { IndexField, IndexOptions, ModelOptions } from "./model-options.ts";
import { columnOf, columnsOf, type ResolvedColumn } from "./resolve.ts";

/** The index that an entry of `indexes` declares. Its name is left out where it is the derived one. */
export function toIndex(
  table: string,
  entry: NonNullable<ModelOptions["indexes"]>[number],
  columns: readonly ResolvedColumn[],
): Index {
  const options: IndexOptions = "fields" in entry ? entry : { fields: entry };
  const { where, include = [], method } = options;
  const index: Index = {
    columns: options.fields.map((field) => toPart(field, columns)),
    unique: options.unique === true,
    ...(where === undefined ? {} : { where: toExpression(where) }),
    ...(include.length === 0 ? {} : { include: columnsOf(include, columns) }),
    ...(method === undefined ? {} : { method }),
  };
  if (options.name === undefined || shorten(options.name) === indexName(table, index)) return index;
  return { ...index, name: shorten(options.name) };
}

function toPart(part: IndexField, columns: readonly ResolvedColumn[]): IndexPart {
  if (typeof part === "string") {
    const column = columnOf(part.replace(/^-/, ""), columns);
    return part.startsWith("-") ? { column, order: "desc" } : column;
  }
  const { field, expression, ...rest } = part;
  return indexPart({
    ...(field === undefined ? {} : { column: columnOf(field, columns) }),
    ...(expression === undefined ? {} : { expression: toExpression(expression) }),
    ...rest,
  });
}

function toExpression(given: Expression | SqlExpression): Expression {
  return isSql(given) ? given.expression : given;
}
