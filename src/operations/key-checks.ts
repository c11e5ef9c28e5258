import { SchemaError } from "../errors.ts";
import { uniqueColumns } from "../schema/index-parts.ts";
import { constraintName, constraintsOf } from "../schema/naming.ts";
import type { Schema } from "../schema/schema.ts";
import { type ForeignKey, primaryKeyOf, type Table } from "../schema/table.ts";
import { referrers } from "./referrers.ts";

/**
 * Throws SchemaError where the columns that a foreign key refers to are neither the primary key nor unique: PostgreSQL
 * refuses that, and SQLite refuses every later change of rows (https://www.sqlite.org/foreignkeys.html, 3).
 */
export function checkTargetKey(name: string, table: string, key: ForeignKey, target: Table): void {
  const { columns } = key.references;
  if (hasKey(target, columns)) return;
  const unique = `m.addConstraint("${target.name}", { unique: ${JSON.stringify(columns)} })`;
  throw new SchemaError(
    `foreign key ${name} of table ${table} refers to ${target.name} (${columns.join(", ")}), which is no key of it`,
    `refer to its primary key, or make the columns unique before: ${unique}`,
  );
}

/** True where the columns are the primary key or unique in a way that a foreign key can refer to. */
export function hasKey(table: Table, columns: readonly string[]): boolean {
  const [first] = columns;
  // Most foreign keys are those of one column to a primary key of one.
  const { primaryKeyOptions } = table;
  const isPlain = table.primaryKey.length === 1 && primaryKeyOptions?.deferrable === undefined;
  if (isPlain && columns.length === 1 && first === table.primaryKey[0]) return true;
  const wanted = setOf(columns);
  const primaryKey = primaryKeyOf(table);
  // PostgreSQL refers to no deferrable constraint.
  const constraints = [...(primaryKey === undefined ? [] : [primaryKey]), ...table.uniques].filter(
    ({ deferrable }) => deferrable === undefined,
  );
  const indexes = table.indexes.map(uniqueColumns).filter((columns) => columns !== undefined);
  return [...constraints.map(({ columns }) => columns), ...indexes].some((key) => setOf(key) === wanted);
}

/** Throws SchemaError where a foreign key needs a key of `before` that is missing in `after`. */
export function checkKeysInUse(what: string, before: Table, after: Table, schema: Schema): void {
  for (const { table, key } of allReferrers(after, schema)) {
    const { columns } = key.references;
    if (hasKey(after, columns) || !hasKey(before, columns)) continue;
    const name = constraintName(table, key);
    throw new SchemaError(
      `${what} cannot be dropped: the foreign key ${name} of table ${table} refers to it`,
      `drop the foreign key first: m.dropConstraint("${table}", "${name}")`,
    );
  }
}

/** True where a foreign key, of the table itself or of another, refers to these columns. */
export function isReferredTo(columns: readonly string[], table: Table, schema: Schema): boolean {
  const wanted = setOf(columns);
  return allReferrers(table, schema).some(({ key }) => setOf(key.references.columns) === wanted);
}

/** Throws SchemaError where two constraints of a table have come to one name, as a derived one can by renaming. */
export function checkConstraintNames(table: Table): void {
  const names = new Set<string>();
  for (const constraint of constraintsOf(table)) {
    const name = constraintName(table.name, constraint);
    if (names.has(name))
      throw new SchemaError(`table ${table.name} would have two constraints named ${name}`);
    names.add(name);
  }
}

function allReferrers(table: Table, schema: Schema): ReturnType<typeof referrers> {
  const own = table.foreignKeys
    .filter((key) => key.references.table === table.name)
    .map((key) => ({ table: table.name, key }));
  return [...own, ...referrers(schema, table.name)];
}

function setOf(columns: readonly string[]): string {
  return JSON.stringify(columns.toSorted());
}
