import { shorten } from "../schema/identifier.ts";
import { constraintName, withoutDerivedName } from "../schema/naming.ts";
import { shortenTable } from "../schema/qualified-name.ts";
import { type PrimaryKey, primaryKeyOf, type Table } from "../schema/table.ts";

/** The primary key with short names, its own only where it is not the one that follows from the table's short name. */
export function normalizeKey(table: Table): PrimaryKey | undefined {
  const key = primaryKeyOf(table);
  if (key === undefined) return undefined;
  const name = shorten(constraintName(table.name, key));
  return withoutDerivedName(shortenTable(table.name), { ...key, name, columns: key.columns.map(shorten) });
}
