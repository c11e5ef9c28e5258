import type { Connection } from "../../connection/connection.ts";
import { DatabaseError } from "../../errors.ts";
import type { ColumnType } from "../../schema/column-type.ts";
import { indexExpressions, indexKeys } from "../../schema/index-parts.ts";
import { localName } from "../../schema/qualified-name.ts";
import { type EnumType, type Schema, tablesByName } from "../../schema/schema.ts";
import { foldName } from "../../schema/sql-relations.ts";
import { type Index, type Table, withPrimaryKey } from "../../schema/table.ts";
import { canonicalViews, inOrderOfDatabase, readByViews } from "./canonical-views.ts";
import { INDEXES, type IntrospectedIndex, toIndex } from "./introspected-index.ts";
import type { IntrospectedColumn } from "./introspection-query.ts";
import { toType } from "./introspector.ts";
import { isRaw, withKnownTypes } from "./raw-types.ts";
import { postgresRenderer as sql } from "./renderer.ts";

const SAVEPOINT = "yara_canonicalize";

/** What PostgreSQL made of the types, defaults, generated values, checks and indexes of the temporary tables. */
interface Canonical {
  readonly types: readonly (Pick<IntrospectedColumn, "type" | "enum"> & {
    readonly table: string;
    readonly column: string;
  })[];
  readonly defaults: readonly { readonly table: string; readonly column: string; readonly text: string }[];
  readonly checks: readonly { readonly table: string; readonly name: string; readonly text: string }[];
  readonly indexes: readonly { readonly table: string; readonly indexes: readonly IntrospectedIndex[] }[];
}

const READ = `
SELECT json_build_object(
  'types', (
    SELECT coalesce(json_agg(json_build_object(
      'table', c.relname, 'column', a.attname, 'type', format_type(a.atttypid, a.atttypmod),
      'enum', CASE WHEN t.typtype = 'e' THEN t.typname END)), '[]')
    FROM pg_attribute a
    JOIN pg_class c ON c.oid = a.attrelid
    JOIN pg_type t ON t.oid = a.atttypid
    WHERE c.relkind = 'r' AND a.attnum > 0 AND c.relnamespace = pg_my_temp_schema()),
  'defaults', (
    SELECT coalesce(json_agg(json_build_object(
      'table', c.relname, 'column', a.attname, 'text', pg_get_expr(d.adbin, d.adrelid))), '[]')
    FROM pg_attrdef d
    JOIN pg_class c ON c.oid = d.adrelid
    JOIN pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum
    WHERE c.relnamespace = pg_my_temp_schema()),
  'checks', (
    SELECT coalesce(json_agg(json_build_object(
      'table', c.relname, 'name', k.conname, 'text', pg_get_expr(k.conbin, k.conrelid))), '[]')
    FROM pg_constraint k
    JOIN pg_class c ON c.oid = k.conrelid
    WHERE k.contype = 'c' AND c.relnamespace = pg_my_temp_schema()),
  'indexes', (
    SELECT coalesce(json_agg(json_build_object('table', c.relname, 'indexes', (${INDEXES}))), '[]')
    FROM pg_class c
    WHERE c.relkind = 'r' AND c.relnamespace = pg_my_temp_schema())
)::text AS canonical`;

/**
 * The normalized schema with its expressions and indexes in PostgreSQL's own words: they are given to temporary tables,
 * read back and rolled back, in a savepoint where a transaction is open already. Enums are made as temporary types
 * of the same name, which come before the real ones, so it does not matter whether those exist.
 * @throws DatabaseError where PostgreSQL does not accept an expression
 */
export async function canonicalize(schema: Schema, connection: Connection): Promise<Schema> {
  const read = readByViews(schema);
  const tables = tablesByName(schema).filter(
    (table) => hasExpressions(table) || read.has(foldName(table.name)),
  );
  if (tables.length === 0 && schema.views.size === 0 && schema.triggers.size === 0) return schema;
  const { begin, end } = await transaction(connection);
  let temporary: TemporaryTables;
  let canonical: Canonical;
  let viewed: Schema;
  try {
    await connection.execute(begin);
    const made = new TemporaryTables(await withKnownTypes(tables, connection), schema);
    temporary = made;
    const ordered = await inOrderOfDatabase([...made.tables()], schema, connection);
    await connection.execute(made.statements(ordered, read));
    const [row] = await connection.query<{ canonical: string }>(READ);
    canonical = JSON.parse(row?.canonical ?? "");
    viewed = await canonicalViews(schema, connection, (name) => made.nameOf(name));
  } catch (error) {
    // The first error says more than one of the way back, which the session may not survive to go.
    await connection.execute(end).catch(() => undefined);
    throw error;
  }
  await connection.execute(end);
  const types = byName(canonical.types.map((type) => [type.table, type.column, toType(type)]));
  const defaults = byName(canonical.defaults.map(({ table, column, text }) => [table, column, text]));
  const checks = byName(canonical.checks.map(({ table, name, text }) => [table, name, text]));
  const indexes = new Map<string | undefined, Index>(
    canonical.indexes.flatMap((table) => table.indexes.map((index) => [index.name, toIndex(index)] as const)),
  );
  return {
    ...viewed,
    tables: tables.reduce((map, table) => {
      const { name, indexes: made } = temporary.of(table) ?? table;
      const rewritten = table.indexes.map((index, at) => withParts(index, indexes.get(made[at]?.name)));
      const typed = withTypes({ ...table, indexes: rewritten }, types.get(name));
      return map.set(withTexts(typed, defaults.get(name), checks.get(name)));
    }, schema.tables),
  };
}

function hasExpressions(table: Table): boolean {
  return (
    table.checks.length > 0 ||
    table.columns.some((column) => isRaw(column) || (column.default ?? column.generated)) ||
    table.indexes.some(isRewritten)
  );
}

/** True for an index with an expression, or an operator class, which PostgreSQL leaves out where it is the default. */
function isRewritten(index: Index): boolean {
  return indexExpressions(index).length > 0 || indexKeys(index).some(({ opclass }) => opclass !== undefined);
}

/** How to begin and undo. Only the server knows whether a transaction is open: it refuses a savepoint outside (25P01). */
async function transaction(connection: Connection): Promise<{ begin: string[]; end: string[] }> {
  try {
    await connection.execute([`SAVEPOINT ${SAVEPOINT}`]);
    return { begin: [], end: [`ROLLBACK TO SAVEPOINT ${SAVEPOINT}`, `RELEASE SAVEPOINT ${SAVEPOINT}`] };
  } catch (error) {
    if (error instanceof DatabaseError && error.details.sqlState === "25P01") {
      return { begin: ["BEGIN"], end: ["ROLLBACK"] };
    }
    throw error;
  }
}

/** Temporary tables in the place of others, by their names. All of them share one schema, so that some get another name. */
class TemporaryTables {
  readonly #tables = new Map<string, Table>();
  readonly #enums: readonly EnumType[];
  readonly #schema: Schema;

  constructor(tables: readonly Table[], schema: Schema) {
    this.#schema = schema;
    const used = new Set(
      tables.flatMap(({ columns }) => columns.map(({ type }) => type.kind === "enum" && type.name)),
    );
    this.#enums = [...schema.enums.values()].filter(({ name }) => used.has(name));
    const taken = new Set([...this.#enums, ...tables, ...schema.views.values()].map(({ name }) => name));
    for (const [at, table] of tables.entries()) {
      // An expression may name the table, so it keeps its own name where that can be.
      const own = localName(table.name);
      const name = own === table.name || !taken.has(own) ? own : `yara_table_${at}`;
      taken.add(name);
      const indexes = table.indexes.map((index, position) => ({
        ...index,
        name: `yara_index_${at}_${position}`,
      }));
      this.#tables.set(table.name, { ...table, name, indexes });
    }
  }

  nameOf(table: string): string {
    return this.#tables.get(table)?.name ?? table;
  }

  of({ name }: Table): Table | undefined {
    return this.#tables.get(name);
  }

  tables(): Iterable<Table> {
    return this.#tables.values();
  }

  statements(tables: readonly Table[], read: ReadonlySet<string>): string[] {
    return [
      ...this.#enums.map((type) => sql.createEnum(type).replace("CREATE TYPE ", "CREATE TYPE pg_temp.")),
      ...tables.map((table) =>
        sql
          .createTable(bare(table, read.has(foldName(table.name))), this.#schema)
          .replace("CREATE TABLE ", "CREATE TEMPORARY TABLE "),
      ),
      ...tables.flatMap((table) =>
        table.indexes.filter(isRewritten).map((index) => sql.createIndex(table.name, index)),
      ),
    ];
  }
}

/**
 * The table without what holds no expression; sequences would only take time, and indexes follow. A view may group by
 * the key and show the rest of the row.
 */
function bare(table: Table, keepKey: boolean): Table {
  const columns = table.columns.map(({ autoIncrement: _, ...column }) => column);
  const bare: Table = { ...table, columns, uniques: [], foreignKeys: [], indexes: [] };
  return keepKey ? bare : withPrimaryKey(bare, undefined);
}

function byName<V>(rows: readonly (readonly [string, string, V])[]): Map<string, Map<string, V>> {
  const all = new Map<string, Map<string, V>>();
  for (const [table, name, value] of rows) {
    const ofTable = all.get(table) ?? new Map<string, V>();
    all.set(table, ofTable.set(name, value));
  }
  return all;
}

/** The table with its raw types as PostgreSQL calls them, which may be that of a field. */
function withTypes(table: Table, types: ReadonlyMap<string, ColumnType> | undefined): Table {
  const columns = table.columns.map((column) => {
    const type = isRaw(column) ? types?.get(column.name) : undefined;
    return type === undefined ? column : { ...column, type };
  });
  return { ...table, columns };
}

function withParts(index: Index, canonical: Index = index): Index {
  const { columns, where } = canonical;
  return { ...index, columns, ...(where === undefined ? {} : { where }) };
}

function withTexts(
  table: Table,
  defaults: ReadonlyMap<string, string> | undefined,
  checks: ReadonlyMap<string, string> | undefined,
): Table {
  return {
    ...table,
    columns: table.columns.map(({ default: _, ...column }) => {
      const text = defaults?.get(column.name);
      if (column.generated !== undefined) {
        const expression = text ?? column.generated.expression;
        return { ...column, generated: { ...column.generated, expression } };
      }
      // PostgreSQL keeps no default that is NULL.
      return text === undefined ? column : { ...column, default: { expression: text } };
    }),
    checks: table.checks.map((check) => ({
      ...check,
      expression: checks?.get(check.name) ?? check.expression,
    })),
  };
}
