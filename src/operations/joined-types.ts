import { SchemaError } from "../errors.ts";
import { type ColumnType, isInteger } from "../schema/column-type.ts";
import { constraintName } from "../schema/naming.ts";
import type { Schema } from "../schema/schema.ts";
import { type ForeignKey, findColumn, type Table } from "../schema/table.ts";
import { referrers } from "./referrers.ts";

/**
 * Throws SchemaError where the new type of a column leaves a foreign key between columns of different kinds: PostgreSQL
 * refuses that with words about operators, and SQLite lets every later row fail.
 */
export function checkJoinedTypes(before: Table, after: Table, column: string, schema: Schema): void {
  const own = after.foreignKeys.map((key) => ({ table: after.name, key }));
  for (const { table, key } of [...own, ...referrers(schema, after.name, column)]) {
    const tablesOf = (changed: Table) => {
      const find = (name: string) => (name === after.name ? changed : schema.tables.get(name));
      return [find(table), find(key.references.table)] as const;
    };
    const parted = partedColumns(key, ...tablesOf(after));
    if (parted === undefined || partedColumns(key, ...tablesOf(before)) !== undefined) continue;
    const name = constraintName(table, key);
    throw new SchemaError(
      `the foreign key ${name} of table ${table} would be left between ${parted}`,
      `drop it before, with m.dropConstraint("${table}", "${name}"), alter the columns on both sides, and add it again with m.addConstraint`,
    );
  }
}

/** The first pair of columns that no database compares, in words. */
export function partedColumns(
  key: ForeignKey,
  from: Table | undefined,
  to: Table | undefined,
): string | undefined {
  for (const [position, name] of key.columns.entries()) {
    const other = key.references.columns[position];
    const left = from && findColumn(from, name);
    const right = to && other !== undefined ? findColumn(to, other) : undefined;
    if (left === undefined || right === undefined || areComparable(left.type, right.type)) continue;
    return `${from?.name}.${left.name} (${left.type.kind}) and ${to?.name}.${right.name} (${right.type.kind})`;
  }
  return undefined;
}

/** True for types between which a foreign key can be. */
export function areComparable(left: ColumnType, right: ColumnType): boolean {
  return familyOf(left) === familyOf(right);
}

/** Types that can be compared with each other have one family. */
function familyOf(type: ColumnType): string {
  if (isInteger(type) || type.kind === "float" || type.kind === "decimal") return "number";
  return type.kind === "char" || type.kind === "text" ? "text" : JSON.stringify(type);
}
