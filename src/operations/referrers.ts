import type { Schema } from "../schema/schema.ts";
import type { ForeignKey } from "../schema/table.ts";

/** The foreign keys of other tables that refer to this one (and to that column of it). */
export function referrers(
  schema: Schema,
  table: string,
  column?: string,
): { table: string; key: ForeignKey }[] {
  const found: { table: string; key: ForeignKey }[] = [];
  for (const other of schema.tables.referringTo(table)) {
    if (other.name === table) continue;
    for (const key of other.foreignKeys) {
      if (key.references.table !== table) continue;
      if (column === undefined || key.references.columns.includes(column))
        found.push({ table: other.name, key });
    }
  }
  return found;
}
