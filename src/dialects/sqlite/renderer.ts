import { SchemaError } from "../../errors.ts";
import type { ColumnType } from "../../schema/column-type.ts";
import { expressionFor, type Literal } from "../../schema/expression.ts";
import { shorten } from "../../schema/identifier.ts";
import { indexExpressions } from "../../schema/index-parts.ts";
import { constraintName, constraintsOf, indexName } from "../../schema/naming.ts";
import { EMPTY_SCHEMA } from "../../schema/schema.ts";
import type { Column, Constraint, ForeignKey, Index, Table } from "../../schema/table.ts";
import { BaseRenderer } from "../base-renderer.ts";
import { checkCollation } from "./collation.ts";
import { checkNames } from "./expression-text.ts";
import { declaredType, isTextDecimal } from "./types.ts";

/** The statements of SQLite for normalized tables. */
class SqliteRenderer extends BaseRenderer {
  override readonly dialect = "sqlite";

  override typeName(type: ColumnType): string {
    return declaredType(type);
  }

  override literal(value: Literal, type: ColumnType): string {
    if (value !== null && type.kind === "datetime") return this.quoteText(datetimeText(value));
    const text = super.literal(value, type);
    // As a number it would lose its digits before the column's TEXT affinity sees it.
    return value !== null && isTextDecimal(type) ? this.quoteText(text) : text;
  }

  /** Of a normalized table; see `storedIndexName`. */
  override quoteBeside(_table: string, name: string): string {
    return this.quoteTable(name);
  }

  protected override newIndexName(name: string): string {
    return this.quoteTable(name);
  }

  protected override booleanLiteral(value: boolean): string {
    return value ? "1" : "0";
  }

  protected override durationLiteral(milliseconds: number): string {
    return String(Math.round(milliseconds));
  }

  protected override binaryLiteral(hex: string): string {
    return `X'${hex}'`;
  }

  /**
   * A key that counts is declared in the column: AUTOINCREMENT is accepted nowhere else
   * (https://www.sqlite.org/autoinc.html).
   */
  protected override columnOptions(column: Column, table: Table): string[] {
    const options = super.columnOptions(column, table, EMPTY_SCHEMA);
    if (!column.autoIncrement) return options;
    const name = table.primaryKeyOptions?.name;
    const named = name === undefined ? [] : [`CONSTRAINT ${this.quote(name)}`];
    return [...options, ...named, "PRIMARY KEY AUTOINCREMENT"];
  }

  protected override tableConstraints(table: Table): readonly Constraint[] {
    const counts = table.columns.some((column) => column.autoIncrement);
    return constraintsOf(table).filter((constraint) => !(counts && constraint.kind === "primaryKey"));
  }

  /**
   * The name is left out where it is the derived one: SQLite never speaks of the name of a key, a unique or a foreign
   * key, and ALTER TABLE RENAME does not change it, so that a stored one would be wrong after the next rename.
   */
  override constraintClause(tableName: string, constraint: Constraint): string {
    return hasDerivedName(tableName, constraint)
      ? this.constraintBody(constraint)
      : super.constraintClause(tableName, constraint);
  }

  /** CREATE TABLE of a normalized table, under another name if one is given. @throws SchemaError, see checkNames */
  create(table: Table, as: string = table.name): string {
    for (const check of table.checks) {
      checkNames(this.expression(check.expression), table, `the check ${check.name}`);
    }
    for (const column of table.columns) this.#checkColumn(column, table);
    const head = `CREATE TABLE ${this.quoteTable(table.name)}`;
    // The table keeps its own name until here because the names of its constraints follow from it.
    return `CREATE TABLE ${this.quoteTable(as)}${this.createTable(table, EMPTY_SCHEMA).slice(head.length)}`;
  }

  /** CREATE INDEX on a normalized table. @throws SchemaError, see checkNames */
  index(table: Table, index: Index): string {
    for (const text of indexExpressions(index)) {
      checkNames(this.expression(text), table, `the index ${indexName(table.name, index)}`);
    }
    return this.createIndex(table.name, index);
  }

  /** One column with the constraints of it alone, as ADD COLUMN takes them. */
  addColumn(table: Table, column: Column, constraints: readonly Constraint[]): string {
    const clauses = constraints.map((constraint) => {
      const clause = this.constraintClause(table.name, constraint);
      // As a column's constraint a foreign key begins at REFERENCES.
      return constraint.kind === "foreignKey" ? clause.replace(this.foreignKeyHead(constraint), "") : clause;
    });
    this.#checkColumn(column, table);
    const definition = this.columnDefinition(column, table, EMPTY_SCHEMA);
    return `ALTER TABLE ${this.quoteTable(table.name)} ADD COLUMN ${[definition, ...clauses].join(" ")}`;
  }

  dropColumn(table: string, column: string): string {
    return `ALTER TABLE ${this.quoteTable(table)} DROP COLUMN ${this.quote(column)}`;
  }

  renameColumn(table: string, from: string, to: string): string {
    return `ALTER TABLE ${this.quoteTable(table)} RENAME COLUMN ${this.quote(from)} TO ${this.quote(to)}`;
  }

  renameTable(from: string, to: string): string {
    return `ALTER TABLE ${this.quoteTable(from)} RENAME TO ${this.quoteTable(to)}`;
  }

  #checkColumn({ name, generated, collation }: Column, table: Table): void {
    if (collation !== undefined) {
      checkCollation(`${table.name}.${name}`, expressionFor(collation, this.dialect));
    }
    if (generated === undefined) return;
    checkNames(this.expression(generated.expression), table, `the generated column ${name}`);
  }

  private foreignKeyHead({ columns }: ForeignKey): string {
    return `FOREIGN KEY ${this.columnList(columns)} `;
  }
}

/** The one renderer; it holds nothing. */
export const sqlite = new SqliteRenderer();

/** True where the constraint's name is the one that its table and columns give it. */
export function hasDerivedName(tableName: string, constraint: Constraint): boolean {
  switch (constraint.kind) {
    case "check":
      return false;
    case "primaryKey":
    case "unique":
    case "foreignKey": {
      const { name, ...unnamed } = constraint;
      return name === undefined || name === shorten(constraintName(tableName, unnamed));
    }
  }
}

/** True for the names of the hidden row id: ALTER TABLE refuses to add, rename or drop a column called so. */
export function isRowIdName(column: string): boolean {
  return /^(rowid|oid|_rowid_)$/i.test(column);
}

/** ISO 8601 text as SQLite's own functions write it, in UTC: `2026-01-31 10:00:00.000`. */
function datetimeText(value: Literal): string {
  if (typeof value === "string") {
    // Without a zone it is UTC, not the local time of the machine that renders.
    const zoned = /([zZ]|[+-]\d\d(:?\d\d)?)$/.test(value.replace(/^[+-]?\d+-\d\d-\d\d/, ""))
      ? value
      : `${value}Z`;
    const time = new Date(/^\d+-\d\d-\d\dZ$/.test(zoned) ? zoned.slice(0, -1) : zoned.replace(" ", "T"));
    if (!Number.isNaN(time.getTime())) return time.toISOString().replace("T", " ").replace("Z", "");
  }
  throw new SchemaError(
    `${typeof value === "bigint" ? value : JSON.stringify(value)} is no value of the type datetime`,
    "write it as ISO 8601 text: 2026-01-31T10:00:00Z",
  );
}
