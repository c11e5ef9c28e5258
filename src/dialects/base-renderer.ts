import { SchemaError } from "../errors.ts";
import type { ColumnType, ElementType } from "../schema/column-type.ts";
import {
  type DialectName,
  type Expression,
  expressionFor,
  type Json,
  type Literal,
  type SqlValue,
} from "../schema/expression.ts";
import { shorten } from "../schema/identifier.ts";
import { indexKeys } from "../schema/index-parts.ts";
import { constraintName, constraintsOf, indexName } from "../schema/naming.ts";
import { namespaceOf } from "../schema/qualified-name.ts";
import type { Schema } from "../schema/schema.ts";
import { shortenIdentifiers, tokenizeSql } from "../schema/sql-tokens.ts";
import type {
  Column,
  Constraint,
  Deferrable,
  Index,
  IndexKey,
  ReferentialAction,
  Table,
} from "../schema/table.ts";
import { quoteIdentifier, quoteWholeTable } from "./quoting.ts";

const ACTIONS: Readonly<Record<ReferentialAction, string>> = {
  noAction: "NO ACTION",
  restrict: "RESTRICT",
  cascade: "CASCADE",
  setNull: "SET NULL",
  setDefault: "SET DEFAULT",
};

/**
 * The SQL that the databases have in common; a dialect overrides the few lines that differ. Statements carry no
 * `;` at their end, every identifier is quoted, every constraint and index is named.
 */
export abstract class BaseRenderer {
  abstract readonly dialect: DialectName;

  /** What the database calls a type. */
  abstract typeName(type: ColumnType): string;

  /** A duration of that many milliseconds. */
  protected abstract durationLiteral(milliseconds: number): string;

  /** Bytes, given as hexadecimal text. */
  protected abstract binaryLiteral(hex: string): string;

  /** An identifier in quotes, shortened to 63 bytes. @throws SchemaError if it is empty or holds NUL */
  quote(identifier: string): string {
    return quoteIdentifier(identifier);
  }

  /** The name of a table in quotes. @throws SchemaError like `quote` */
  quoteTable(name: string): string {
    return quoteWholeTable(name);
  }

  /** The name of an index or a constraint that lives in the schema of that table, in quotes. */
  quoteBeside(_table: string, name: string): string {
    return this.quote(name);
  }

  /** A text literal. @throws SchemaError if it holds NUL, which no text of the databases can */
  quoteText(text: string): string {
    if (text.includes("\0"))
      throw new SchemaError(`the text ${JSON.stringify(text)} contains a NUL character`);
    return `'${text.replaceAll("'", "''")}'`;
  }

  /** Columns as `("a", "b")`. */
  columnList(columns: readonly string[]): string {
    return `(${columns.map((column) => this.quote(column)).join(", ")})`;
  }

  /** A value of that type as SQL. @throws SchemaError if it is no value of the type */
  literal(value: Literal, type: ColumnType): string {
    if (value === null) return "NULL";
    switch (type.kind) {
      case "smallInt":
      case "int":
      case "bigInt":
        return typeof value === "bigint" || Number.isSafeInteger(value)
          ? String(value)
          : mismatch(value, type);
      case "float":
        return Number.isFinite(value) ? String(value) : mismatch(value, type);
      case "decimal":
        return isDecimal(value) ? String(value) : mismatch(value, type);
      case "boolean":
        return typeof value === "boolean" ? this.booleanLiteral(value) : mismatch(value, type);
      case "duration":
        return typeof value === "number" && Number.isFinite(value)
          ? this.durationLiteral(value)
          : mismatch(value, type);
      case "binary":
        return typeof value === "string" && /^([0-9a-f]{2})*$/i.test(value)
          ? this.binaryLiteral(value)
          : mismatch(value, type);
      case "json":
        return this.quoteText(typeof value === "bigint" ? String(value) : JSON.stringify(value));
      case "raw":
        return this.#rawLiteral(value);
      case "array":
        return Array.isArray(value) ? this.arrayLiteral(value, type.of) : mismatch(value, type);
      default:
        return typeof value === "string" ? this.quoteText(value) : mismatch(value, type);
    }
  }

  /** As the database itself reads it for its type. */
  #rawLiteral(value: Exclude<Literal, null>): string {
    if (typeof value === "bigint" || typeof value === "number") return String(value);
    if (typeof value === "boolean") return this.booleanLiteral(value);
    return this.quoteText(typeof value === "string" ? value : JSON.stringify(value));
  }

  /** A list, by default as JSON. */
  protected arrayLiteral(values: readonly Json[], _of: ElementType): string {
    return this.quoteText(JSON.stringify(values));
  }

  protected booleanLiteral(value: boolean): string {
    return value ? "TRUE" : "FALSE";
  }

  /** A literal, or an expression as it was written. */
  sqlValue(value: SqlValue, type: ColumnType): string {
    return "expression" in value ? this.expression(value.expression) : this.literal(value.value, type);
  }

  /** The text of an expression on this database, with the names in it shortened as those of columns are. */
  expression(expression: Expression): string {
    return shortenIdentifiers(expressionFor(expression, this.dialect).trim());
  }

  /**
   * The text of a view or trigger, in which `"billing.invoice"`, the name of a table, stands for the table of that schema;
   * names are as the database keeps them.
   */
  text(expression: Expression, { tables }: Schema): string {
    const written = tokenizeSql(expressionFor(expression, this.dialect).trim()).map(({ text, name }) => {
      if (name === undefined) return text;
      if (text !== name && namespaceOf(name) !== undefined && tables.has(name)) return this.quoteTable(name);
      return shorten(name) === name ? text : this.quote(name);
    });
    return written.join("").replace(/[\s;]+$/, "");
  }

  /** What follows DEFAULT in a column's definition: an expression is put in parentheses unless it is one word. */
  defaultValue(value: SqlValue, type: ColumnType): string {
    const text = this.sqlValue(value, type);
    return "value" in value || /^\w+$/.test(text) ? text : parenthesize(text);
  }

  /** One column as CREATE TABLE and ADD COLUMN take it: name, type, then `columnOptions`. */
  columnDefinition(column: Column, table: Table, schema: Schema): string {
    const head = `${this.quote(column.name)} ${this.typeOf(column)}`.trimEnd();
    return [head, ...this.columnOptions(column, table, schema)].join(" ");
  }

  /** The type of a column with its collation. */
  typeOf({ type, collation }: Column): string {
    if (collation === undefined) return this.typeName(type);
    return `${this.typeName(type)} COLLATE ${this.quote(expressionFor(collation, this.dialect))}`;
  }

  /** What follows the type of a column. */
  protected columnOptions(column: Column, _table: Table, _schema: Schema): string[] {
    const options = column.nullable ? [] : ["NOT NULL"];
    if (column.default !== undefined)
      options.push(`DEFAULT ${this.defaultValue(column.default, column.type)}`);
    if (column.generated !== undefined) {
      const { expression, stored } = column.generated;
      const computed = parenthesize(this.expression(expression));
      options.push(`GENERATED ALWAYS AS ${computed} ${stored ? "STORED" : "VIRTUAL"}`);
    }
    return options;
  }

  /** A constraint of that table as CREATE TABLE and ADD take it, always with its name. */
  constraintClause(tableName: string, constraint: Constraint): string {
    return `CONSTRAINT ${this.quote(constraintName(tableName, constraint))} ${this.constraintBody(constraint)}`;
  }

  protected constraintBody(constraint: Constraint): string {
    switch (constraint.kind) {
      case "primaryKey":
        return [
          `PRIMARY KEY ${this.columnList(constraint.columns)}`,
          ...deferral(constraint.deferrable),
        ].join(" ");
      case "unique":
        return [
          constraint.nullsNotDistinct ? "UNIQUE NULLS NOT DISTINCT" : "UNIQUE",
          this.columnList(constraint.columns),
          ...deferral(constraint.deferrable),
        ].join(" ");
      case "check":
        return `CHECK ${parenthesize(this.expression(constraint.expression))}`;
      case "foreignKey": {
        const { columns, references, onDelete, onUpdate, deferrable } = constraint;
        const target = `${this.quoteTable(references.table)} ${this.columnList(references.columns)}`;
        const actions = [
          ...(onDelete === "noAction" ? [] : [`ON DELETE ${ACTIONS[onDelete]}`]),
          ...(onUpdate === "noAction" ? [] : [`ON UPDATE ${ACTIONS[onUpdate]}`]),
          ...deferral(deferrable),
        ];
        return [`FOREIGN KEY ${this.columnList(columns)} REFERENCES ${target}`, ...actions].join(" ");
      }
    }
  }

  /** The constraints that CREATE TABLE lists after the columns. */
  protected tableConstraints(table: Table): readonly Constraint[] {
    return constraintsOf(table);
  }

  /** CREATE TABLE alone, without indexes; `schema` is the one that holds the table's enums. */
  createTable(table: Table, schema: Schema): string {
    const lines = [
      ...table.columns.map((column) => this.columnDefinition(column, table, schema)),
      ...this.tableConstraints(table).map((constraint) => this.constraintClause(table.name, constraint)),
    ];
    return `CREATE TABLE ${this.quoteTable(table.name)} (\n${lines.map((line) => `  ${line}`).join(",\n")}\n)`;
  }

  dropTable(name: string): string {
    return `DROP TABLE ${this.quoteTable(name)}`;
  }

  createIndex(tableName: string, index: Index): string {
    const head = index.unique ? "CREATE UNIQUE INDEX" : "CREATE INDEX";
    const { method, include, where } = index;
    return [
      `${head} ${this.newIndexName(indexName(tableName, index))} ON ${this.quoteTable(tableName)}`,
      ...(method === undefined ? [] : [`USING ${method}`]),
      `(${indexKeys(index)
        .map((key) => this.#indexKey(key))
        .join(", ")})`,
      ...(include === undefined ? [] : [`INCLUDE ${this.columnList(include)}`]),
      ...(where === undefined ? [] : [`WHERE ${parenthesize(this.expression(where))}`]),
    ].join(" ");
  }

  #indexKey({ column, expression, order, nulls, opclass }: IndexKey): string {
    return [
      column === undefined ? parenthesize(this.expression(expression ?? "")) : this.quote(column),
      ...(opclass === undefined
        ? []
        : [
            opclass
              .split(".")
              .map((part) => this.quote(part))
              .join("."),
          ]),
      ...(order === undefined ? [] : ["DESC"]),
      ...(nulls === undefined ? [] : [`NULLS ${nulls.toUpperCase()}`]),
    ].join(" ");
  }

  /** The name that CREATE INDEX gives. */
  protected newIndexName(name: string): string {
    return this.quote(name);
  }

  dropIndex(table: string, name: string): string {
    return `DROP INDEX ${this.quoteBeside(table, name)}`;
  }
}

/** SQL in parentheses; a comment in its last line cannot hide the closing one. */
export function parenthesize(sql: string): string {
  return sql.includes("--") ? `(${sql}\n)` : `(${sql})`;
}

function deferral(deferrable: Deferrable | undefined): string[] {
  return deferrable === undefined ? [] : [`DEFERRABLE INITIALLY ${deferrable.toUpperCase()}`];
}

function isDecimal(value: Literal): boolean {
  if (typeof value === "string") return /^[+-]?(\d+\.?\d*|\.\d+)$/.test(value);
  return typeof value === "bigint" || Number.isFinite(value);
}

function mismatch(value: Literal, type: ColumnType): never {
  const shown = typeof value === "bigint" ? String(value) : JSON.stringify(value);
  throw new SchemaError(
    `${shown} is no value of the type ${type.kind}`,
    "correct the default or the fill value",
  );
}
