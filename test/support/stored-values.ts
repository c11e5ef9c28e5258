import type { Connection } from "../../src/connection/connection.ts";
import type { ColumnType } from "../../src/schema/column-type.ts";

/** The value of a column in the one row of the table t as text, which is the same for equal values on every database. */
export async function readValue(connection: Connection, column: string, type: ColumnType): Promise<string> {
  const sql = connection.dialect === "postgres" ? postgresText(column, type) : sqliteText(column, type);
  const [row] = await connection.query<{ value: string | null }>(`SELECT ${sql} AS value FROM t`);
  return row?.value == null ? "NULL" : valueText(row.value, type);
}

function postgresText(column: string, { kind }: ColumnType): string {
  switch (kind) {
    case "datetime":
      return `coalesce(to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US BC'), ${column}::text)`;
    case "duration":
      return `trim_scale(extract(epoch from ${column}) * 1000)::text`;
    default:
      return `${column}::text`;
  }
}

function sqliteText(column: string, { kind }: ColumnType): string {
  switch (kind) {
    case "float":
      return `CASE WHEN ${column} IS NOT NULL THEN printf('%!.17g', ${column}) END`;
    case "boolean":
      return `CASE ${column} WHEN 1 THEN 'true' WHEN 0 THEN 'false' ELSE 'wrong: ' || ${column} END`;
    case "binary":
      return `hex(${column})`;
    default:
      return `CAST(${column} AS TEXT)`;
  }
}

/** The text of a value in one form, whichever its database writes. */
export function valueText(text: string, type: ColumnType): string {
  switch (type.kind) {
    case "float":
      return String(Number(text.replace(/inf$/i, "Infinity")));
    case "decimal": {
      const [whole, fraction = ""] = text.split(".");
      return text === "NaN" ? text : `${whole}.${fraction.padEnd(type.decimalPlaces, "0")}`;
    }
    case "datetime": {
      const parts = /^(.*\d\d:\d\d)(?:\.(\d+))?(?:\+00)?(?: AD|( BC))?$/.exec(text);
      return parts === null ? text : `${parts[1]}.${(parts[2] ?? "").padEnd(6, "0")}${parts[3] ?? ""}`;
    }
    case "json":
      return jsonText(text);
    default:
      return text;
  }
}

/** Without the needless zeros of a number, the digits of which JavaScript may not be able to hold. */
function jsonText(text: string): string {
  const [, whole] = /^(-?\d{1,20})(?:\.0+)?$/.exec(text) ?? [];
  if (whole !== undefined) return whole;
  const value: unknown = JSON.parse(text);
  return typeof value === "number" ? String(value) : JSON.stringify(value);
}
