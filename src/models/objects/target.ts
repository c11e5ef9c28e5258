import type { DatabaseRow } from "../../connection/connection.ts";
import { valuesOf } from "../../dialects/database-values.ts";
import { quoteIdentifier } from "../../dialects/quoting.ts";
import type { DatabaseValues, ValueCodec } from "../../dialects/values.ts";
import { UsageError } from "../../errors.ts";
import type { ColumnType } from "../../schema/column-type.ts";
import type { DialectName } from "../../schema/expression.ts";
import type { ColumnMeta, ModelMeta } from "../meta.ts";
import { send } from "./session.ts";

/** A column as statements for one database speak of it. */
export interface BoundColumn {
  readonly meta: ColumnMeta;
  /** Quoted: alone, for lists of columns that are written. */
  readonly name: string;
  /** Quoted, with its table: it cannot be taken for the name of an output column. */
  readonly sql: string;
  readonly codec: ValueCodec;
  /** For the values it is compared with, which may be larger than it can hold. */
  readonly comparison: ValueCodec;
}

/** A model on one database. */
export interface Target {
  readonly meta: ModelMeta;
  readonly values: DatabaseValues;
  readonly table: string;
  readonly columns: readonly BoundColumn[];
  readonly primaryKey: readonly BoundColumn[];
}

/** The model on that database. */
export function bindModel(meta: ModelMeta, name: DialectName): Target {
  const values = valuesOf(name);
  const table = values.quoteTable(meta.table);
  const columns = meta.columns.map((column) => ({
    meta: column,
    name: quoteIdentifier(column.column),
    sql: `${table}.${quoteIdentifier(column.column)}`,
    codec: values.codec(column.type, quoteIdentifier),
    comparison: values.codec(comparisonType(column.type), quoteIdentifier),
  }));
  return {
    meta,
    values,
    table,
    columns,
    primaryKey: columns.filter((column) => column.meta.primaryKey),
  };
}

/** The type that takes every value with which a column of `type` can be compared. */
export function comparisonType(type: ColumnType): ColumnType {
  if (type.kind === "smallInt" || type.kind === "int") return { kind: "bigInt" };
  return type.kind === "char" ? { kind: "text" } : type;
}

/** A statement with its parameters, as it is put together. */
export class Statement {
  readonly #target: Target;
  readonly #parameters: unknown[] = [];

  constructor(target: Target) {
    this.#target = target;
  }

  /** Adds a parameter and returns its placeholder. */
  bind(value: unknown): string {
    this.#parameters.push(value);
    return this.#target.values.placeholder(this.#parameters.length);
  }

  /** Runs it and returns the rows. Throws UsageError with more parameters than the database takes, and like `send`. */
  async query(sql: string): Promise<DatabaseRow[]> {
    const parameters = this.#checkedParameters();
    return send((connection) => connection.query(sql, parameters));
  }

  /** Runs it and returns the number of rows that it changed. Throws like `query`. */
  async run(sql: string): Promise<number> {
    const parameters = this.#checkedParameters();
    return send((connection) => connection.run(sql, parameters));
  }

  #checkedParameters(): readonly unknown[] {
    const { meta, values } = this.#target;
    if (this.#parameters.length > values.maxParameters) {
      throw new UsageError(
        `${meta.name}: ${this.#parameters.length} values in one statement, the database takes ${values.maxParameters}`,
        "split the list of the condition into several queries",
      );
    }
    return this.#parameters;
  }
}
