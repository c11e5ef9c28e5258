import type { DatabaseRow } from "../../connection/connection.ts";
import { YaraError } from "../../errors.ts";
import { messageOf } from "../../shown.ts";
import type { BoundColumn, Target } from "./target.ts";

/** The list of output columns, each under a name of its own by position. */
export function selectList(columns: readonly BoundColumn[]): string {
  return columns.map((column, index) => `${column.codec.select(column.sql)} AS "c${index}"`).join(", ");
}

/** The row of a model from the first output columns. Throws YaraError that names the field it cannot read. */
export function decodeRow(
  target: Target,
  columns: readonly BoundColumn[],
  raw: DatabaseRow,
): Record<string, unknown> {
  const row: Record<string, unknown> = {};
  for (const [index, column] of columns.entries()) {
    row[column.meta.attribute] = decodeValue(target, column, raw[`c${index}`]);
  }
  return row;
}

function decodeValue(target: Target, column: BoundColumn, value: DatabaseRow[string] | undefined): unknown {
  if (value === null || value === undefined) return null;
  try {
    return column.codec.fromDatabase(value);
  } catch (error) {
    const reason = messageOf(error);
    throw new YaraError(
      `${target.meta.name}.${column.meta.attribute}: a stored value cannot be read: ${reason}`,
      {
        hint: `the column ${column.meta.column} of the table ${target.meta.table} holds a value that is no ${column.meta.type.kind}`,
        cause: error,
      },
    );
  }
}
