import { expect, test } from "bun:test";
import { join } from "node:path";
import type { Connection } from "../../src/connection/connection.ts";
import { openConnection } from "../../src/connection/open.ts";
import { MigrationManager } from "../../src/index.ts";
import { installVirtualModule } from "../../src/virtual-module.ts";
import { bound } from "../support/bound-connection.ts";
import { describeDatabases } from "../support/databases.ts";
import { failure, temporaryFolder } from "../support/temporary-folder.ts";

installVirtualModule();

const files = {
  "0001_a.ts": `import { migrations as m } from "yara-orm";
export const operations = [m.createTable("a", { id: m.int({ pk: true }) })];
`,
};

/** A file that applies what `operations` says, after the one before it. */
const after = (name: string, operations: string) => `import { migrations as m } from "yara-orm";
export const dependencies = ["${name}"];
export const operations = [${operations}];
`;

/** The session, with each list of statements shown to `hear` before it is sent. */
function heard(connection: Connection, hear: (statements: readonly string[]) => unknown): Connection {
  return bound(connection, {
    async execute(statements) {
      await hear(statements);
      await connection.execute(statements);
    },
  });
}

const begins = (statement: string) => /^BEGIN\b/.test(statement);

describeDatabases("the tables of what is applied", (db) => {
  const COUNT = `SELECT CAST(count(*) AS INTEGER) AS n FROM "orm_migration_details"`;

  test("are made where one of them is there already, with what is in it", async () => {
    const { connection } = await db.create();
    const directory = temporaryFolder(files);
    const other = new MigrationManager({ directory, connection, app: "other" });
    expect(await other.upgrade()).toEqual(["0001_a"]);
    await connection.execute(['DROP TABLE "orm_migrations"', 'DROP TABLE "a"']);
    const manager = new MigrationManager({ directory, connection });
    expect(await manager.upgrade()).toEqual(["0001_a"]);
    expect((await manager.history()).map(({ name }) => name)).toEqual(["0001_a"]);
    expect(await connection.query(COUNT)).toEqual([{ n: 2 }]);
  });

  test("that cannot be made are named, and nothing is applied", async () => {
    const { connection } = await db.create();
    await connection.execute(['CREATE VIEW "orm_migration_details" AS SELECT 1 AS one']);
    const manager = new MigrationManager({ directory: temporaryFolder(files), connection });
    const error = await failure(manager.upgrade());
    expect(error.message).toContain("what is in the applied migrations cannot be read");
    expect(await manager.history()).toEqual([]);
    await connection.execute(['CREATE TABLE "a" ("id" INTEGER)']);
  });

  test("come with the first migrations where these share a transaction", async () => {
    const { connection } = await db.create();
    const sent: string[] = [];
    const directory = temporaryFolder({
      ...files,
      "0002_b.ts": after("0001_a", 'm.createTable("b", { id: m.int({ pk: true }) })'),
    });
    const manager = new MigrationManager({
      directory,
      connection: heard(connection, (statements) => sent.push(...statements)),
    });
    expect(await manager.upgrade()).toEqual(["0001_a", "0002_b"]);
    expect(sent.filter(begins)).toHaveLength(db.name === "sqlite" ? 1 : 3);
    expect(await connection.query(COUNT)).toEqual([{ n: 2 }]);
    expect(await manager.upgrade()).toEqual([]);
  });

  test("are there before a migration that shares no transaction", async () => {
    const { connection } = await db.create();
    const directory = temporaryFolder({
      "0001_a.ts": `import { migrations as m } from "yara-orm";
export const operations = [m.runCode(async ({ db }) => {
  await db.query('SELECT "name" FROM "orm_migrations"');
})];
`,
    });
    const manager = new MigrationManager({ directory, connection });
    expect(await manager.upgrade()).toEqual(["0001_a"]);
    expect(await connection.query(COUNT)).toEqual([{ n: 1 }]);
  });

  test("stay where the first migration fails", async () => {
    const { connection } = await db.create();
    const directory = temporaryFolder({
      "0001_a.ts": `import { migrations as m } from "yara-orm";
export const operations = [m.runSQL("SELECT nothing FROM nowhere")];
`,
    });
    const manager = new MigrationManager({ directory, connection });
    expect((await failure(manager.upgrade())).message).toContain("0001_a");
    expect(await connection.query(COUNT)).toEqual([{ n: 0 }]);
  });
});

test("the tables of what is applied are made again where the transaction that had them is lost", async () => {
  const connection = await openConnection("sqlite::memory:");
  const directory = temporaryFolder({
    ...files,
    "0002_b.ts": after(
      "0001_a",
      `m.runSQL("CREATE TABLE b (id INTEGER PRIMARY KEY)"), m.runSQL("INSERT INTO b VALUES (1)"),
m.runSQL("INSERT OR ROLLBACK INTO b VALUES (1)")`,
    ),
  });
  const manager = new MigrationManager({ directory, connection });
  expect((await failure(manager.upgrade())).message).toContain("0002_b");
  expect((await manager.history()).map(({ name }) => name)).toEqual(["0001_a"]);
  await connection.close();
});

test("who is stopped while the tables of what is applied are made runs nothing", async () => {
  const connection = await openConnection("sqlite::memory:");
  const directory = temporaryFolder({
    "0001_a.ts": `import { migrations as m } from "yara-orm";
export const atomic = false;
export const operations = [m.createTable("a", { id: m.int({ pk: true }) }), m.runSQL("SELECT 1")];
`,
  });
  const stop = new AbortController();
  const told: string[] = [];
  const manager = new MigrationManager({
    directory,
    connection: heard(connection, (statements) => {
      if (statements.some(begins)) stop.abort(new Error("stopped"));
    }),
    signal: stop.signal,
    onEvent: ({ kind }) => told.push(kind),
  });
  expect((await failure(manager.upgrade())).message).toContain("stopped");
  expect(told).not.toContain("started");
  expect(await connection.query("SELECT name FROM sqlite_schema WHERE name = 'a'")).toEqual([]);
  await connection.close();
});

test("who finds the tables made by another migrator meanwhile does nothing twice", async () => {
  const folder = temporaryFolder({});
  const directory = temporaryFolder(files);
  const url = `sqlite:${join(folder, "app.db")}`;
  const connection = await openConnection(url);
  let others = 0;
  const slow = heard(connection, async (statements) => {
    if (others > 0 || !statements.some(begins)) return;
    others += 1;
    const other = await openConnection(url);
    expect(await new MigrationManager({ directory, connection: other }).upgrade()).toEqual(["0001_a"]);
    await other.close();
  });
  const manager = new MigrationManager({ directory, connection: slow });
  expect(await manager.upgrade()).toEqual([]);
  expect(others).toBe(1);
  expect(await connection.query('SELECT "name" FROM "orm_migrations"')).toEqual([{ name: "0001_a" }]);
  await connection.close();
});
