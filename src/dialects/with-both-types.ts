import type { Expression } from "../schema/expression.ts";
import { type Schema, schemaOf } from "../schema/schema.ts";
import type { Column } from "../schema/table.ts";

/** The schema of one database with its raw types given for both. */
export function withBothTypes(schema: Schema, both: (type: string) => Expression): Schema {
  const withBoth = (column: Column): Column => {
    const { type } = column;
    if (type.kind !== "raw" || typeof type.type !== "string") return column;
    return { ...column, type: { kind: "raw", type: both(type.type) } };
  };
  return schemaOf(
    Array.from(schema.tables.values(), (table) => ({ ...table, columns: table.columns.map(withBoth) })),
    schema.enums.values(),
    schema.namespaces.values(),
    schema.extensions,
  );
}
