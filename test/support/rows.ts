import type { Connection } from "../../src/connection/connection.ts";
import type { ColumnType } from "../../src/schema/column-type.ts";
import type { DialectName, Literal } from "../../src/schema/expression.ts";
import { type Schema, tablesByName } from "../../src/schema/schema.ts";
import { isGenerated } from "../../src/schema/table.ts";
import { dialectFor } from "./dialects.ts";
import { holdsNull } from "./filled-tables.ts";
import { SAMPLES, sampleValue } from "./values.ts";

/** Which columns of a table to look at. */
export interface Selection {
  readonly table: string;
  readonly columns: readonly string[];
}

/** Writes SAMPLES rows into every table, without a look at foreign keys; NULL in the last one where that is allowed. */
export async function fillTables(connection: Connection, schema: Schema): Promise<void> {
  const { quote, quoteTable } = dialectFor(connection.dialect);
  const inserts = tablesByName(schema).flatMap((table) => {
    const written = table.columns.filter((column) => !isGenerated(column));
    const columns = written.map(({ name }) => quote(name)).join(", ");
    return Array.from({ length: SAMPLES }, (_, position) => {
      const values = written.map((column) => {
        if (position === SAMPLES - 1 && holdsNull(schema, table, column)) return "NULL";
        return literal(sampleValue(column.type, position, schema), column.type, connection.dialect);
      });
      return `INSERT INTO ${quoteTable(table.name)} (${columns}) VALUES (${values.join(", ")})`;
    });
  });
  const [off, on] = FOREIGN_KEYS[connection.dialect];
  await connection.execute([off, ...inserts, on]);
}

/** The rows of some columns, in an order of their own. */
export async function readRows(connection: Connection, { table, columns }: Selection): Promise<string[]> {
  const { quote, quoteTable } = dialectFor(connection.dialect);
  const list = columns.map((name, position) => `${quote(name)} AS c${position}`).join(", ");
  const rows = await connection.query(`SELECT ${list} FROM ${quoteTable(table)}`);
  const plain = (_: string, value: unknown) => (typeof value === "bigint" ? `${value}n` : value);
  return rows.map((row) => JSON.stringify(row, plain)).sort();
}

const FOREIGN_KEYS: Readonly<Record<DialectName, readonly [off: string, on: string]>> = {
  postgres: ["SET session_replication_role = replica", "SET session_replication_role = origin"],
  sqlite: ["PRAGMA foreign_keys = OFF", "PRAGMA foreign_keys = ON"],
};

/** Written here and not by the renderer, which is under test. */
function literal(value: Literal, type: ColumnType, dialect: DialectName): string {
  const isPostgres = dialect === "postgres";
  if (type.kind === "binary") return isPostgres ? `'\\x${value}'` : `x'${value}'`;
  if (type.kind === "boolean" && !isPostgres) return value === true ? "1" : "0";
  if (type.kind === "duration" && isPostgres) return `'${value} milliseconds'`;
  if (type.kind === "array" && isPostgres)
    return quoted(
      `{${(value as unknown[]).map((one) => (type.of.kind === "duration" ? `${one} milliseconds` : one)).join(", ")}}`,
    );
  if (type.kind === "json" || type.kind === "array") return quoted(JSON.stringify(value));
  return typeof value === "number" ? String(value) : quoted(String(value));
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
