import type { Connection } from "../../connection/connection.ts";
import { indexName } from "../../schema/naming.ts";
import { EMPTY_SCHEMA, type Schema, schemaOf, tablesByName, withViews } from "../../schema/schema.ts";
import type { Inspection, Unsupported } from "../dialect.ts";
import { withoutBroken } from "../without-broken.ts";
import { EXTRAS_QUERY, type Extras } from "./extras-query.ts";
import { toTrigger, toView } from "./introspected-views.ts";
import type { IntrospectedColumn, IntrospectedTable } from "./introspection-query.ts";
import { type Refuse, read, toTable } from "./introspector.ts";
import { isRaw } from "./raw-types.ts";
import { parametersFor } from "./read-namespaces.ts";

/** See Dialect.inspect. */
export async function inspect(connection: Connection, known: Schema = EMPTY_SCHEMA): Promise<Inspection> {
  const unsupported: Unsupported[] = [];
  const refuse: Refuse = ({ path, what }) => unsupported.push({ path, what });
  const { tables, enums, namespaces, extensions, views, triggers } = await read(connection, known, refuse);
  const schema = schemaOf(
    tables.map((table) => toTable(withCounters(withoutOwnTypes(table, known, refuse), refuse), refuse)),
    enums,
    namespaces,
    extensions,
  );
  const leftOut = new Map(
    tables.map(({ name, columns }) => [
      name,
      columns.map((column) => column.name).filter((column) => !hasColumn(schema, name, column)),
    ]),
  );
  const rows = await connection.query<{ extras: string }>(EXTRAS_QUERY, parametersFor(known));
  const extras: Extras = JSON.parse(rows[0]?.extras ?? "");
  const place = (table: string, index: string) => JSON.stringify([table, index]);
  const expressed = new Set(
    tablesByName(schema).flatMap((table) =>
      table.indexes.map((index) => place(table.name, indexName(table.name, index))),
    ),
  );
  const indexes = extras.indexes
    .filter(({ table, name }) => !expressed.has(place(table, name)))
    .map(({ table, name, definition }) => ({ path: `table ${table}, index ${name}`, what: definition }));
  const needed = new Set(known.extensions.map((name) => `extension ${name}`));
  const others = extras.others.filter(({ path }) => !needed.has(path));
  const whole = withoutBroken(schema, leftOut, [...unsupported, ...indexes, ...others]);
  return { ...whole, schema: withViews(whole.schema, views.map(toView), triggers.map(toTrigger)) };
}

/**
 * A column of a type that somebody made in the database, which no model does: it is listed, unless the known schema
 * speaks of it.
 */
function withoutOwnTypes(table: IntrospectedTable, known: Schema, refuse: Refuse): IntrospectedTable {
  const columns = table.columns.filter(({ name, type, ownType, enum: isEnum }) => {
    if (!ownType || isEnum !== null) return true;
    const other = known.tables.get(table.name)?.columns.find((column) => column.name === name);
    if (other !== undefined && isRaw(other)) return true;
    const message = `column ${table.name}.${name} has the type ${type}, for which there is no field`;
    const path = `table ${table.name}, column ${name}`;
    refuse({ path, what: `has the type ${type}`, message, hint: "" });
    return false;
  });
  return { ...table, columns };
}

function hasColumn(schema: Schema, table: string, column: string): boolean {
  return schema.tables.get(table)?.columns.some(({ name }) => name === column) === true;
}

const NEXT_VALUE = /^nextval\('(.*)'::regclass\)$/;

/** A sequence that does not belong to its column, as old dumps leave it, is listed; the column counts all the same. */
function withCounters(table: IntrospectedTable, refuse: Refuse): IntrospectedTable {
  const columns = table.columns.map((column): IntrospectedColumn => {
    const sequence = NEXT_VALUE.exec(column.default ?? "")?.[1];
    if (sequence === undefined || column.identity) return column;
    const counts = !column.nullable && /^(smallint|integer|bigint)$/.test(column.type);
    const becomes = counts ? "here it counts by itself" : "here it has no default";
    const what = `counts by the sequence ${sequence}, which is not its own: ${becomes}`;
    refuse({ path: `table ${table.name}, column ${column.name}`, what, message: what, hint: "" });
    return { ...column, default: null, identity: counts };
  });
  return { ...table, columns };
}
