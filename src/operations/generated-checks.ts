import { SchemaError } from "../errors.ts";
import { constraintName } from "../schema/naming.ts";
import type { Column, Table } from "../schema/table.ts";

/** Throws SchemaError where a generated column also says another source of its values. */
export function checkGeneratedColumn(table: string, column: Column): void {
  if (column.generated === undefined) return;
  const other =
    column.default !== undefined ? "a default" : column.autoIncrement ? "autoIncrement" : undefined;
  if (other === undefined) return;
  throw new SchemaError(
    `column ${table}.${column.name} is generated and has ${other}`,
    "keep one of the two",
  );
}

/** Throws SchemaError where a value is given for a column that the database computes. */
export function refuseValue(table: string, { name, generated }: Column, value: unknown, what: string): void {
  if (generated === undefined || value === undefined) return;
  throw new SchemaError(`column ${table}.${name} is generated and takes no ${what}`, `remove the ${what}`);
}

/**
 * Throws SchemaError where a table uses its generated columns as no database, or only one of them, allows: a table of
 * nothing else, a generated primary key, a foreign key that would write to one.
 */
export function checkGenerated(table: Table): void {
  const generated = new Set(table.columns.filter((column) => column.generated).map(({ name }) => name));
  if (generated.size === 0) return;
  if (generated.size === table.columns.length) {
    throw new SchemaError(`table ${table.name} would have no column that is not generated`);
  }
  const key = table.primaryKey.find((name) => generated.has(name));
  if (key !== undefined) {
    throw new SchemaError(
      `column ${table.name}.${key} is generated and cannot be in the primary key`,
      "SQLite has no generated keys; make the column unique instead",
    );
  }
  const writing = table.foreignKeys.find(
    ({ columns, onDelete, onUpdate }) =>
      columns.some((name) => generated.has(name)) &&
      (WRITING.has(onDelete) || WRITING.has(onUpdate) || onUpdate === "cascade"),
  );
  if (writing === undefined) return;
  throw new SchemaError(
    `foreign key ${constraintName(table.name, writing)} of table ${table.name} would write to a generated column`,
    "use the actions noAction or restrict, or cascade for onDelete",
  );
}

const WRITING: ReadonlySet<string> = new Set(["setNull", "setDefault"]);
