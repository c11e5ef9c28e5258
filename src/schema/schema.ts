import { PersistentMap } from "./persistent-map.ts";
import type { Table } from "./table.ts";

/** An enumerated type: its values in their order. */
export interface EnumType {
  readonly name: string;
  readonly values: readonly string[];
}

/**
 * An immutable snapshot of a database's structure as plain data. Models, replayed migrations and a live database
 * all become one.
 */
export interface Schema {
  readonly tables: PersistentMap<Table>;
  readonly enums: PersistentMap<EnumType>;
}

export const EMPTY_SCHEMA: Schema = { tables: PersistentMap.empty(), enums: PersistentMap.empty() };

/** The schema of these tables and enums. */
export function schemaOf(tables: Iterable<Table>, enums: Iterable<EnumType> = []): Schema {
  return {
    tables: PersistentMap.from(Iterator.from(tables).map((table) => [table.name, table] as const)),
    enums: PersistentMap.from(Iterator.from(enums).map((type) => [type.name, type] as const)),
  };
}

/** The schema with that table added or replaced. */
export function withTable(schema: Schema, table: Table): Schema {
  return { ...schema, tables: schema.tables.set(table.name, table) };
}

/** The tables in the order of their names. */
export function tablesByName(schema: Schema): Table[] {
  return [...schema.tables.values()].sort((a, b) => compareText(a.name, b.name));
}

/** Order by code units: the same on every machine, unlike `localeCompare`. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
