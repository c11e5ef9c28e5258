import type { DatabaseRow } from "../../connection/connection.ts";
import type { PortableValue } from "../../dialects/values.ts";
import { UsageError } from "../../errors.ts";
import type { ColumnMeta, ModelMeta } from "../meta.ts";
import { valuesByColumn } from "./attributes.ts";
import { valueToWrite } from "./input.ts";
import { selectList } from "./rows.ts";
import { type BoundColumn, Statement, type Target } from "./target.ts";

/** The values of one row by column, null for NULL. A column that is left to the database is missing. */
export type RowValues = ReadonlyMap<ColumnMeta, PortableValue | null>;

/**
 * The values of a new row with the application's defaults. Throws UsageError for an unknown key, a missing value and
 * one that does not fit.
 */
export function valuesToInsert(meta: ModelMeta, values: object, now: Date): RowValues {
  const given = valuesByColumn(meta, values);
  const row = new Map<ColumnMeta, PortableValue | null>();
  for (const column of meta.columns) {
    const value = given.has(column) ? given.get(column) : defaultOf(column, now);
    if (value !== undefined) row.set(column, valueToWrite(meta, column, value));
    else if (column.hasDatabaseDefault || column.autoIncrement || column.generated) continue;
    else if (column.nullable) row.set(column, null);
    else
      throw new UsageError(`${meta.name}.${column.attribute} has no value and no default`, "give it a value");
  }
  return row;
}

/** The values that an update sets, `autoNow` included. Throws UsageError like `valuesToInsert`, and for no values. */
export function valuesToUpdate(meta: ModelMeta, values: object, now: Date): RowValues {
  const given = valuesByColumn(meta, values);
  if (given.size === 0) throw new UsageError(`${meta.name}: update was given no values`);
  const row = new Map<ColumnMeta, PortableValue | null>();
  for (const column of meta.columns) {
    if (given.has(column)) row.set(column, valueToWrite(meta, column, given.get(column)));
    else if (column.auto === "autoNow") row.set(column, valueToWrite(meta, column, momentFor(column, now)));
  }
  return row;
}

/** Inserts rows with the same columns and returns how many. */
export function insertRows(target: Target, rows: readonly RowValues[]): Promise<number> {
  const statement = new Statement(target);
  return statement.run(insertSql(target, statement, rows));
}

/** Inserts one row and returns it as it is stored, in the columns of the model; undefined where it was in conflict. */
export async function insertReturning(
  target: Target,
  row: RowValues,
  onConflict: "fail" | "doNothing",
): Promise<DatabaseRow | undefined> {
  const statement = new Statement(target);
  const conflict = onConflict === "doNothing" ? " ON CONFLICT DO NOTHING" : "";
  const sql = `${insertSql(target, statement, [row])}${conflict} RETURNING ${selectList(target.columns)}`;
  const [inserted] = await statement.query(sql);
  return inserted;
}

/** The columns that the row gives values for. */
export function columnsOf(target: Target, row: RowValues): readonly BoundColumn[] {
  return target.columns.filter((column) => row.has(column.meta));
}

/** The SQL of a value of a column, as a parameter. */
export function bindValue(statement: Statement, column: BoundColumn, value: PortableValue | null): string {
  return column.codec.parameter(statement.bind(value === null ? null : column.codec.toDatabase(value)));
}

function insertSql(target: Target, statement: Statement, rows: readonly RowValues[]): string {
  const columns = columnsOf(target, rows[0] ?? new Map());
  if (columns.length === 0) return `INSERT INTO ${target.table} DEFAULT VALUES`;
  const tuples = rows.map((row) => {
    const values = columns.map((column) => bindValue(statement, column, row.get(column.meta) ?? null));
    return `(${values.join(", ")})`;
  });
  return `INSERT INTO ${target.table} (${columns.map((column) => column.name).join(", ")}) VALUES ${tuples.join(", ")}`;
}

function defaultOf(column: ColumnMeta, now: Date): unknown {
  if (column.auto !== undefined) return momentFor(column, now);
  return typeof column.default === "function" ? column.default() : column.default;
}

/** The present moment as the column's type writes it. */
function momentFor(column: ColumnMeta, now: Date): unknown {
  if (column.type.kind === "date") return now.toISOString().slice(0, 10);
  return column.type.kind === "time" ? now.toISOString().slice(11, 23) : now;
}
