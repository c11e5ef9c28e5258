import { SchemaError } from "../errors.ts";

/** The error for a column with values of its own that would be computed from now on, and are not what would be computed. */
export function otherValuesError(table: string, column: string, values: readonly unknown[]): SchemaError {
  const shown = values.map((value) => JSON.stringify(typeof value === "bigint" ? String(value) : value));
  return new SchemaError(
    `column ${table}.${column} becomes generated and holds values that its expression does not give: ${shown.join(", ")}`,
    `if they may go, replace the column: m.dropColumn("${table}", "${column}") and m.addColumn`,
  );
}
