import type { Schema } from "../../src/schema/schema.ts";
import type { ForeignKey } from "../../src/schema/table.ts";

/** Every foreign key of the schema with its table. */
export function allForeignKeys(schema: Schema): { table: string; key: ForeignKey }[] {
  return [...schema.tables.values()].flatMap((table) =>
    table.foreignKeys.map((key) => ({ table: table.name, key })),
  );
}

/** True if a foreign key has the column on either side. */
export function isInForeignKey(schema: Schema, table: string, column: string): boolean {
  return allForeignKeys(schema).some(
    ({ table: from, key }) =>
      (from === table && key.columns.includes(column)) ||
      (key.references.table === table && key.references.columns.includes(column)),
  );
}
