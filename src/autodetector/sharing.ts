import type { Schema } from "../schema/schema.ts";
import { TableMap } from "../schema/table-map.ts";

/**
 * The schema with the very tables of another one where they are equal: whatever compares the two then passes over them at
 * once, however often it does.
 */
export function sharingTables(schema: Schema, other: Schema): Schema {
  if (other.tables.size === 0) return schema;
  const tables = Iterator.from(schema.tables.values()).map((table) => {
    const same = other.tables.get(table.name);
    return same !== undefined && Bun.deepEquals(same, table, true) ? same : table;
  });
  return { ...schema, tables: TableMap.from(tables) };
}
