import { dependencyOrder } from "../autodetector/order.ts";
import type { DatabaseValue } from "../connection/connection.ts";
import { valuesOf } from "../dialects/database-values.ts";
import { DatabaseError } from "../errors.ts";
import type { Target } from "../executor/executor.ts";
import type { DialectName } from "../schema/expression.ts";
import { type Schema, tablesByName } from "../schema/schema.ts";
import { type Column, type ForeignKey, findColumn, isGenerated, type Table } from "../schema/table.ts";
import { SAMPLE_FORMS, sampleValue } from "./sample-value.ts";

/**
 * Writes up to `count` rows into each of the tables, as far as the database takes them: a row that no sample is good
 * enough for (a check, a reference to a table that stayed empty) is left out. Outside a transaction.
 */
export async function insertSamples(
  target: Target,
  schema: Schema,
  tables: readonly Table[],
  count: number,
): Promise<void> {
  const { tables: ordered, closing } = dependencyOrder(tables);
  for (const table of ordered) {
    for (let position = 0; position < count; position += 1) {
      for (let form = 0; form < SAMPLE_FORMS; form += 1) {
        const row = new SampleRow(target, schema, table, closing, { position, form, last: count - 1 });
        if (await row.insert()) break;
      }
    }
  }
}

/** Empties every table of the schema, whatever refers to what. */
export async function deleteRows({ connection, dialect }: Target, schema: Schema): Promise<void> {
  const names = tablesByName(schema).map(({ name }) => dialect.quoteTable(name));
  if (names.length > 0) await connection.execute(EMPTY[dialect.name](names));
}

const EMPTY: Readonly<Record<DialectName, (names: readonly string[]) => string[]>> = {
  postgres: (names) => [`TRUNCATE ${names.join(", ")} CASCADE`],
  sqlite: (names) => [
    "PRAGMA foreign_keys = OFF",
    ...names.map((name) => `DELETE FROM ${name}`),
    "PRAGMA foreign_keys = ON",
  ],
};

interface SampleNumber {
  readonly position: number;
  readonly form: number;
  /** The position of the row that holds NULL wherever it may. */
  readonly last: number;
}

/** One row to insert: the SQL of each column's value, and the parameters in it. */
class SampleRow {
  readonly #target: Target;
  readonly #schema: Schema;
  readonly #table: Table;
  readonly #closing: ReadonlySet<ForeignKey>;
  readonly #number: SampleNumber;
  readonly #parameters: DatabaseValue[] = [];

  constructor(
    target: Target,
    schema: Schema,
    table: Table,
    closing: ReadonlySet<ForeignKey>,
    number: SampleNumber,
  ) {
    this.#target = target;
    this.#schema = schema;
    this.#table = table;
    this.#closing = closing;
    this.#number = number;
  }

  /** True if the row is in its table now. */
  async insert(): Promise<boolean> {
    const { connection, dialect } = this.#target;
    const columns: string[] = [];
    const values: string[] = [];
    for (const column of this.#table.columns) {
      const value = this.#valueOf(column);
      if (value === undefined) continue;
      columns.push(dialect.quote(column.name));
      values.push(value);
    }
    const row =
      columns.length === 0 ? "DEFAULT VALUES" : `(${columns.join(", ")}) VALUES (${values.join(", ")})`;
    try {
      await connection.run(`INSERT INTO ${dialect.quoteTable(this.#table.name)} ${row}`, this.#parameters);
      return true;
    } catch (error) {
      if (error instanceof DatabaseError) return false;
      throw error;
    }
  }

  /** Undefined where the database is to supply it. */
  #valueOf(column: Column): string | undefined {
    const { position, last } = this.#number;
    if (column.autoIncrement === true || isGenerated(column)) return undefined;
    const mayBeNull = column.nullable && !this.#table.primaryKey.includes(column.name);
    if (mayBeNull && position > 0 && position === last) return "NULL";
    const key = this.#table.foreignKeys.find(({ columns }) => columns.includes(column.name));
    if (key === undefined) return this.#sample(column) ?? (mayBeNull ? "NULL" : undefined);
    const referred = key.references.columns[key.columns.indexOf(column.name)] ?? "";
    if (key.references.table !== this.#table.name) {
      return this.#closing.has(key) && mayBeNull ? "NULL" : this.#keyOf(key, referred);
    }
    // A row that refers to itself has no other to wait for.
    const own = findColumn(this.#table, referred);
    if (own === undefined || own.autoIncrement === true) return mayBeNull ? "NULL" : undefined;
    return this.#sample(own);
  }

  #sample(column: Column): string | undefined {
    const { position, form } = this.#number;
    const value = sampleValue(column.type, position, form, this.#schema);
    if (value === undefined) return undefined;
    const { dialect } = this.#target;
    const codec = valuesOf(dialect.name).codec(column.type, (name) => dialect.quote(name));
    this.#parameters.push(codec.toDatabase(value));
    return codec.parameter(dialect.placeholder(this.#parameters.length));
  }

  /** The key of the row at the same position in the table that is referred to. */
  #keyOf(key: ForeignKey, referred: string): string {
    const { quote, quoteTable } = this.#target.dialect;
    const [wanted, table] = [quote(referred), quoteTable(key.references.table)];
    const order = key.references.columns.map((name) => quote(name)).join(", ");
    return `(SELECT ${wanted} FROM ${table} WHERE ${wanted} IS NOT NULL ORDER BY ${order} LIMIT 1 OFFSET ${this.#number.position})`;
  }
}
