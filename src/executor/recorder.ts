import type { Connection, DatabaseRow, DatabaseValue } from "../connection/connection.ts";
import { valuesOf } from "../dialects/database-values.ts";
import type { Dialect, Step } from "../dialects/dialect.ts";
import type { ValueCodec } from "../dialects/values.ts";
import { MigrationError } from "../errors.ts";
import type { CreateTable } from "../operations/types.ts";
import { expressionFor, NOW } from "../schema/expression.ts";
import { creating } from "./create-own-table.ts";
import { isMissing, refuseHidden, tellingOf } from "./own-table.ts";
import type { Direction } from "./unit.ts";

/** The table of the applied migrations. Its name and first four columns are shared with yara-orm for Python. */
const CREATE: CreateTable = {
  kind: "createTable",
  table: {
    name: "orm_migrations",
    columns: [
      { name: "id", type: { kind: "int" }, nullable: false, autoIncrement: true },
      { name: "app", type: { kind: "char", maxLength: 255 }, nullable: false },
      { name: "name", type: { kind: "char", maxLength: 255 }, nullable: false },
      { name: "applied_at", type: { kind: "datetime" }, nullable: false, default: NOW },
    ],
    primaryKey: ["id"],
    foreignKeys: [],
    // Two migrators that apply the same migration cannot both commit.
    uniques: [{ kind: "unique", columns: ["app", "name"] }],
    checks: [],
    indexes: [],
  },
};

/** A migration that the database has. */
export interface AppliedMigration {
  readonly name: string;
  readonly appliedAt: Date;
}

function momentOf(value: DatabaseValue, decode: ValueCodec["fromDatabase"]): Date | undefined {
  try {
    const moment = value === null ? value : decode(value);
    return moment instanceof Date && !Number.isNaN(moment.getTime()) ? moment : undefined;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function shown(value: unknown): string {
  if (value === null) return "null";
  return value instanceof Uint8Array ? "bytes" : JSON.stringify(String(value));
}

/** Reads and words the records of the applied migrations of one app. */
export class Recorder {
  readonly #dialect: Dialect;
  readonly #app: string;
  readonly #table: string;

  constructor(dialect: Dialect, app: string) {
    this.#dialect = dialect;
    this.#app = app;
    this.#table = dialect.quote(CREATE.table.name);
  }

  /** The names of the applied migrations; undefined where the table is missing. Creates nothing. */
  async names(connection: Connection): Promise<string[] | undefined> {
    const rows = await this.#select<{ name: DatabaseValue }>(connection, '"name"');
    return rows?.map(({ name }) => this.#text(name));
  }

  /** The applied migrations in the order in which they were applied. Creates nothing. */
  async applied(connection: Connection): Promise<AppliedMigration[]> {
    const datetime = valuesOf(this.#dialect.name).codec({ kind: "datetime" }, (name) =>
      this.#dialect.quote(name),
    );
    const columns = `"name", ${datetime.select('"applied_at"')} AS "applied_at"`;
    const rows = await this.#select<{ name: DatabaseValue; applied_at: DatabaseValue }>(connection, columns);
    return (rows ?? []).map((row) => {
      const name = this.#text(row.name);
      const appliedAt = momentOf(row.applied_at, datetime.fromDatabase);
      if (appliedAt === undefined)
        throw this.#wrong(`${name} was applied at ${shown(row.applied_at)}, which is no time`);
      return { name, appliedAt };
    });
  }

  #text(name: unknown): string {
    if (typeof name !== "string" || name === "")
      throw this.#wrong(`a migration is called ${shown(name)}, which is no name`);
    return name;
  }

  #wrong(what: string): MigrationError {
    const { name } = CREATE.table;
    return new MigrationError(
      `${name}: ${what}`,
      `that is no record of this tool: look at the rows of the table ${name}`,
    );
  }

  async #select<Row extends DatabaseRow>(
    connection: Connection,
    columns: string,
  ): Promise<Row[] | undefined> {
    const where = `WHERE "app" = ${this.#dialect.placeholder(1)} ORDER BY "id"`;
    return await tellingOf("the applied migrations cannot be read", async () => {
      try {
        return await connection.query<Row>(`SELECT ${columns} FROM ${this.#table} ${where}`, [this.#app]);
      } catch (error) {
        if (!isMissing(CREATE.table.name, error)) throw error;
        await refuseHidden(CREATE.table.name, connection, this.#dialect);
        return undefined;
      }
    });
  }

  /** The statements that create the table. */
  create(): string[] {
    return creating(CREATE.table, this.#dialect);
  }

  /** The statement that records a migration as applied now. */
  insert(name: string): string {
    const [app, migration] = [this.#dialect.quoteText(this.#app), this.#dialect.quoteText(name)];
    const now = expressionFor(NOW.expression, this.#dialect.name);
    return `INSERT INTO ${this.#table} ("app", "name", "applied_at") VALUES (${app}, ${migration}, ${now})`;
  }

  /** The step that fails where the migration is recorded as applied (forward), or is not (backward), by now. */
  guard(name: string, direction: Direction): Step {
    const [app, migration] = [this.#dialect.quoteText(this.#app), this.#dialect.quoteText(name)];
    const record = `SELECT 1 FROM ${this.#table} WHERE "app" = ${app} AND "name" = ${migration}`;
    const condition = direction === "forward" ? `EXISTS (${record})` : `NOT EXISTS (${record})`;
    const message = `${name} is ${direction === "forward" ? "applied" : "reverted"} already`;
    return this.#dialect.refuse(
      `SELECT ${this.#dialect.quoteText(message)} WHERE ${condition}`,
      () => new MigrationError(message, "another migrator was faster"),
    );
  }

  /** The statement that forgets a migration. */
  delete(name: string): string {
    const [app, migration] = [this.#dialect.quoteText(this.#app), this.#dialect.quoteText(name)];
    return `DELETE FROM ${this.#table} WHERE "app" = ${app} AND "name" = ${migration}`;
  }
}
