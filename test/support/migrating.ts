import { expect } from "bun:test";
import type { Connection } from "../../src/connection/connection.ts";
import { openConnection } from "../../src/connection/open.ts";
import type { Change } from "../../src/dialects/dialect.ts";
import { runUnit } from "../../src/executor/executor.ts";
import { applyOperation, describeOperation, invertOperation } from "../../src/operations/handlers.ts";
import type { Operation } from "../../src/operations/types.ts";
import { compareSchemas } from "../../src/schema/compare.ts";
import { type Schema, schemaOf } from "../../src/schema/schema.ts";
import type { DatabaseSource } from "./databases.ts";
import { dialectFor } from "./dialects.ts";
import { NAMESPACES } from "./names.ts";

/** The operations with the schema before and after each. */
export function changesOf(operations: readonly Operation[], schema: Schema): Change[] {
  let before = schema;
  return operations.map((operation) => {
    const change = { operation, before, after: applyOperation(operation, before) };
    before = change.after;
    return change;
  });
}

/** The changes that take back these ones. */
export function invertedChanges(changes: readonly Change[]): Change[] {
  return changes.toReversed().map(({ operation, before, after }) => {
    const inverted = invertOperation(operation, before);
    if (inverted === undefined) throw new Error(`cannot revert: ${describeOperation(operation)}`);
    return { operation: inverted, before: after, after: before };
  });
}

/** Runs the changes as one migration. */
export async function migrate(connection: Connection, changes: readonly Change[]): Promise<void> {
  const dialect = dialectFor(connection.dialect);
  const unit = { name: "0001_random", direction: "forward", atomic: true, changes } as const;
  await runUnit({ connection, dialect }, unit);
}

/** Fails unless the database holds exactly what it can represent of the schema. */
export async function expectSchema(connection: Connection, schema: Schema): Promise<void> {
  const dialect = dialectFor(connection.dialect);
  const expected = await dialect.canonicalize(dialect.normalize(schema), connection);
  // One that should be gone is looked for, too.
  const known = schemaOf(expected.tables.values(), [], [...expected.namespaces.values(), ...EVERY_NAMESPACE]);
  expect(compareSchemas(await dialect.introspect(connection, known), expected)).toEqual([]);
}

const EVERY_NAMESPACE = NAMESPACES.map((name) => ({ name }));

/** How often one PostgreSQL database is emptied before another one takes its place. */
const USES = 50;

/** Hands out an empty database again and again: one that is emptied on PostgreSQL, a new one in memory on SQLite. */
export class EmptyDatabases {
  readonly #source: DatabaseSource;
  #connection: Connection | undefined;
  #uses = 0;

  constructor(source: DatabaseSource) {
    this.#source = source;
  }

  async use(work: (connection: Connection) => Promise<void>): Promise<void> {
    if (this.#source.name === "postgres") {
      // What was dropped leaves dead rows in the catalogs, which make every change slower.
      if (this.#uses % USES === 0) {
        await this.#connection?.close();
        this.#connection = undefined;
      }
      this.#uses += 1;
      this.#connection ??= (await this.#source.create()).connection;
      await this.#connection.execute([
        "ROLLBACK",
        ...NAMESPACES.map((name) => `DROP SCHEMA IF EXISTS "${name.replaceAll('"', '""')}" CASCADE`),
        "DROP SCHEMA public CASCADE",
        "CREATE SCHEMA public",
      ]);
      return work(this.#connection);
    }
    const connection = await openConnection("sqlite::memory:");
    try {
      await work(connection);
    } finally {
      await connection.close();
    }
  }
}
