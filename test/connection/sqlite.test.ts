import { describe, expect, test } from "bun:test";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openConnection } from "../../src/connection/open.ts";
import { openSqlite } from "../../src/connection/sqlite.ts";
import { ConnectionError, DatabaseError } from "../../src/errors.ts";
import { onlySqlite } from "../support/databases.ts";
import { rejection } from "../support/rejection.ts";

const BUSY = ["CREATE TABLE t (a integer)", "BEGIN IMMEDIATE", "INSERT INTO t VALUES (1)"];

async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "yara-orm-test-"));
  try {
    await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describe("opening a SQLite file", () => {
  test("readWrite creates the file, readOnly does not and shows an empty database", () =>
    inFolder(async (folder) => {
      const path = join(folder, "new.db");
      const reader = await openConnection(`sqlite:///${path}`, { mode: "readOnly" });
      expect(await reader.query("SELECT * FROM sqlite_schema")).toEqual([]);
      await reader.close();
      expect(existsSync(path)).toBe(false);
      await (await openConnection(path)).close();
      expect(existsSync(path)).toBe(true);
    }));

  test("readOnly reads an existing file and refuses to write", () =>
    inFolder(async (folder) => {
      const path = join(folder, "a.db");
      const writer = await openConnection(path);
      await writer.execute(["CREATE TABLE t (a integer)", "INSERT INTO t VALUES (7)"]);
      await writer.close();
      const before = readFileSync(path);
      const reader = await openConnection(path, { mode: "readOnly" });
      expect(await reader.query("SELECT a FROM t")).toEqual([{ a: 7 }]);
      const error = await rejection(reader.execute(["DROP TABLE t"]));
      expect(error).toMatchObject({ details: { sqlState: "SQLITE_READONLY", statementIndex: 0 } });
      expect(error.message).toContain(path);
      await reader.close();
      expect(readFileSync(path)).toEqual(before);
    }));

  test("readOnly reads what a process has left in the middle of a transaction, as it was before", () =>
    inFolder(async (folder) => {
      const path = join(folder, "a.db");
      const source = `
        import { Database } from "bun:sqlite";
        const database = new Database(${JSON.stringify(path)});
        database.run("CREATE TABLE t (a blob)");
        database.run("INSERT INTO t VALUES (1)");
        database.run("PRAGMA cache_size = 1");
        database.run("BEGIN");
        for (let i = 0; i < 100; i += 1) database.run("INSERT INTO t VALUES (randomblob(5000))");
        process.kill(process.pid, "SIGKILL");
      `;
      expect(Bun.spawnSync([process.execPath, "-e", source]).signalCode).toBe("SIGKILL");
      expect(existsSync(`${path}-journal`)).toBe(true);
      const reader = await openConnection(path, { mode: "readOnly" });
      expect(await reader.query("SELECT a FROM t")).toEqual([{ a: 1 }]);
      await reader.close();
      expect(existsSync(`${path}-journal`)).toBe(false);
    }));

  test("a missing folder, a folder and a file of another kind are named", () =>
    inFolder(async (folder) => {
      mkdirSync(join(folder, "folder.db"));
      writeFileSync(join(folder, "text.db"), "this is a text and no database at all\n".repeat(100));
      const cases: [string, string][] = [
        [join(folder, "missing", "a.db"), "does not exist"],
        [join(folder, "folder.db"), "is a folder"],
        [join(folder, "text.db"), "not a database"],
        [join(folder, "text.db", "a.db"), "a.db"],
      ];
      for (const [path, reason] of cases) {
        const error = await rejection(openConnection(path));
        expect(error).toBeInstanceOf(ConnectionError);
        expect(error.message).toContain(path);
        expect(error.message).toContain(reason);
        expect((error as ConnectionError).hint).toBeString();
      }
      expect(existsSync(join(folder, "missing"))).toBe(false);
    }));

  test("a file of another kind stays as it is", () =>
    inFolder(async (folder) => {
      const path = join(folder, "a.txt");
      writeFileSync(path, "notes ".repeat(200));
      await rejection(openConnection(path));
      expect(readFileSync(path, "utf8")).toBe("notes ".repeat(200));
    }));

  test("a database in memory is empty and apart from every other", async () => {
    const first = await openConnection("sqlite://:memory:");
    await first.execute(["CREATE TABLE t (a integer)"]);
    const second = await openConnection("sqlite://:memory:");
    expect(await second.query("SELECT * FROM sqlite_schema")).toEqual([]);
    await first.close();
    await second.close();
  });
});

onlySqlite("SQLite connection", (db) => {
  test("values are kept the way SQLite keeps them", async () => {
    const { connection } = await db.create();
    const at = new Date("2026-01-31T12:34:56.789Z");
    const values = [true, false, at, { a: [1, null] }, [1, "x"], new Uint8Array([0, 255]), 1.5, null, "a\0b"];
    const columns = values.map((_, index) => `?${index + 1} AS c${index}`).join(", ");
    expect(await connection.query(`SELECT ${columns}`, values)).toEqual([
      {
        c0: 1,
        c1: 0,
        c2: "2026-01-31 12:34:56.789",
        c3: '{"a":[1,null]}',
        c4: '[1,"x"]',
        c5: new Uint8Array([0, 255]),
        c6: 1.5,
        c7: null,
        c8: "a\0b",
      },
    ]);
    expect(await rejection(connection.query("SELECT ?1", [Number.NaN]))).toBeInstanceOf(DatabaseError);
  });

  test("a trigger with semicolons in it is one statement", async () => {
    const { connection } = await db.create();
    const trigger =
      "CREATE TRIGGER g AFTER INSERT ON t BEGIN INSERT INTO u VALUES (1); INSERT INTO u VALUES (2); END";
    await connection.execute(["CREATE TABLE t (a integer)", "CREATE TABLE u (a integer)", trigger]);
    await connection.run("INSERT INTO t VALUES (1)");
    expect(await connection.query("SELECT a FROM u")).toEqual([{ a: 1 }, { a: 2 }]);
    await connection.run(trigger.replace("TRIGGER g", "TRIGGER h"));
    expect(await connection.query("SELECT name FROM sqlite_schema WHERE type = 'trigger'")).toHaveLength(2);
  });

  test("a refused value names its table and column", async () => {
    const { connection } = await db.create();
    await connection.execute([
      "CREATE TABLE t (a integer NOT NULL, b integer CONSTRAINT positive CHECK (b > 0))",
    ]);
    expect(await rejection(connection.run("INSERT INTO t VALUES (NULL, 1)"))).toMatchObject({
      message: "NOT NULL constraint failed: t.a",
      details: { sqlState: "SQLITE_CONSTRAINT_NOTNULL", table: "t", column: "a" },
    });
    expect(await rejection(connection.run("INSERT INTO t VALUES (1, 0)"))).toMatchObject({
      details: { sqlState: "SQLITE_CONSTRAINT_CHECK", constraint: "positive" },
    });
  });

  test("a COMMIT that fails leaves the transaction open", async () => {
    const { connection } = await db.create();
    const error = await rejection(
      connection.execute([
        "CREATE TABLE t (a integer PRIMARY KEY)",
        "CREATE TABLE u (b integer REFERENCES t (a) DEFERRABLE INITIALLY DEFERRED)",
        "BEGIN",
        "INSERT INTO u VALUES (1)",
        "COMMIT",
      ]),
    );
    expect(error).toMatchObject({ details: { statementIndex: 4, sqlState: "SQLITE_CONSTRAINT_FOREIGNKEY" } });
    await connection.execute(["ROLLBACK"]);
    expect(await connection.query("SELECT * FROM u")).toEqual([]);
  });

  test("waits for another session and goes on when that has finished", async () => {
    const { connection, url } = await db.create();
    const second = await db.open(url);
    await connection.execute(BUSY);
    const waiting = second.execute(["BEGIN IMMEDIATE", "INSERT INTO t SELECT a + 1 FROM t", "COMMIT"]);
    const single = db.open(url).then((third) => third.query("SELECT count(*) AS n FROM t"));
    await connection.execute(["COMMIT"]);
    await waiting;
    await single;
    expect(await connection.query("SELECT a FROM t ORDER BY a")).toEqual([{ a: 1 }, { a: 2 }]);
  });

  test("a COMMIT waits for a reader and then commits", async () => {
    const { connection, url } = await db.create();
    const reader = await db.open(url);
    await connection.execute(["CREATE TABLE t (a integer)"]);
    await reader.execute(["BEGIN"]);
    await reader.query("SELECT * FROM t");
    const committed = connection.execute(["BEGIN IMMEDIATE", "INSERT INTO t VALUES (1)", "COMMIT"]);
    await reader.execute(["COMMIT"]);
    await committed;
    expect(await reader.query("SELECT a FROM t")).toEqual([{ a: 1 }]);
  });

  test("gives up in the end, and says who is in the way", async () => {
    const { connection, url } = await db.create();
    await connection.execute(BUSY);
    const impatient = await openSqlite(url.replace("sqlite:///", ""), {
      mode: "readWrite",
      busyTimeoutMs: 0,
    });
    const error = await rejection(impatient.execute(["BEGIN IMMEDIATE"]));
    await impatient.close();
    expect(error).toMatchObject({ details: { sqlState: "SQLITE_BUSY" } });
    expect((error as DatabaseError).hint).toContain("another process");
  });

  test("that another one keeps from reading cannot be opened, and nobody is told to end that", async () => {
    const { connection, url } = await db.create();
    await connection.execute(["BEGIN EXCLUSIVE", "CREATE TABLE t (a)"]);
    const path = url.replace("sqlite:///", "");
    const error = await rejection(openSqlite(path, { mode: "readOnly", busyTimeoutMs: 0 }));
    expect(error).toMatchObject({
      reason: "busy",
      hint: "another process is using the database; wait for it to end, or try again",
    });
  });

  test("does not wait inside a transaction, where the other one could be waiting too", async () => {
    const { connection, url } = await db.create();
    await connection.execute(BUSY);
    const second = await db.open(url);
    const error = await rejection(second.execute(["BEGIN", "INSERT INTO t VALUES (2)"]));
    expect(error).toMatchObject({ details: { sqlState: "SQLITE_BUSY", statementIndex: 1 } });
  });

  test("waiting can be cancelled, and the session goes on", async () => {
    const { connection, url } = await db.create();
    await connection.execute(BUSY);
    const second = await db.open(url);
    const waiting = rejection(second.execute(["BEGIN IMMEDIATE"]));
    // Lets the statement begin.
    await Bun.sleep(0);
    await second.cancel();
    expect(await waiting).toMatchObject({ details: { sqlState: "SQLITE_INTERRUPT" } });
    expect(await second.query("SELECT 1 AS one")).toEqual([{ one: 1 }]);
  });

  test("cancelling where nothing runs has no effect on the next statement", async () => {
    const { connection } = await db.create();
    await connection.cancel();
    expect(await connection.query("SELECT 1 AS one")).toEqual([{ one: 1 }]);
  });

  test("closing while it waits ends the wait", async () => {
    const { connection, url } = await db.create();
    await connection.execute(BUSY);
    const second = await db.open(url);
    const waiting = rejection(second.execute(["BEGIN IMMEDIATE"]));
    await Bun.sleep(0);
    await second.close();
    expect(await waiting).toBeInstanceOf(ConnectionError);
  });
});
