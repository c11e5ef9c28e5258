import type { ColumnType } from "./column-type.ts";
import type { Expression, SqlValue } from "./expression.ts";

/** A column as plain data. An application's default is no part of it: only what the database holds is. */
export interface Column {
  readonly name: string;
  readonly type: ColumnType;
  readonly nullable: boolean;
  /** The default that the database applies. */
  readonly default?: SqlValue;
  /** Numbered by the database: an identity column on PostgreSQL, AUTOINCREMENT on SQLite. */
  readonly autoIncrement?: true;
  readonly comment?: string;
}

/** What the database does to the referring row (SQL:2016, referential actions). */
export type ReferentialAction = "noAction" | "restrict" | "cascade" | "setNull" | "setDefault";

/*
 * A `name` is present where the user chose one; without it the name is derived from the table and its columns
 * (naming.ts), so that renaming either needs no bookkeeping.
 */

export interface ForeignKey {
  readonly kind: "foreignKey";
  readonly name?: string;
  readonly columns: readonly string[];
  readonly references: { readonly table: string; readonly columns: readonly string[] };
  readonly onDelete: ReferentialAction;
  readonly onUpdate: ReferentialAction;
}

export interface Unique {
  readonly kind: "unique";
  readonly name?: string;
  readonly columns: readonly string[];
}

export interface Check {
  readonly kind: "check";
  /** A check has no columns to derive a name from, so it always carries one. */
  readonly name: string;
  readonly expression: Expression;
}

export interface PrimaryKey {
  readonly kind: "primaryKey";
  readonly columns: readonly string[];
}

/** A table constraint, as AddConstraint and DropConstraint speak of it. */
export type Constraint = PrimaryKey | ForeignKey | Unique | Check;

export interface Index {
  readonly name?: string;
  readonly columns: readonly string[];
  readonly unique: boolean;
}

/** A table as plain data. The order of columns is the order of creation and no part of equality. */
export interface Table {
  readonly name: string;
  readonly columns: readonly Column[];
  /** The columns of the primary key, in its order; empty where the table has none. */
  readonly primaryKey: readonly string[];
  readonly foreignKeys: readonly ForeignKey[];
  readonly uniques: readonly Unique[];
  readonly checks: readonly Check[];
  readonly indexes: readonly Index[];
  readonly comment?: string;
}

/** The column of that name, or undefined. */
export function findColumn(table: Table, name: string): Column | undefined {
  return table.columns.find((column) => column.name === name);
}
