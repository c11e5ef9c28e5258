import type { Connection, DatabaseRow, DatabaseValue } from "../connection/connection.ts";
import type { Dialect, Step } from "../dialects/dialect.ts";
import { HalfAppliedError, MigrationError } from "../errors.ts";
import { expressionFor, NOW } from "../schema/expression.ts";
import type { Table } from "../schema/table.ts";
import { creating } from "./create-own-table.ts";
import { isMissing, tellingOf } from "./own-table.ts";
import type { Direction } from "./unit.ts";

const TABLE: Table = {
  name: "orm_progress",
  columns: [
    { name: "app", type: { kind: "char", maxLength: 255 }, nullable: false },
    { name: "name", type: { kind: "char", maxLength: 255 }, nullable: false },
    { name: "direction", type: { kind: "char", maxLength: 8 }, nullable: false },
    { name: "done", type: { kind: "int" }, nullable: false },
    { name: "total", type: { kind: "int" }, nullable: false },
    { name: "doing", type: { kind: "boolean" }, nullable: false },
    { name: "steps", type: { kind: "text" }, nullable: false },
    { name: "started_at", type: { kind: "datetime" }, nullable: false, default: NOW },
  ],
  // One at a time: whoever wants to do something else has to come to an end with it first.
  primaryKey: ["app"],
  foreignKeys: [],
  uniques: [],
  checks: [],
  indexes: [],
};

/** A migration that is done in part. It is no applied one, in whichever direction it goes. */
export interface HalfApplied {
  readonly name: string;
  readonly direction: Direction;
  /** How many steps have had their effect. */
  readonly done: number;
  readonly total: number;
  /** The step after these was begun, in no transaction, and nobody has said what became of it. */
  readonly doing: boolean;
  /** A hash of each step, as it was when it began. */
  readonly steps: readonly string[];
}

/** What a row says; undefined where the tool has not written it. */
function halfIn({ name, direction, done, total, doing, steps }: Row): HalfApplied | undefined {
  const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;
  const hashes = textsIn(steps);
  if (typeof name !== "string" || (direction !== "forward" && direction !== "backward")) return undefined;
  if (!isCount(done) || !isCount(total) || done > total || hashes === undefined) return undefined;
  return { name, direction, done, total, doing: Boolean(doing), steps: hashes };
}

function textsIn(json: DatabaseValue): string[] | undefined {
  try {
    const value: unknown = JSON.parse(String(json));
    return Array.isArray(value) && value.every((item) => typeof item === "string") ? value : undefined;
  } catch {
    return undefined;
  }
}

interface Row extends DatabaseRow {
  readonly name: DatabaseValue;
  readonly direction: DatabaseValue;
  readonly done: DatabaseValue;
  readonly total: DatabaseValue;
  readonly doing: DatabaseValue;
  readonly steps: DatabaseValue;
}

/** Reads and words what is known of the migration of one app that is done in part. */
export class Journal {
  readonly #dialect: Dialect;
  readonly #app: string;
  readonly #table: string;
  readonly #where: string;

  constructor(dialect: Dialect, app: string) {
    this.#dialect = dialect;
    this.#app = dialect.quoteText(app);
    this.#table = dialect.quote(TABLE.name);
    this.#where = `WHERE "app" = ${this.#app}`;
  }

  /** The migration that is done in part; null where there is none, undefined where the table is missing. Creates nothing. */
  async read(connection: Connection): Promise<HalfApplied | null | undefined> {
    const columns = `"name", "direction", "done", "total", "doing", "steps"`;
    return await tellingOf("how far a migration is cannot be read", async () => {
      try {
        const [row] = await connection.query<Row>(`SELECT ${columns} FROM ${this.#table} ${this.#where}`);
        if (row === undefined) return null;
        const half = halfIn(row);
        if (half !== undefined) return half;
        throw new MigrationError(
          `the table ${TABLE.name} has a row that no migrator has written, so that nobody knows what is half-applied`,
          `look at it, bring the database to a state that you know, and remove it: DELETE FROM ${this.#table} ${this.#where}`,
        );
      } catch (error) {
        if (isMissing(TABLE.name, error)) return undefined;
        throw error;
      }
    });
  }

  /** The statements that create the table. */
  create(): string[] {
    return creating(TABLE, this.#dialect);
  }

  /** The statement that begins it; it fails where another one is on its way. */
  begin({ name, direction, done, total, doing, steps }: HalfApplied): string {
    const quoteText = (text: string) => this.#dialect.quoteText(text);
    const values = [name, direction].map(quoteText);
    const now = expressionFor(NOW.expression, this.#dialect.name);
    return `INSERT INTO ${this.#table} ("app", "name", "direction", "done", "total", "doing", "steps", "started_at")
VALUES (${this.#app}, ${values.join(", ")}, ${done}, ${total}, ${doing ? "TRUE" : "FALSE"}, ${quoteText(JSON.stringify(steps))}, ${now})`;
  }

  /** The statement that says how far it is. */
  update({ done, total, doing, steps }: HalfApplied): string {
    const text = this.#dialect.quoteText(JSON.stringify(steps));
    return `UPDATE ${this.#table} SET "done" = ${done}, "total" = ${total}, "doing" = ${doing ? "TRUE" : "FALSE"}, "steps" = ${text} ${this.#where}`;
  }

  /** The statement that ends it. */
  end(): string {
    return `DELETE FROM ${this.#table} ${this.#where}`;
  }

  /** The step that fails where it is no longer as far as it was, which `overtaken` words. */
  guard(half: HalfApplied): Step {
    const { name, done, doing } = half;
    const state = `"name" = ${this.#dialect.quoteText(name)} AND "done" = ${done} AND "doing" = ${doing ? "TRUE" : "FALSE"}`;
    const error = this.overtaken(half);
    return this.#dialect.refuse(
      `SELECT ${this.#dialect.quoteText(error.message)} WHERE NOT EXISTS (SELECT 1 FROM ${this.#table} ${this.#where} AND ${state})`,
      () => error,
    );
  }

  /** The step that fails where one is on its way. */
  free(): Step {
    const message = "another migration is on its way";
    return this.#dialect.refuse(
      `SELECT ${this.#dialect.quoteText(message)} WHERE EXISTS (SELECT 1 FROM ${this.#table} ${this.#where})`,
      () => new HalfAppliedError(message, "run the command again"),
    );
  }

  /** The error where it cannot go on by itself. */
  overtaken({ name, done, total }: HalfApplied): HalfAppliedError {
    return new HalfAppliedError(
      `${name} is no longer at step ${done + 1} of ${total}`,
      "another migrator has gone on with it: run the command again",
    );
  }
}
