import { expect, test } from "bun:test";
import { join } from "node:path";
import { type Connection, MigrationManager, StoppedError, YaraError } from "../../src/index.ts";
import type { ManagerEvent } from "../../src/manager-options.ts";
import { installVirtualModule } from "../../src/virtual-module.ts";
import { describeDatabases, onlyPostgres } from "../support/databases.ts";
import { rejection } from "../support/rejection.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

installVirtualModule();

const file = (dependencies: readonly string[], ...operations: readonly string[]) =>
  `import { migrations as m } from "yara-orm";
export const dependencies: string[] = ${JSON.stringify(dependencies)};
export const operations = [${operations.join(", ")}];
`;

const table = (name: string) => `m.createTable("${name}", { id: m.int({ pk: true }) })`;

/** Waits until it is stopped, however that is told. */
const CODE = `m.runCode(async ({ log, signal }) => {
  log("ready");
  if (!signal.aborted) await new Promise((resolve) => signal.addEventListener("abort", resolve));
}, async ({ log, signal }) => {
  log("ready");
  signal.throwIfAborted();
})`;

/** SQLite hears of a cancellation between two statements. */
const SLOW = `m.runSQL({
  postgres: "SELECT pg_sleep(600)",
  sqlite: Array(2000).fill("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200000) SELECT count(*) FROM n"),
})`;

function project(...second: readonly string[]): string {
  const files = {
    "migrations/0001_a.ts": file([], table("a")),
    "migrations/0002_b.ts": file(["0001_a"], table("b"), ...second),
    "migrations/0003_c.ts": file(["0002_b"], table("c")),
  };
  return join(temporaryFolder(files), "migrations");
}

/** A manager, and what is aborted as soon as an event is told. */
function managerOf(
  directory: string,
  connection: Connection,
  when: (event: ManagerEvent) => boolean,
  reason?: unknown,
) {
  const stopping = new AbortController();
  const manager = new MigrationManager({
    directory,
    connection,
    signal: stopping.signal,
    onEvent: (event) => {
      if (when(event)) stopping.abort(reason);
    },
  });
  return { manager, stopping };
}

const isReady = ({ kind }: ManagerEvent) => kind === "log";

describeDatabases("a run that is stopped by its signal", (db) => {
  test("before it has begun does nothing at all, and says so", async () => {
    const { connection } = await db.create();
    const { manager, stopping } = managerOf(project(), connection, () => false);
    stopping.abort();
    const { reason } = stopping.signal;
    const runs = {
      upgrade: () => manager.upgrade(),
      fake: () => manager.upgrade({ fake: true }),
      dryRun: () => manager.dryRun(),
      rehash: () => manager.rehash("1"),
      resolve: () => manager.resolve("1", { decision: "applied" }),
      verify: () => manager.verify(),
    };
    for (const [name, run] of Object.entries(runs)) {
      const error = await rejection(run());
      expect({ name, stopped: error instanceof StoppedError }).toEqual({ name, stopped: true });
      expect(YaraError.is(error)).toBe(true);
      expect(error).toMatchObject({
        code: "stopped",
        message: "stopped: The operation was aborted",
        hint: "nothing was done",
        done: [],
        cause: reason,
      });
    }
    const unstopped = new MigrationManager({ directory: project(), connection });
    expect(await unstopped.history()).toEqual([]);
    // The session is as it was.
    expect(await unstopped.upgrade()).toEqual(["0001_a", "0002_b", "0003_c"]);
  });

  test("in its code is undone there, and says what has run before", async () => {
    const { connection } = await db.create();
    const { manager } = managerOf(project(CODE), connection, isReady, "the deploy was cancelled");
    const error = await rejection(manager.upgrade());
    expect(error).toBeInstanceOf(StoppedError);
    expect(error).toMatchObject({
      code: "stopped",
      message: "applying 0002_b failed at operation 2 of 2 (run code): stopped: the deploy was cancelled",
      hint: "nothing of this migration was applied; run the command again\ndone by this run before: 0001_a",
      done: ["0001_a"],
      cause: "the deploy was cancelled",
    });
    expect((await manager.history()).map(({ name }) => name)).toEqual(["0001_a"]);
  });

  test("going back, and in a trial, and in a verification", async () => {
    const { connection } = await db.create();
    const directory = project(CODE);
    await new MigrationManager({ directory, connection }).upgrade({ fake: true });
    await connection.execute(["a", "b", "c"].map((name) => `CREATE TABLE ${name} (id integer)`));
    const back = managerOf(directory, connection, isReady);
    expect(await rejection(back.manager.downgrade({ target: "zero", confirm: true }))).toMatchObject({
      code: "stopped",
      done: ["0003_c"],
      cause: back.stopping.signal.reason,
    });

    const other = await db.create();
    const trial = managerOf(directory, other.connection, isReady);
    expect(await rejection(trial.manager.dryRun())).toMatchObject({
      code: "stopped",
      done: [],
      cause: trial.stopping.signal.reason,
    });
    const verified = managerOf(directory, other.connection, () => false);
    Reflect.set(globalThis, "yaraTestStop", () => verified.stopping.abort());
    const stops = project("m.runCode(() => globalThis.yaraTestStop(), () => undefined)");
    const verifying = new MigrationManager({ directory: stops, signal: verified.stopping.signal });
    expect(await rejection(verifying.verify())).toMatchObject({
      code: "stopped",
      cause: verified.stopping.signal.reason,
    });
    Reflect.deleteProperty(globalThis, "yaraTestStop");
  });

  test("between two migrations begins no other", async () => {
    const { connection } = await db.create();
    // On SQLite the first ones share a transaction, whose end is told of all of them.
    const [kind, name, done] = (
      {
        sqlite: ["started", "0002_b", ["0001_a", "0002_b"]],
        postgres: ["finished", "0001_a", ["0001_a"]],
      } as const
    )[db.name];
    const isBetween = (event: ManagerEvent) => event.kind === kind && event.name === name;
    const { manager, stopping } = managerOf(project(), connection, isBetween, new Error("enough"));
    expect(await rejection(manager.upgrade())).toMatchObject({
      code: "stopped",
      message: "stopped: enough",
      hint: `done by this run: ${done.join(", ")}; nothing else was run`,
      done,
      cause: stopping.signal.reason,
    });
    expect(await manager.history()).toHaveLength(done.length);
  });

  test("with its statement cancelled says what has been done", async () => {
    const { url, connection } = await db.create();
    const directory = project(SLOW);
    let ended = false;
    const stopping = new AbortController();
    const manager = new MigrationManager({
      directory,
      connection,
      signal: stopping.signal,
      onEvent(event) {
        if (event.kind !== "started" || event.name !== "0002_b") return;
        setImmediate(async () => {
          stopping.abort();
          // It may not have begun yet.
          for (; !ended; await Bun.sleep(1)) await connection.cancel();
        });
      },
    });
    const error = await rejection(manager.upgrade());
    ended = true;
    expect(error).toBeInstanceOf(StoppedError);
    const after = new MigrationManager({ directory, connection: await db.open(url) });
    const done = (await after.history()).map(({ name }) => name);
    expect(error).toMatchObject({ done, cause: stopping.signal.reason });
    expect(done).not.toContain("0002_b");
    expect(error.message).toStartWith("stopped: The operation was aborted");
  });
});

onlyPostgres("a run that waits for another migrator", (db) => {
  test("is stopped by its signal", async () => {
    const { url, connection } = await db.create();
    const directory = project(CODE);
    const begun = Promise.withResolvers<void>();
    const first = managerOf(directory, connection, (event) => {
      if (isReady(event)) begun.resolve();
      return false;
    });
    const running = rejection(first.manager.upgrade());
    await begun.promise;
    const second = managerOf(directory, await db.open(url), ({ kind }) => kind === "waiting");
    expect(await rejection(second.manager.upgrade())).toMatchObject({
      code: "stopped",
      hint: "nothing was done",
      cause: second.stopping.signal.reason,
    });
    first.stopping.abort();
    expect(await running).toBeInstanceOf(StoppedError);
  });
});
