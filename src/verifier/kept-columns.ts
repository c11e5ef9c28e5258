import type { Connection } from "../connection/connection.ts";
import type { Change, Dialect } from "../dialects/dialect.ts";
import type { Operation, OperationOf } from "../operations/types.ts";
import { dataEqual } from "../schema/compare.ts";
import { type Schema, tablesByName } from "../schema/schema.ts";
import { mentions } from "../schema/sql-tokens.ts";
import { findColumn } from "../schema/table.ts";

/** Columns of one table whose values no operation changes: their names before and after, in the same order. */
export interface KeptColumns {
  readonly before: Selection;
  readonly after: Selection;
}

/** Some columns of a table. */
export interface Selection {
  readonly table: string;
  readonly columns: readonly string[];
}

/**
 * What must hold the same values before and after the changes. Where code or SQL of the user's runs, nobody knows.
 * A table without such a column stands for its rows alone.
 */
export function keptColumns(before: Schema, changes: readonly Change[]): KeptColumns[] {
  const followed = new Map(
    tablesByName(before).map((table) => [
      table.name,
      { original: table.name, columns: new Map(table.columns.map(({ name }) => [name, name])) },
    ]),
  );
  for (const { operation, before: schema } of changes) {
    if (operation.kind === "runSQL" || operation.kind === "runCode") return [];
    if (operation.kind === "renameTable") {
      const table = followed.get(operation.from);
      followed.delete(operation.from);
      if (table !== undefined) followed.set(operation.to, table);
    } else if (operation.kind === "dropTable") followed.delete(operation.table);
    else if (operation.kind === "renameColumn") {
      const columns = followed.get(operation.table)?.columns;
      const original = columns?.get(operation.from);
      columns?.delete(operation.from);
      if (original !== undefined) columns?.set(operation.to, original);
    } else if (operation.kind === "dropColumn") {
      followed.get(operation.table)?.columns.delete(operation.column);
    } else if (operation.kind === "renameEnumValue") {
      for (const [table, name] of columnsOfEnum(schema, operation.name))
        followed.get(table)?.columns.delete(name);
    } else if (operation.kind === "alterColumn" && changesValues(operation, schema)) {
      const columns = followed.get(operation.table)?.columns;
      for (const name of [operation.column.name, ...computedFrom(operation, schema)]) columns?.delete(name);
    }
  }
  return Array.from(followed, ([table, { original, columns }]) => ({
    before: { table: original, columns: [...columns.values()] },
    after: { table, columns: [...columns.keys()] },
  }));
}

/** The rows of some columns as text, in an order of their own. */
export async function readRows(
  connection: Connection,
  dialect: Dialect,
  { table, columns }: Selection,
): Promise<string[]> {
  const list = columns.map((name, position) => `${dialect.quote(name)} AS c${position}`);
  const rows = await connection.query(`SELECT ${list.join(", ") || "1"} FROM ${dialect.quoteTable(table)}`);
  const plain = (_: string, value: unknown) => (typeof value === "bigint" ? `${value}n` : value);
  return rows.map((row) => JSON.stringify(Object.values(row), plain)).sort();
}

function columnsOfEnum(schema: Schema, name: string): [table: string, column: string][] {
  return tablesByName(schema).flatMap((table) =>
    table.columns
      .filter(({ type }) => type.kind === "enum" && type.name === name)
      .map((column): [string, string] => [table.name, column.name]),
  );
}

/** The generated columns that follow the values of the column. */
function computedFrom({ table, column }: OperationOf<"alterColumn">, schema: Schema): string[] {
  return (schema.tables.get(table)?.columns ?? []).flatMap(({ name, generated }) =>
    generated !== undefined && mentions(generated.expression, column.name) ? [name] : [],
  );
}

function changesValues(operation: Operation & { kind: "alterColumn" }, schema: Schema): boolean {
  const table = schema.tables.get(operation.table);
  const column = table && findColumn(table, operation.column.name);
  return (
    operation.using !== undefined ||
    operation.fill !== undefined ||
    !dataEqual(column?.generated, operation.column.generated) ||
    !dataEqual(column?.type, operation.column.type)
  );
}
