import { expect, test } from "bun:test";
import fc from "fast-check";
import { diffSchemas } from "../../src/autodetector/diff.ts";
import { parseDatabaseUrl } from "../../src/connection/url.ts";
import type { Target } from "../../src/executor/executor.ts";
import { migrations as m } from "../../src/index.ts";
import type { Operation } from "../../src/operations/types.ts";
import { openScratchDatabase } from "../../src/verifier/scratch-database.ts";
import { openScratchSchema } from "../../src/verifier/scratch-schema.ts";
import { Verification } from "../../src/verifier/verification.ts";
import { schemaPair } from "../support/arbitraries.ts";
import { describeDatabases, onlyPostgres } from "../support/databases.ts";
import { dialectFor } from "../support/dialects.ts";
import { EmptyDatabases } from "../support/migrating.ts";
import { rejection } from "../support/rejection.ts";
import { PROPERTY_TIMEOUT, propertyOptions } from "../support/runs.ts";

describeDatabases("a verification", (db) => {
  test(
    "finds nothing wrong with the difference of two schemas",
    async () => {
      const databases = new EmptyDatabases(db);
      const property = fc.asyncProperty(
        schemaPair({ executable: true, virtual: db.name === "sqlite" }),
        ({ from, to }) =>
          databases.use(async (connection) => {
            const verification = new Verification({ connection, dialect: dialectFor(db.name) });
            await verification.begin(from);
            const { operations } = diffSchemas(from, to);
            const migration = { name: "0002_random", path: "", dependencies: [], operations, atomic: true };
            expect((await verification.verify(migration)).outcome).toBe("reversible");
          }),
      );
      await fc.assert(property, propertyOptions);
    },
    PROPERTY_TIMEOUT,
  );

  test("knows that going back may put a column elsewhere, also for all columns of a view", async () => {
    const { connection } = await db.create();
    const verification = new Verification({ connection, dialect: dialectFor(db.name) });
    const verify = async (name: string, operations: readonly Operation[]) =>
      (await verification.verify({ name, path: "", dependencies: [], operations, atomic: true })).outcome;
    const created = [
      m.createTable("item", { id: m.int({ pk: true }), name: m.text({ null: true }), age: m.int() }),
      m.createView("items", "SELECT * FROM item"),
    ];
    expect(await verify("0001", created)).toBe("reversible");
    const changed = [
      m.dropView("items"),
      m.dropColumn("item", "name"),
      m.addColumn("item", "title", m.text({ null: true })),
    ];
    expect(await verify("0002", changed)).toBe("reversible");
  });
});

onlyPostgres("a scratch database", (db) => {
  const databases = "SELECT datname FROM pg_database WHERE datname = $1";
  const nameOf = async ({ connection }: Target) => {
    const [row] = await connection.query<{ name: string }>("SELECT current_database() AS name");
    return [row?.name];
  };
  const open = async (url: string) => {
    const parsed = parseDatabaseUrl(url);
    if (parsed.dialect !== "postgres") throw new Error("no PostgreSQL");
    return await openScratchDatabase(parsed);
  };

  test("is one in which the schemas of the migrations are nobody else's, and is gone when it is closed", async () => {
    const { url, connection } = await db.create();
    await connection.execute(["CREATE SCHEMA billing", "CREATE TABLE billing.item (id integer)"]);
    const operations = [
      m.createSchema("billing"),
      m.createTable("billing.item", { id: m.int({ pk: true }), name: m.text() }),
      m.runSQL("INSERT INTO billing.item (name) VALUES ('x')", { reverse: [] }),
    ];
    const migration = { name: "0001", path: "", dependencies: [], operations, atomic: true };
    const scratch = await open(url);
    const [name] = await nameOf(scratch);
    expect((await new Verification(scratch).verify(migration)).outcome).toBe("reversible");
    expect(await connection.query(databases, [name])).toHaveLength(1);
    await scratch.connection.close();
    expect(await connection.query(databases, [name])).toEqual([]);
    expect(await connection.query("SELECT * FROM billing.item")).toEqual([]);
  });

  test("is gone also when the session was lost or is in the middle of a transaction", async () => {
    const { url, connection } = await db.create();
    for (const end of ["SELECT pg_terminate_backend(pg_backend_pid())", "SELECT 1 / 0"]) {
      const scratch = await open(url);
      const name = await nameOf(scratch);
      await scratch.connection.execute(["CREATE TABLE item (id integer)", "BEGIN", "LOCK TABLE item"]);
      await scratch.connection.execute([end]).catch(() => {});
      await scratch.connection.close();
      expect(await connection.query(databases, name)).toEqual([]);
    }
  });

  test("that a killed verification has left behind goes with the next one, and no other does", async () => {
    const { url, connection } = await db.create();
    const running = await open(url);
    const name = await nameOf(running);
    // What is left of one whose process is gone: a database that bears the mark of a session that is no more.
    const left = `yara_verify_${crypto.randomUUID().replaceAll("-", "")}`;
    const unmarked = `yara_verify_${crypto.randomUUID().replaceAll("-", "")}`;
    await connection.execute([`CREATE DATABASE ${left}`]);
    await connection.execute([`COMMENT ON DATABASE ${left} IS 'yara-orm verify 1 1.5'`]);
    await connection.execute([`CREATE DATABASE ${unmarked}`]);
    try {
      await (await open(url)).connection.close();
      expect(await connection.query(databases, [left])).toEqual([]);
      for (const other of [name, [unmarked]])
        expect(await connection.query(databases, other)).toHaveLength(1);
    } finally {
      await running.connection.close();
      await connection.execute([`DROP DATABASE ${unmarked}`]);
    }
  });

  test("is refused in words of its own where the role may not create one", async () => {
    const { url, connection } = await db.create();
    const role = `yara_test_${crypto.randomUUID().replaceAll("-", "")}`;
    await connection.execute([`CREATE ROLE ${role} LOGIN PASSWORD 'secret'`]);
    try {
      const own = new URL(url);
      [own.username, own.password] = [role, "secret"];
      const error = await rejection(open(own.href));
      expect(error.message).toContain("which the role may not create: permission denied to create database");
      expect(error).toMatchObject({ hint: expect.stringContaining("CREATEDB") });
    } finally {
      await connection.execute([`DROP ROLE ${role}`]);
    }
  });
});

onlyPostgres("a scratch schema", (db) => {
  const schemas = "SELECT nspname FROM pg_namespace WHERE nspname LIKE 'yara_verify_%'";

  test("sees nothing of what is there, and is gone when it is closed", async () => {
    const { url, connection } = await db.create();
    await connection.execute(["CREATE TABLE item (id integer)"]);
    const scratch = await openScratchSchema(parseDatabaseUrl(url));
    const verification = new Verification(scratch);
    const operations = [m.createTable("item", { id: m.int({ pk: true }) }), m.createEnum("mood", ["a"])];
    await verification.verify({ name: "0001", path: "", dependencies: [], operations, atomic: true });
    expect(await connection.query(schemas)).toHaveLength(1);
    await scratch.connection.close();
    expect(await connection.query(schemas)).toEqual([]);
    expect(await connection.query("SELECT * FROM item")).toEqual([]);
  });

  test("is gone also when the session was lost or is in the middle of a transaction", async () => {
    const { url, connection } = await db.create();
    for (const end of [
      "SELECT pg_terminate_backend(pg_backend_pid())",
      "SELECT 1 / 0",
      "CREATE TABLE open (id integer)",
    ]) {
      const scratch = await openScratchSchema(parseDatabaseUrl(url));
      await scratch.connection.execute(["CREATE TABLE item (id integer)", "BEGIN", "LOCK TABLE item"]);
      await scratch.connection.execute([end]).catch(() => {});
      await scratch.connection.close();
      expect(await connection.query(schemas)).toEqual([]);
    }
  });

  test("lets nothing through any more once it was cancelled", async () => {
    const { url, connection } = await db.create();
    const scratch = await openScratchSchema(parseDatabaseUrl(url));
    const running = rejection(scratch.connection.query("SELECT pg_sleep(600)"));
    // Waits until the statement is on its way, which another session can tell.
    const active = "SELECT 1 FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep%' AND state = 'active'";
    while ((await connection.query(active)).length === 0);
    await scratch.connection.cancel();
    expect((await running).message).toContain("cancel");
    expect((await rejection(scratch.connection.query("SELECT 1"))).message).toBe(
      "the verification was stopped",
    );
    await scratch.connection.close();
    expect(await connection.query(schemas)).toEqual([]);
  });
});
