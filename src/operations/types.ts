import type { Expression, SqlValue } from "../schema/expression.ts";
import type { EnumType } from "../schema/schema.ts";
import type { Check, Column, ForeignKey, Index, PrimaryKey, Table, Unique } from "../schema/table.ts";
import type { Trigger, View } from "../schema/view.ts";
import type { CodeContext } from "./code-context.ts";

export interface CreateTable {
  readonly kind: "createTable";
  readonly table: Table;
}

export interface DropTable {
  readonly kind: "dropTable";
  readonly table: string;
}

/** Everything that refers to the table follows; derived names of its indexes and constraints too. */
export interface RenameTable {
  readonly kind: "renameTable";
  readonly from: string;
  readonly to: string;
}

export interface AddColumn {
  readonly kind: "addColumn";
  readonly table: string;
  readonly column: Column;
  /** Constraints of this column alone that come and go with it. */
  readonly unique?: Unique;
  readonly foreignKey?: ForeignKey;
  /** What the rows that exist already receive, where the column's own default is not to be used. */
  readonly fill?: SqlValue;
}

/** Drops the column with its own single-column unique constraint and foreign key. Whatever else uses it must go before. */
export interface DropColumn {
  readonly kind: "dropColumn";
  readonly table: string;
  readonly column: string;
}

/** Replaces the definition of a column; its name says which. */
export interface AlterColumn {
  readonly kind: "alterColumn";
  readonly table: string;
  readonly column: Column;
  /** How existing values become values of the new type, where a plain cast does not do. */
  readonly using?: Expression;
  /** What rows that hold NULL receive when the column becomes NOT NULL. */
  readonly fill?: SqlValue;
}

export interface RenameColumn {
  readonly kind: "renameColumn";
  readonly table: string;
  readonly from: string;
  readonly to: string;
}

export interface CreateIndex {
  readonly kind: "createIndex";
  readonly table: string;
  readonly index: Index;
  /** PostgreSQL: built while others go on writing to the table, and therefore outside the transaction. */
  readonly concurrently?: boolean;
}

export interface DropIndex {
  readonly kind: "dropIndex";
  readonly table: string;
  readonly name: string;
  /** PostgreSQL: without keeping anybody from the table, and therefore outside the transaction. */
  readonly concurrently?: boolean;
}

/** Gives an index the name `to`; the state keeps no name where `to` is the derived one. */
export interface RenameIndex {
  readonly kind: "renameIndex";
  readonly table: string;
  readonly from: string;
  readonly to: string;
}

export interface AddConstraint {
  readonly kind: "addConstraint";
  readonly table: string;
  readonly constraint: PrimaryKey | ForeignKey | Unique | Check;
}

/** Drops the constraint with that name (the primary key's is `<table>_pkey` unless it was given another). */
export interface DropConstraint {
  readonly kind: "dropConstraint";
  readonly table: string;
  readonly name: string;
}

export interface CreateEnum {
  readonly kind: "createEnum";
  readonly type: EnumType;
}

/** Replaces the values of an enum. Rows that hold a value which is gone make it fail, nothing is lost. */
export interface AlterEnum {
  readonly kind: "alterEnum";
  readonly type: EnumType;
}

/** Gives an enum another name; columns of it follow. */
export interface RenameEnum {
  readonly kind: "renameEnum";
  readonly from: string;
  readonly to: string;
}

/** Gives a value of an enum another name; rows that hold it follow. */
export interface RenameEnumValue {
  readonly kind: "renameEnumValue";
  readonly name: string;
  readonly from: string;
  readonly to: string;
}

export interface DropEnum {
  readonly kind: "dropEnum";
  readonly name: string;
}

/** Makes a schema for tables such as `billing.invoice`, unless the database has it. */
export interface CreateSchema {
  readonly kind: "createSchema";
  readonly name: string;
}

/** Drops a schema without tables. One that holds anything else, or is not this role's to make again, stays. */
export interface DropSchema {
  readonly kind: "dropSchema";
  readonly name: string;
}

/** Makes sure that an extension is there (PostgreSQL): nothing happens where it is already. */
export interface CreateExtension {
  readonly kind: "createExtension";
  readonly name: string;
}

/** Drops an extension that a migration has made and that nothing needs any more; any other stays. */
export interface DropExtension {
  readonly kind: "dropExtension";
  readonly name: string;
}

/** Sets or, without `comment`, removes the comment of a table. */
export interface AlterComment {
  readonly kind: "alterComment";
  readonly table: string;
  readonly comment?: string;
}

export interface CreateView {
  readonly kind: "createView";
  readonly view: View;
}

/** What reads the view must go before. */
export interface DropView {
  readonly kind: "dropView";
  readonly name: string;
}

export interface CreateTrigger {
  readonly kind: "createTrigger";
  readonly trigger: Trigger;
}

export interface DropTrigger {
  readonly kind: "dropTrigger";
  readonly table: string;
  readonly name: string;
}

/** Statements in their order: the same on every database, or a list for each. */
export type SqlStatements =
  | readonly string[]
  | { readonly postgres: readonly string[]; readonly sqlite: readonly string[] };

/** Hand-written SQL. It changes rows, or objects that the schema does not know. */
export interface RunSQL {
  readonly kind: "runSQL";
  readonly sql: SqlStatements;
  /** Absent: the operation cannot be reverted. Empty: reverting does nothing. */
  readonly reverse?: SqlStatements;
}

export type CodeFunction = (context: CodeContext) => Promise<void> | void;

/** Hand-written code. */
export interface RunCode {
  readonly kind: "runCode";
  readonly forward: CodeFunction;
  /** Absent: the operation cannot be reverted. */
  readonly backward?: CodeFunction;
}

/** One step of a migration, as frozen plain data. What it does is a row in the table of `handlers.ts`. */
export type Operation =
  | CreateTable
  | DropTable
  | RenameTable
  | AddColumn
  | DropColumn
  | AlterColumn
  | RenameColumn
  | CreateIndex
  | DropIndex
  | RenameIndex
  | AddConstraint
  | DropConstraint
  | CreateEnum
  | AlterEnum
  | RenameEnum
  | RenameEnumValue
  | DropEnum
  | CreateSchema
  | DropSchema
  | CreateExtension
  | DropExtension
  | AlterComment
  | CreateView
  | DropView
  | CreateTrigger
  | DropTrigger
  | RunSQL
  | RunCode;

export type OperationKind = Operation["kind"];

/** The operation of one kind. */
export type OperationOf<K extends OperationKind> = Extract<Operation, { kind: K }>;
