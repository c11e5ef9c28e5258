import type { Dialect, Unsupported } from "../dialects/dialect.ts";
import { constraintName, indexName } from "../schema/naming.ts";
import { type Schema, schemaOf, withViews } from "../schema/schema.ts";
import { type Constraint, findColumn, type Table } from "../schema/table.ts";
import { expressible } from "../source/expressible.ts";

/**
 * The live schema without constraints, indexes and columns of the tables that both have which no model can say and no
 * migration has made, and a list of them.
 */
export function withoutInexpressible(
  dialect: Pick<Dialect, "portable">,
  live: Schema,
  expected: Schema,
): { readonly schema: Schema; readonly unsupported: readonly Unsupported[] } {
  const refused = new Map(expressible(dialect.portable(live)).unsupported.map((one) => [one.path, one]));
  const unsupported: Unsupported[] = [];
  const keep = (path: string, isExpected: boolean) => {
    const found = isExpected ? undefined : refused.get(path);
    if (found !== undefined) unsupported.push(found);
    return found === undefined;
  };
  const tables = Array.from(live.tables.values(), (table) => {
    const known = expected.tables.get(table.name);
    return known === undefined ? table : withoutRefused(table, known, keep);
  });
  if (unsupported.length === 0) return { schema: live, unsupported };
  const rest = schemaOf(tables, live.enums.values(), live.namespaces.values(), live.extensions);
  return { schema: withViews(rest, live.views.values(), live.triggers.values()), unsupported };
}

type Keep = (path: string, isExpected: boolean) => boolean;

function withoutRefused(table: Table, known: Table, keep: Keep): Table {
  const has = (constraints: readonly Constraint[], name: string) =>
    constraints.some((constraint) => constraintName(table.name, constraint) === name);
  const of = (others: readonly Constraint[]) => (constraint: Constraint) => {
    const name = constraintName(table.name, constraint);
    return keep(`table ${table.name}, constraint ${name}`, has(others, name));
  };
  return {
    ...table,
    columns: table.columns.filter(({ name }) =>
      keep(`table ${table.name}, column ${name}`, findColumn(known, name) !== undefined),
    ),
    uniques: table.uniques.filter(of(known.uniques)),
    checks: table.checks.filter(of(known.checks)),
    foreignKeys: table.foreignKeys.filter(of(known.foreignKeys)),
    indexes: table.indexes.filter((index) => {
      const name = indexName(table.name, index);
      const isKnown = known.indexes.some((other) => indexName(table.name, other) === name);
      return keep(`table ${table.name}, index ${name}`, isKnown);
    }),
  };
}
