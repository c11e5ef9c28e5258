import type { Schema } from "../schema/schema.ts";
import type { Table } from "../schema/table.ts";
import { TableMap } from "../schema/table-map.ts";

/**
 * The schema with the very tables of another one where they are equal: whatever compares the two then passes over them at
 * once, however often it does.
 */
export function sharingTables(schema: Schema, other: Schema): Schema {
  if (other.tables.size === 0) return schema;
  const tables = Array.from(schema.tables.values(), (table) => {
    const same = other.tables.get(table.name);
    return same !== undefined && Bun.deepEquals(same, table, true) ? same : table;
  });
  return { ...schema, tables: mapSharing(tables, other.tables) };
}

/** A map of these tables; with the names of another one it is made from that, or is that very one. */
function mapSharing(tables: readonly Table[], other: TableMap): TableMap {
  if (tables.length !== other.size || tables.some(({ name }) => !other.has(name))) {
    return TableMap.from(tables);
  }
  let map = other;
  for (const table of tables) if (other.get(table.name) !== table) map = map.set(table);
  return map;
}
