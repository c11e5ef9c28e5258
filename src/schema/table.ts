import type { ColumnType } from "./column-type.ts";
import type { Expression, SqlValue } from "./expression.ts";

/** A column as plain data. An application's default is no part of it: only what the database holds is. */
export interface Column {
  readonly name: string;
  readonly type: ColumnType;
  readonly nullable: boolean;
  /** The name of the order of its text, where it is not the database's own: `{ postgres: "C", sqlite: "NOCASE" }`. */
  readonly collation?: Expression;
  /** The default that the database applies. */
  readonly default?: SqlValue;
  /** Numbered by the database: an identity column on PostgreSQL, AUTOINCREMENT on SQLite. */
  readonly autoIncrement?: true;
  /** The database computes the value; such a column has no default, and nobody writes to it. */
  readonly generated?: Generated;
  readonly comment?: string;
}

export type GeneratedColumn = Column & { readonly generated: Generated };

/** True for a column that the database computes. */
export function isGenerated(column: Column): column is GeneratedColumn {
  return column.generated !== undefined;
}

/** How the database computes a column from others of its row. */
export interface Generated {
  readonly expression: Expression;
  /** Kept with the row; otherwise computed when it is read. */
  readonly stored: boolean;
}

/** When a deferrable constraint is checked unless a transaction says otherwise (SQL:2016, INITIALLY). */
export type Deferrable = "immediate" | "deferred";

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
  readonly deferrable?: Deferrable;
}

export interface Unique {
  readonly kind: "unique";
  readonly name?: string;
  readonly columns: readonly string[];
  readonly deferrable?: Deferrable;
  /** Two NULLs count as equal (PostgreSQL 15). */
  readonly nullsNotDistinct?: true;
}

export interface Check {
  readonly kind: "check";
  /** A check has no columns to derive a name from, so it always carries one. */
  readonly name: string;
  readonly expression: Expression;
}

export interface PrimaryKey {
  readonly kind: "primaryKey";
  readonly name?: string;
  readonly columns: readonly string[];
  readonly deferrable?: Deferrable;
}

/** What a primary key says besides its columns. */
export type PrimaryKeyOptions = Pick<PrimaryKey, "name" | "deferrable">;

/** A table constraint, as AddConstraint and DropConstraint speak of it. */
export type Constraint = PrimaryKey | ForeignKey | Unique | Check;

export interface Index {
  readonly name?: string;
  readonly columns: readonly IndexPart[];
  readonly unique: boolean;
  /** A partial index: only the rows that meet this condition. */
  readonly where?: Expression;
  /** Columns that are carried along without being sorted by (PostgreSQL). */
  readonly include?: readonly string[];
  /** The access method where it is not a B-tree (PostgreSQL). */
  readonly method?: IndexMethod;
}

export type IndexMethod = "hash" | "gin" | "gist" | "spgist" | "brin";

/** What an index sorts by: a column in ascending order by its name alone, anything more as an IndexKey. */
export type IndexPart = string | IndexKey;

export interface IndexKey {
  /** Either a column or an expression. */
  readonly column?: string;
  readonly expression?: Expression;
  readonly order?: "desc";
  /** Where NULLs go, where it is not where PostgreSQL puts them: last ascending, first descending. */
  readonly nulls?: "first" | "last";
  /** The operator class (PostgreSQL). */
  readonly opclass?: string;
}

/** A table as plain data. The order of columns is the order of creation and no part of equality. */
export interface Table {
  readonly name: string;
  readonly columns: readonly Column[];
  /** The columns of the primary key, in its order; empty where the table has none. */
  readonly primaryKey: readonly string[];
  /** What the primary key says besides; absent where that is nothing. */
  readonly primaryKeyOptions?: PrimaryKeyOptions;
  readonly foreignKeys: readonly ForeignKey[];
  readonly uniques: readonly Unique[];
  readonly checks: readonly Check[];
  readonly indexes: readonly Index[];
  readonly comment?: string;
}

/** The primary key as a constraint, or undefined where the table has none. */
export function primaryKeyOf({ primaryKey, primaryKeyOptions }: Table): PrimaryKey | undefined {
  return primaryKey.length === 0
    ? undefined
    : { kind: "primaryKey", columns: primaryKey, ...primaryKeyOptions };
}

/** The table with that primary key in place of its own, or with none. */
export function withPrimaryKey(table: Table, key: Omit<PrimaryKey, "kind"> | undefined): Table {
  const { primaryKeyOptions: _, ...rest } = table;
  if (key === undefined) return { ...rest, primaryKey: [] };
  const { name, deferrable, columns } = key;
  const options: PrimaryKeyOptions = {
    ...(name === undefined ? {} : { name }),
    ...(deferrable === undefined ? {} : { deferrable }),
  };
  const hasOptions = Object.keys(options).length > 0;
  return { ...rest, primaryKey: columns, ...(hasOptions ? { primaryKeyOptions: options } : {}) };
}

/** The column of that name, or undefined. */
export function findColumn(table: Table, name: string): Column | undefined {
  return table.columns.find((column) => column.name === name);
}
