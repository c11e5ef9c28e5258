import { indexColumns, indexExpressions } from "../schema/index-parts.ts";
import { type Schema, withTable } from "../schema/schema.ts";
import { mentions } from "../schema/sql-tokens.ts";
import { type ForeignKey, type Index, type Table, withPrimaryKey } from "../schema/table.ts";

/** The schema without that table, and without what refers to it. */
export function withoutTable(schema: Schema, name: string): Schema {
  const rest = withoutKeys(schema, name, ({ references }) => references.table === name);
  return { ...rest, tables: rest.tables.delete(name) };
}

/**
 * The schema without that column, and without all that uses it. What of that is to be there still is added again, by
 * whoever compares the schema with another one.
 */
export function withoutColumn(schema: Schema, table: string, column: string): Schema {
  const before = schema.tables.get(table);
  if (before === undefined) return schema;
  const refersTo = ({ references }: ForeignKey) =>
    references.table === table && references.columns.includes(column);
  return withoutKeys(withTable(schema, strippedOf(before, column)), table, refersTo);
}

function withoutKeys(schema: Schema, referred: string, isGone: (key: ForeignKey) => boolean): Schema {
  return schema.tables.referringTo(referred).reduce((rest, table) => {
    const foreignKeys = table.foreignKeys.filter((key) => !isGone(key));
    return foreignKeys.length === table.foreignKeys.length
      ? rest
      : withTable(rest, { ...table, foreignKeys });
  }, schema);
}

function strippedOf(table: Table, column: string): Table {
  const computed = table.columns.find(
    (other) => other.name !== column && other.generated && mentions(other.generated.expression, column),
  );
  // What is computed holds nothing of its own.
  if (computed !== undefined) return strippedOf(strippedOf(table, computed.name), column);
  const isFree = ({ columns }: { readonly columns: readonly string[] }) => !columns.includes(column);
  const isFreeIndex = (index: Index) =>
    !indexColumns(index).includes(column) &&
    !indexExpressions(index).some((expression) => mentions(expression, column));
  return {
    ...(table.primaryKey.includes(column) ? withPrimaryKey(table, undefined) : table),
    columns: table.columns.filter(({ name }) => name !== column),
    uniques: table.uniques.filter(isFree),
    foreignKeys: table.foreignKeys.filter(isFree),
    checks: table.checks.filter(({ expression }) => !mentions(expression, column)),
    indexes: table.indexes.filter(isFreeIndex),
  };
}
