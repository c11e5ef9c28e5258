import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "bun:test";
import type { Connection } from "../../src/connection/connection.ts";
import { openConnection } from "../../src/connection/open.ts";
import { yaraOrm } from "../support/binary.ts";
import { startProxy } from "../support/postgres-proxy.ts";
import { type PostgresCluster, type ShutdownMode, startPostgresCluster } from "../support/postgres-server.ts";
import { Running } from "../support/running.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

/** Fast ends the sessions and takes leave of them; immediate is a crash, after which the server recovers. */
const MODES: readonly ShutdownMode[] = ["fast", "immediate"];

/** Each leaves a row: what is lost or done twice shows. */
const mark = (step: string): string =>
  `m.runSQL("INSERT INTO ledger (step) VALUES ('${step}')", { reverse: "INSERT INTO ledger (step) VALUES ('${step} back')" })`;

/** Does not end before there is a row in the table gate. */
const PAUSE = "SELECT pg_sleep(CASE WHEN EXISTS (SELECT FROM gate) THEN 0 ELSE 600 END)";
const pause = `m.runSQL(${JSON.stringify(PAUSE)}, { reverse: ${JSON.stringify(PAUSE)} })`;

function project(second: readonly string[], head = ""): string {
  const file = (dependencies: string, operations: readonly string[]) =>
    `import { migrations as m } from "yara-orm";
export const dependencies = [${dependencies}];
${dependencies === '"0001_first"' ? head : ""}
export const operations = [${operations.join(",\n")}];
`;
  return temporaryFolder({
    "migrations/0001_first.ts": file("", [
      'm.createTable("ledger", { step: m.text() })',
      'm.createTable("gate", { id: m.int({ pk: true }) })',
      'm.createTable("item", { id: m.int({ pk: true }), name: m.text() })',
      `m.runSQL("INSERT INTO item (name) SELECT 'name ' || i FROM generate_series(1, 1000) AS i", { reverse: [] })`,
      mark("first"),
    ]),
    "migrations/0002_second.ts": file('"0001_first"', second),
    "migrations/0003_third.ts": file('"0002_second"', [
      'm.addColumn("item", "third", m.int(), { fill: 3 })',
      mark("third"),
    ]),
  });
}

/** A statement of the second migration that somebody is at. */
const SLEEPING = "SELECT FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = current_database()";

describe("a PostgreSQL server that is shut down", () => {
  let server: PostgresCluster;
  let databases = 0;

  beforeAll(async () => {
    // What was committed is there after a crash, too; and a COMMIT can be made to wait for a standby that never comes.
    const settings = ["synchronous_commit=local", "synchronous_standby_names=nobody"];
    server = await startPostgresCluster("embedded", { settings });
  });

  afterAll(() => server?.stop());

  async function open(url: string): Promise<Connection> {
    const connection = await openConnection(url);
    onTestFinished(() => connection.close());
    return connection;
  }

  async function createDatabase(): Promise<string> {
    // A test that fails may leave it stopped.
    await server.start();
    databases += 1;
    const name = `shop${databases}`;
    const admin = await openConnection(server.url);
    await admin.execute([`CREATE DATABASE ${name}`]);
    await admin.close();
    return server.url.replace(/postgres$/, name);
  }

  /** Waits for a row. Throws where the command ends without one. */
  async function rowOf(connection: Connection, query: string, command: Running): Promise<void> {
    while ((await connection.query(query)).length === 0) {
      if (command.over) throw new Error(`ended before there was a row of ${query}:\n${command.stderr}`);
      await Bun.sleep(5);
    }
  }

  async function restart(mode: ShutdownMode): Promise<void> {
    await server.shutDown(mode);
    await server.start();
  }

  /** Runs the same command again, which must come to the end that it would have come to without the shutdown. */
  async function finish(cwd: string, url: string, applied: string, steps: readonly string[]): Promise<void> {
    const connection = await open(url);
    if (applied !== "0001_first, 0002_second, 0003_third")
      await connection.execute(["INSERT INTO gate DEFAULT VALUES"]);
    const next = await yaraOrm(["upgrade", "--db", url], { cwd });
    expect({ code: next.code, stdout: next.stdout, stderr: next.code === 0 ? "" : next.stderr }).toEqual({
      code: 0,
      stdout: `applied: ${applied}\n`,
      stderr: "",
    });
    await isWhole(cwd, url, steps);
  }

  async function isWhole(cwd: string, url: string, steps: readonly string[]): Promise<void> {
    const connection = await open(url);
    const heads = await yaraOrm(["heads", "--db", url], { cwd });
    expect(heads.stdout).toBe("  [x] 0001_first\n  [x] 0002_second\n  [x] 0003_third\n");
    expect((await yaraOrm(["diff", "--db", url], { cwd })).stdout).toBe("no drift detected\n");
    const ledger = await connection.query("SELECT step FROM ledger ORDER BY step");
    expect(ledger.map(({ step }) => step)).toEqual([...steps].sort());
    expect(await connection.query("SELECT count(*)::int AS n, sum(third)::int AS third FROM item")).toEqual([
      { n: 1000, third: 3000 },
    ]);
    const left = await connection.query("SELECT to_regclass('orm_progress') IS NOT NULL AS there");
    if (left[0]?.there === true) expect(await connection.query("SELECT * FROM orm_progress")).toEqual([]);
    expect(await connection.query("SELECT FROM pg_index WHERE NOT indisvalid")).toEqual([]);
  }

  /** What stderr says of a session that is lost. */
  function expectLost(command: Running, code: number | null, before: string): void {
    expect({ code, stdout: command.stdout }).toEqual({ code: 1, stdout: "" });
    expect(command.stderr).toMatch(/^error: the connection to PostgreSQL at \S+ was lost: .*, while /m);
    expect(command.stderr).toMatch(new RegExp(`^hint: (applied|reverted) before: ${before}; `, "m"));
    expect(command.stderr).toContain("run the command again: it finds out how far this one has come");
    expect(command.stderr).not.toContain("--debug");
  }

  for (const mode of MODES) {
    describe(mode, () => {
      test("before anybody connects: it is named, and waited for with --wait", async () => {
        const [cwd, url] = [project([]), await createDatabase()];
        await server.shutDown(mode);
        const refused = await yaraOrm(["upgrade", "--db", url], { cwd });
        expect(refused).toMatchObject({ code: 1, stdout: "" });
        expect(refused.stderr).toMatch(/^error: cannot connect to PostgreSQL at 127\.0\.0\.1:\d+/m);
        expect(refused.stderr).toMatch(/^hint: /m);
        const waiting = new Running(["upgrade", "--wait", "--db", url], cwd);
        await waiting.saying(/^waiting for the server: cannot connect/m);
        await server.start();
        expect(await waiting.ended).toBe(0);
        expect(waiting.stdout).toBe("applied: 0001_first, 0002_second, 0003_third\n");
        await isWhole(cwd, url, ["first", "third"]);
      });

      test("while somebody logs in", async () => {
        const [cwd, url] = [project([mark("second")]), await createDatabase()];
        const proxy = await startProxy(url, "user\0postgres", "request");
        const upgrade = new Running(["upgrade", "--db", proxy.through(url)], cwd);
        await proxy.held;
        await restart(mode);
        expect(await upgrade.ended).toBe(1);
        await proxy.stop();
        expect(upgrade.stderr).toMatch(/^error: cannot connect to PostgreSQL at 127\.0\.0\.1:\d+/m);
        await finish(cwd, url, "0001_first, 0002_second, 0003_third", ["first", "second", "third"]);
      });

      test("while one migrates and another waits for the lock", async () => {
        const [cwd, url] = [project([mark("second"), pause]), await createDatabase()];
        const connection = await open(url);
        const first = new Running(["upgrade", "--db", url], cwd);
        await rowOf(connection, SLEEPING, first);
        const second = new Running(["upgrade", "--db", url], cwd);
        await second.saying(/^waiting for another migrator/m);
        await restart(mode);
        expectLost(first, await first.ended, "0001_first");
        expect(await second.ended).toBe(1);
        expect(second.stdout).toBe("");
        expect(second.stderr).toMatch(/^error: the connection to PostgreSQL at \S+ was lost: /m);
        expect(second.stderr).toMatch(/^hint: .*run the command again$/m);
        await finish(cwd, url, "0002_second, 0003_third", ["first", "second", "third"]);
      });

      test("in the middle of a statement of a migration", async () => {
        const [cwd, url] = [project([mark("second"), pause]), await createDatabase()];
        const connection = await open(url);
        const upgrade = new Running(["upgrade", "--db", url], cwd);
        await rowOf(connection, SLEEPING, upgrade);
        await restart(mode);
        expectLost(upgrade, await upgrade.ended, "0001_first");
        expect(upgrade.stderr).toContain("while applying 0002_second");
        // A server that ends a session says so; one that crashes leaves open how far it has come.
        if (mode === "fast")
          expect(upgrade.stderr).toContain("what had not been committed is undone by the server");
        const heads = await yaraOrm(["heads", "--db", url], { cwd });
        expect(heads.stdout).toBe("  [x] 0001_first\n  [ ] 0002_second\n  [ ] 0003_third\n");
        await finish(cwd, url, "0002_second, 0003_third", ["first", "second", "third"]);
      });

      test("in code, in the transaction of a migration", async () => {
        const code = `m.runCode(async ({ db }) => { await db.run("INSERT INTO ledger VALUES ('code')"); await db.query(${JSON.stringify(PAUSE)}).catch(() => {}); await db.run("INSERT INTO ledger VALUES ('after')").catch(() => {}); })`;
        const [cwd, url] = [project([mark("second"), code]), await createDatabase()];
        const connection = await open(url);
        const upgrade = new Running(["upgrade", "--db", url], cwd);
        await rowOf(connection, SLEEPING, upgrade);
        await restart(mode);
        expectLost(upgrade, await upgrade.ended, "0001_first");
        await finish(cwd, url, "0002_second, 0003_third", ["first", "second", "third", "code", "after"]);
      });

      test("between two migrations", async () => {
        const [cwd, url] = [project([mark("second")]), await createDatabase()];
        const proxy = await startProxy(url, "VALUES ('third')", "request");
        const upgrade = new Running(["upgrade", "--db", proxy.through(url)], cwd);
        await proxy.held;
        await restart(mode);
        expectLost(upgrade, await upgrade.ended, "0001_first, 0002_second");
        await proxy.stop();
        expect(upgrade.stderr).toContain("while applying 0003_third");
        await finish(cwd, url, "0003_third", ["first", "second", "third"]);
      });

      test("in a COMMIT that it has not come to the end of", async () => {
        const trigger = [
          `m.runSQL("CREATE FUNCTION pause() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(CASE WHEN EXISTS (SELECT FROM gate) THEN 0 ELSE 600 END); RETURN NULL; END'", { reverse: [] })`,
          `m.runSQL("CREATE CONSTRAINT TRIGGER pause AFTER INSERT ON ledger DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION pause()", { reverse: [] })`,
        ];
        const clear = `m.runSQL("DROP FUNCTION pause() CASCADE", { reverse: [] })`;
        const [cwd, url] = [project([...trigger, mark("second")]), await createDatabase()];
        await Bun.write(
          `${cwd}/migrations/0003_third.ts`,
          (await Bun.file(`${cwd}/migrations/0003_third.ts`).text()).replace("[m.", `[${clear}, m.`),
        );
        const connection = await open(url);
        const upgrade = new Running(["upgrade", "--db", url], cwd);
        await rowOf(connection, SLEEPING, upgrade);
        await restart(mode);
        expectLost(upgrade, await upgrade.ended, "0001_first");
        expect(upgrade.stderr).toContain("while applying 0002_second, in its COMMIT");
        expect(upgrade.stderr).toContain("that was being committed has been, is not known");
        await finish(cwd, url, "0002_second, 0003_third", ["first", "second", "third"]);
      });

      test("in a COMMIT that is done and waits for a standby", async () => {
        const wait = `m.runSQL("SET LOCAL synchronous_commit = on", { reverse: [] })`;
        const [cwd, url] = [project([wait, mark("second")]), await createDatabase()];
        const connection = await open(url);
        const upgrade = new Running(["upgrade", "--db", url], cwd);
        await rowOf(connection, "SELECT FROM pg_stat_activity WHERE wait_event = 'SyncRep'", upgrade);
        await restart(mode);
        expectLost(upgrade, await upgrade.ended, "0001_first");
        expect(upgrade.stderr).toContain("that was being committed has been, is not known");
        await finish(cwd, url, "0003_third", ["first", "second", "third"]);
      });

      test("after a COMMIT whose answer nobody has got", async () => {
        const [cwd, url] = [project([mark("second")]), await createDatabase()];
        const connection = await open(url);
        const proxy = await startProxy(url, "VALUES ('second')", "answer");
        const upgrade = new Running(["upgrade", "--db", proxy.through(url)], cwd);
        await proxy.held;
        await rowOf(connection, "SELECT FROM orm_migrations WHERE name = '0002_second'", upgrade);
        await restart(mode);
        expectLost(upgrade, await upgrade.ended, "0001_first");
        await proxy.stop();
        expect(upgrade.stderr).toContain("that was being committed has been, is not known");
        await finish(cwd, url, "0003_third", ["first", "second", "third"]);
      });

      test("after the last COMMIT, before the lock is given back: all is done", async () => {
        const [cwd, url] = [project([mark("second")]), await createDatabase()];
        const proxy = await startProxy(url, "pg_advisory_unlock", "request");
        const upgrade = new Running(["upgrade", "--db", proxy.through(url)], cwd);
        await proxy.held;
        await restart(mode);
        expect(await upgrade.ended).toBe(0);
        await proxy.stop();
        expect(upgrade.stdout).toBe("applied: 0001_first, 0002_second, 0003_third\n");
        await isWhole(cwd, url, ["first", "second", "third"]);
      });

      test("in the middle of going back", async () => {
        const [cwd, url] = [project([mark("second"), pause]), await createDatabase()];
        const connection = await open(url);
        const [before] = await connection.query<{ name: string }>("SELECT current_database() AS name");
        const through = new Running(["upgrade", "--db", url], cwd);
        await rowOf(connection, "SELECT FROM pg_tables WHERE tablename = 'gate'", through);
        await rowOf(connection, SLEEPING, through);
        // Opens the gate for the way forward, which looks at it when its statement begins: so it begins again.
        through.kill("SIGTERM");
        expect(await through.ended).toBe(143);
        await connection.execute(["INSERT INTO gate DEFAULT VALUES"]);
        expect((await yaraOrm(["upgrade", "--db", url], { cwd })).code).toBe(0);
        await connection.execute(["DELETE FROM gate"]);
        const words = ["downgrade", "1", "--confirm", String(before?.name), "--db", url];
        const downgrade = new Running(words, cwd);
        await rowOf(connection, SLEEPING, downgrade);
        await restart(mode);
        expectLost(downgrade, await downgrade.ended, "0003_third");
        expect(downgrade.stderr).toContain("while reverting 0002_second");
        await (await open(url)).execute(["INSERT INTO gate DEFAULT VALUES"]);
        const next = await yaraOrm(words, { cwd });
        expect(next).toMatchObject({ code: 0, stdout: "reverted: 0002_second\n" });
        const steps = ["first", "second", "third", "third back", "second back"];
        const upgraded = await yaraOrm(["upgrade", "--db", url], { cwd });
        expect(upgraded).toMatchObject({ code: 0, stdout: "applied: 0002_second, 0003_third\n" });
        await isWhole(cwd, url, [...steps, "second", "third"]);
      });

      test("under a lock that is a row, which the next run gets when its time is over", async () => {
        const [cwd, url] = [project([mark("second"), pause]), await createDatabase()];
        const connection = await open(url);
        const row = ["--lock-mode", "row", "--db", url];
        const upgrade = new Running(["upgrade", ...row], cwd);
        await rowOf(connection, SLEEPING, upgrade);
        await restart(mode);
        expectLost(upgrade, await upgrade.ended, "0001_first");
        const again = await open(url);
        await again.execute(["INSERT INTO gate DEFAULT VALUES"]);
        const next = new Running(["upgrade", ...row], cwd);
        await next.saying(/^waiting for another migrator/m);
        await again.execute(["UPDATE orm_lock SET expires_at = now() - interval '1 second'"]);
        expect(await next.ended).toBe(0);
        expect(next.stdout).toBe("applied: 0002_second, 0003_third\n");
        await isWhole(cwd, url, ["first", "second", "third"]);
      });

      /** Steps of a migration that is not atomic: its head, the operations, and where somebody is at the one in the middle. */
      const step = (title: string, operation: string, at: string, { blocked = false, twice = "" } = {}) =>
        test(`in a migration of several steps: ${title}`, async () => {
          const operations = [mark("a"), operation, mark("b")];
          const [cwd, url] = [project(operations, "export const atomic = false;"), await createDatabase()];
          expect((await yaraOrm(["upgrade", "1", "--db", url], { cwd })).code).toBe(0);
          const connection = await open(url);
          const holder = await open(url);
          if (blocked) await holder.execute(["BEGIN", "LOCK TABLE item IN ROW EXCLUSIVE MODE"]);
          const upgrade = new Running(["upgrade", "--db", url], cwd);
          await rowOf(connection, at, upgrade);
          await restart(mode);
          expectLost(upgrade, await upgrade.ended, "none");
          expect(upgrade.stderr).toContain("while applying 0002_second");
          const heads = await yaraOrm(["heads", "--db", url], { cwd });
          expect(heads.stdout).toBe("  [x] 0001_first\n  [~] 0002_second  1/3\n  [ ] 0003_third\n");
          const steps = ["first", "a", "b", "third", ...(twice === "" ? [] : [twice, twice])];
          await finish(cwd, url, "0002_second, 0003_third", steps);
        });

      const waiting = (query: string) =>
        `SELECT FROM pg_stat_activity WHERE query LIKE '${query}%' AND wait_event_type = 'Lock' AND datname = current_database()`;

      step("in a step that is a transaction", pause, SLEEPING);
      step(
        "in an index that is built while others write",
        'm.createIndex("item", ["name"], { name: "item_by_name", concurrently: true })',
        waiting("CREATE INDEX CONCURRENTLY"),
        { blocked: true },
      );
      step(
        "in a statement that refuses a transaction",
        'm.runSQL("VACUUM FULL item", { reverse: [] })',
        waiting("VACUUM FULL"),
        { blocked: true },
      );
      // Documented: code in no transaction begins again, and what it had done before stays.
      step(
        "in code, in no transaction",
        `m.runCode(async ({ db }) => { await db.run("INSERT INTO ledger VALUES ('code')"); await db.query(${JSON.stringify(PAUSE)}); }, () => {})`,
        SLEEPING,
        { twice: "code" },
      );

      test("in a step of which nobody can tell how far it is: exit code 6, and a person decides", async () => {
        const create = `m.runSQL("CREATE PROCEDURE slow() LANGUAGE plpgsql AS 'BEGIN INSERT INTO ledger VALUES (''inner''); COMMIT; PERFORM pg_sleep(CASE WHEN EXISTS (SELECT FROM gate) THEN 0 ELSE 600 END); END'", { reverse: [] })`;
        const operations = [create, 'm.runSQL("CALL slow()", { reverse: [] })', mark("b")];
        const [cwd, url] = [project(operations, "export const atomic = false;"), await createDatabase()];
        const connection = await open(url);
        const upgrade = new Running(["upgrade", "--db", url], cwd);
        await rowOf(connection, SLEEPING, upgrade);
        await restart(mode);
        expectLost(upgrade, await upgrade.ended, "0001_first");
        await (await open(url)).execute(["INSERT INTO gate DEFAULT VALUES"]);
        const next = await yaraOrm(["upgrade", "--db", url], { cwd });
        expect(next).toMatchObject({ code: 6, stdout: "" });
        expect(next.stderr).toContain("yara-orm resolve 0002_second --resume");
        const resolved = await yaraOrm(["resolve", "0002_second", "--resume", "--db", url], { cwd });
        expect(resolved.code).toBe(0);
        await finish(cwd, url, "0002_second, 0003_third", ["first", "inner", "inner", "b", "third"]);
      });
    });
  }

  test("smart, while sessions are open: whoever comes is turned away, and waits with --wait", async () => {
    const [cwd, url] = [project([mark("second")]), await createDatabase()];
    const connection = await openConnection(url);
    const down = server.shutDown("smart");
    const turnedAway = async (): Promise<string> => {
      for (;;) {
        const heads = await yaraOrm(["heads", "--db", url], { cwd });
        if (heads.code !== 0) return heads.stderr;
      }
    };
    expect(await turnedAway()).toMatch(
      /^error: cannot connect to PostgreSQL at \S+: the database system is shutting down/m,
    );
    const waiting = new Running(["upgrade", "--wait", "--db", url], cwd);
    await waiting.saying(/^waiting for the server: .*shutting down/m);
    await connection.close();
    await down;
    await server.start();
    expect(await waiting.ended).toBe(0);
    await isWhole(cwd, url, ["first", "second", "third"]);
  });
});
