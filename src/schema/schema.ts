import { compareText } from "./compare-text.ts";
import { PersistentMap } from "./persistent-map.ts";
import { namespaceOf } from "./qualified-name.ts";
import type { Table } from "./table.ts";
import { TableMap } from "./table-map.ts";
import { type Trigger, triggerKey, type View } from "./view.ts";

export { compareText } from "./compare-text.ts";

/** An enumerated type: its values in their order. */
export interface EnumType {
  readonly name: string;
  readonly values: readonly string[];
}

/** A schema of a database, which holds tables; `Schema` is taken by the whole. */
export interface Namespace {
  readonly name: string;
}

/**
 * An immutable snapshot of a database's structure as plain data. Models, replayed migrations and a live database
 * all become one.
 */
export interface Schema {
  readonly tables: TableMap;
  readonly enums: PersistentMap<EnumType>;
  /** The schemas that tables live in, and empty ones; the current one, which tables do not name, is none of them. */
  readonly namespaces: PersistentMap<Namespace>;
  /** The names of the extensions (PostgreSQL) that have to be there, in their order. */
  readonly extensions: readonly string[];
  readonly views: PersistentMap<View>;
  /** By `triggerKey`. */
  readonly triggers: PersistentMap<Trigger>;
}

export const EMPTY_SCHEMA: Schema = {
  tables: TableMap.empty(),
  enums: PersistentMap.empty(),
  namespaces: PersistentMap.empty(),
  extensions: [],
  views: PersistentMap.empty(),
  triggers: PersistentMap.empty(),
};

/** The schema of these tables and enums; its namespaces are those that the tables name, unless they are given. */
export function schemaOf(
  tables: Iterable<Table>,
  enums: Iterable<EnumType> = [],
  namespaces?: Iterable<Namespace>,
  extensions: Iterable<string> = [],
): Schema {
  const all = [...tables];
  return {
    ...EMPTY_SCHEMA,
    tables: TableMap.from(all),
    enums: byName(enums),
    namespaces: byName(namespaces ?? namespacesOf(all.map(({ name }) => name))),
    extensions: sortedNames(extensions),
  };
}

/** The namespaces that names of tables name. */
export function namespacesOf(tables: Iterable<string>): Namespace[] {
  const names = new Set(Array.from(tables, namespaceOf));
  return [...names].flatMap((name) => (name === undefined ? [] : [{ name }]));
}

function byName<V extends { readonly name: string }>(values: Iterable<V>): PersistentMap<V> {
  return PersistentMap.from(Array.from(values, (value) => [value.name, value] as const));
}

/** The schema with these views and triggers in the place of its own. */
export function withViews(schema: Schema, views: Iterable<View>, triggers: Iterable<Trigger>): Schema {
  return {
    ...schema,
    views: PersistentMap.from(Iterator.from(views).map((view) => [view.name, view] as const)),
    triggers: PersistentMap.from(
      Iterator.from(triggers).map((trigger) => [triggerKey(trigger), trigger] as const),
    ),
  };
}

/** The schema with that table added or replaced. */
export function withTable(schema: Schema, table: Table): Schema {
  return { ...schema, tables: schema.tables.set(table) };
}

/** Each name once, in order. */
export function sortedNames(names: Iterable<string>): string[] {
  return [...new Set(names)].sort(compareText);
}

/** The tables in the order of their names. */
export function tablesByName(schema: Schema): Table[] {
  return [...schema.tables.values()].sort((a, b) => compareText(a.name, b.name));
}
