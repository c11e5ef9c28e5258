import type { Connection } from "../../connection/connection.ts";
import { rawTypeFor } from "../../schema/raw-type.ts";
import type { Column, Table } from "../../schema/table.ts";

type RawColumn = Column & { readonly type: { readonly kind: "raw" } };

/** True for a column whose type is no field's. */
export function isRaw(column: Column): column is RawColumn {
  return column.type.kind === "raw";
}

/** The tables with text in place of those raw types that the database does not know. */
export async function withKnownTypes(tables: readonly Table[], connection: Connection): Promise<Table[]> {
  const raw = tables.flatMap(({ columns }) => columns.filter(isRaw));
  if (raw.length === 0) return [...tables];
  const names = [...new Set(raw.map(({ type }) => rawTypeFor(type.type, "postgres")))];
  const rows = await connection.query<{ name: string }>(
    "SELECT name FROM unnest($1::text[]) AS name WHERE to_regtype(name) IS NULL",
    [names],
  );
  const unknown = new Set(rows.map(({ name }) => name));
  if (unknown.size === 0) return [...tables];
  const known = (column: Column): Column =>
    isRaw(column) && unknown.has(rawTypeFor(column.type.type, "postgres"))
      ? { ...column, type: { kind: "text" } }
      : column;
  return tables.map((table) => ({ ...table, columns: table.columns.map(known) }));
}
