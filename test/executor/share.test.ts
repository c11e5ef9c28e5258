import { expect, test } from "bun:test";
import type { Connection } from "../../src/connection/connection.ts";
import { openSqlite } from "../../src/connection/sqlite.ts";
import { sqliteDialect } from "../../src/dialects/sqlite/dialect.ts";
import { MigrationError } from "../../src/errors.ts";
import { runShared, type SharedOutcome } from "../../src/executor/share.ts";
import { forwardUnit, schemaAfter, type Unit } from "../../src/executor/unit.ts";
import { migrations as m } from "../../src/operations/build.ts";
import type { Operation } from "../../src/operations/types.ts";
import { EMPTY_SCHEMA } from "../../src/schema/schema.ts";
import { bound } from "../support/bound-connection.ts";

const create = (name: string) => m.createTable(name, { id: m.int({ pk: true }) });

/** Migrations one after the other; each is named after its place: "1", "2", ... */
function unitsOf(...migrations: readonly (readonly Operation[])[]): Unit[] {
  const units: Unit[] = [];
  let schema = EMPTY_SCHEMA;
  for (const [index, operations] of migrations.entries()) {
    const name = String(index + 1);
    const unit = forwardUnit(
      { name, path: "", dependencies: [], operations, atomic: true },
      schema,
      "sqlite",
    );
    schema = schemaAfter(unit, schema);
    units.push(unit);
  }
  return units;
}

interface Ran {
  readonly outcome: SharedOutcome | Error;
  /** What was told, in its order. */
  readonly told: readonly string[];
  readonly tables: readonly string[];
  readonly recorded: readonly string[];
  readonly transactions: number;
}

/** Shares a transaction in a new database with a table `record`; `done` are those that another migrator was faster with. */
async function share(units: readonly Unit[], done: readonly string[] = []): Promise<Ran> {
  const connection = await openSqlite(":memory:", { mode: "readWrite" });
  try {
    await connection.execute(["CREATE TABLE record (name text)"]);
    const told: string[] = [];
    const sent: string[] = [];
    const watched: Connection = {
      ...bound(connection),
      execute(statements) {
        sent.push(...statements);
        return connection.execute(statements);
      },
    };
    const outcome = await runShared({ connection: watched, dialect: sqliteDialect }, units, {
      opening: [],
      readDone: async () => (name) => done.includes(name),
      record: (name) => [`INSERT INTO record VALUES ('${name}')`],
      onStart: ({ name }) => told.push(`start ${name}`),
      onEnd: ({ name }, outcome) => told.push(`${outcome} ${name}`),
    }).catch((error: unknown) => (error instanceof Error ? error : new Error(String(error))));
    const tables = await connection.query<{ name: string }>(
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT IN ('record', 'sqlite_sequence') ORDER BY name",
    );
    const recorded = await connection.query<{ name: string }>("SELECT name FROM record");
    return {
      outcome,
      told,
      tables: tables.map(({ name }) => name),
      recorded: recorded.map(({ name }) => name),
      transactions: sent.filter((statement) => statement === sqliteDialect.begin).length,
    };
  } finally {
    await connection.close();
  }
}

test("neighbours share one transaction", async () => {
  const ran = await share(unitsOf([create("a")], [create("b")], [create("c")]));
  expect(ran).toEqual({
    outcome: { committed: 3, undone: 0 },
    told: ["start 1", "start 2", "start 3", "done 1", "done 2", "done 3"],
    tables: ["a", "b", "c"],
    recorded: ["1", "2", "3"],
    transactions: 1,
  });
});

test("the one that fails is undone, and those before it are committed", async () => {
  const failing = [create("b"), m.runSQL("INSERT INTO nowhere VALUES (1)")];
  const ran = await share(unitsOf([create("a")], failing, [create("c")]));
  expect(ran.outcome).toBeInstanceOf(MigrationError);
  expect(String(ran.outcome)).toContain(
    "applying 2 failed at operation 2 of 2 (run SQL): no such table: nowhere",
  );
  expect(ran).toMatchObject({ tables: ["a"], recorded: ["1"], told: ["start 1", "start 2", "done 1"] });
});

test("a statement that ends the whole transaction undoes all, to be run one by one", async () => {
  const failing = [m.runSQL(["INSERT INTO a (id) VALUES (1)", "INSERT OR ROLLBACK INTO a (id) VALUES (1)"])];
  const ran = await share(unitsOf([create("a")], failing, [create("c")]));
  expect(ran).toMatchObject({
    outcome: { committed: 0, undone: 2 },
    told: ["start 1", "start 2"],
    tables: [],
    recorded: [],
  });
});

test("nothing goes on after statements of the user's in the same transaction", async () => {
  const own = [create("b"), m.runSQL("INSERT INTO b (id) VALUES (1)")];
  const ran = await share(unitsOf([create("a")], own, [create("c")]));
  expect(ran).toMatchObject({ outcome: { committed: 2, undone: 0 }, tables: ["a", "b"] });
});

test("code, and what ends a transaction itself, is left to run alone", async () => {
  const code = [m.runCode(() => {})];
  const alone = { outcome: { committed: 0, undone: 0 }, told: [], tables: [], transactions: 0 };
  expect(await share(unitsOf(code, [create("b")]))).toMatchObject(alone);
  expect(await share(unitsOf([m.runSQL("VACUUM")], [create("b")]))).toMatchObject(alone);
  expect(await share(unitsOf([m.runSQL("PRAGMA foreign_keys = OFF")], [create("b")]))).toMatchObject(alone);
  expect(await share(unitsOf([create("a")], code, [create("b")]))).toMatchObject({
    outcome: { committed: 1, undone: 0 },
    tables: ["a"],
  });
});

test("what another migrator has done meanwhile is not done again", async () => {
  const ran = await share(unitsOf([create("a")], [create("b")], [create("c")]), ["1", "2"]);
  expect(ran).toMatchObject({
    outcome: { committed: 3, undone: 0 },
    told: ["start 1", "start 2", "start 3", "doneMeanwhile 1", "doneMeanwhile 2", "done 3"],
    tables: ["c"],
    recorded: ["3"],
  });
});
