import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import { spawn } from "node:child_process";
import { openConnection } from "../../src/connection/open.ts";
import { requireBinary, yaraOrm } from "../support/binary.ts";
import { type PostgresCluster, startPostgresCluster } from "../support/postgres-server.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

/** Sleeps as long as the table says: until the test takes that back. */
const PAUSE = 'm.runSQL("SELECT pg_sleep(seconds) FROM pace", { reverse: [] })';
const MARK = `m.runSQL("INSERT INTO ledger (step) VALUES ('second')", { reverse: [] })`;

/** A trigger that sleeps when the transaction is committed. */
const SLOW_COMMIT = `m.runSQL([
  "CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(seconds) FROM pace; RETURN NULL; END'",
  "CREATE CONSTRAINT TRIGGER slow AFTER INSERT ON ledger DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION slow()",
], { reverse: [] })`;

interface Phase {
  readonly name: string;
  readonly head?: string;
  readonly operations: string;
  /** What an error says of it. */
  readonly said: RegExp;
  readonly heads: string;
}

const PHASES: readonly Phase[] = [
  {
    name: "in a statement",
    operations: `m.createTable("more", { id: m.int({ pk: true }) }), ${MARK}, ${PAUSE}`,
    said: /while applying 0002_second(, in its COMMIT)?$[\s\S]*applied by this run: 0001_initial; /m,
    heads: "  [x] 0001_initial\n  [ ] 0002_second\n",
  },
  {
    name: "in code",
    operations: `${MARK}, m.runCode(async ({ db }) => {
      while ((await db.query("SELECT pg_sleep(0.01), seconds FROM pace"))[0].seconds > 0);
    }, () => {})`,
    said: /while applying 0002_second(, in its COMMIT)?$[\s\S]*applied by this run: 0001_initial; /m,
    heads: "  [x] 0001_initial\n  [ ] 0002_second\n",
  },
  {
    name: "in the COMMIT",
    operations: `${SLOW_COMMIT}, ${MARK}`,
    said: /while applying 0002_second, in its COMMIT$[\s\S]*whether the transaction of 0002_second .* is not known/m,
    heads: "  [x] 0001_initial\n  [ ] 0002_second\n",
  },
  {
    name: "in a step of several",
    head: "export const atomic = false;",
    operations: `${MARK}, ${PAUSE}, m.createTable("more", { id: m.int({ pk: true }) })`,
    said: /while applying 0002_second(, in its COMMIT)?$[\s\S]*applied by this run: 0001_initial; /m,
    heads: "  [x] 0001_initial\n  [~] 0002_second  1/3\n",
  },
  {
    name: "in a step without a transaction",
    operations: `${MARK}, m.createIndex("big", ["name"], { name: "big_name", concurrently: true })`,
    said: /while applying 0002_second(, in its COMMIT)?$[\s\S]*applied by this run: 0001_initial; /m,
    heads: "  [x] 0001_initial\n  [~] 0002_second  1/2\n",
  },
];

function project({ head = "", operations }: Phase): string {
  return temporaryFolder({
    "migrations/0001_initial.ts": `import { migrations as m } from "yara-orm";
export const operations = [
  m.createTable("ledger", { step: m.text() }),
  m.createTable("big", { name: m.text() }),
  m.runSQL("INSERT INTO ledger VALUES ('first')", { reverse: [] }),
];
`,
    "migrations/0002_second.ts": `import { migrations as m } from "yara-orm";
export const dependencies = ["0001_initial"];
${head}
export const operations = [${operations}];
`,
  });
}

/** Starts an upgrade, and once the server is at what `query` finds, does `then`. */
async function upgradeUntil(cwd: string, url: string, query: string, then: () => Promise<void>) {
  const command = spawn(requireBinary(), ["upgrade", "--db", url], {
    cwd,
    env: {},
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  command.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  command.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  const ended = new Promise<number | null>((resolve) => command.once("close", resolve));
  const watcher = await openConnection(url);
  while ((await watcher.query(query)).length === 0) {
    if (command.exitCode !== null) throw new Error(`ended before that:\n${stderr}`);
    await Bun.sleep(5);
  }
  await then();
  await watcher.close();
  return { code: await ended, stdout, stderr };
}

const MIGRATOR = "application_name LIKE 'yara-orm%'";

describe("a server that is shut down", () => {
  let server: PostgresCluster;
  let databases = 0;

  beforeAll(async () => {
    server = await startPostgresCluster("embedded", { settings: ["fsync=on", "synchronous_commit=on"] });
  });
  afterAll(() => server?.stop());

  let isDown = false;
  async function shutDown(mode: "fast" | "immediate"): Promise<void> {
    isDown = true;
    await server.shutDown(mode);
  }
  async function start(): Promise<void> {
    if (isDown) await server.start();
    isDown = false;
  }
  // Also where a test has failed.
  afterEach(start);

  async function createDatabase(): Promise<string> {
    databases += 1;
    const name = `gone_${databases}`;
    const admin = await openConnection(server.url);
    await admin.execute([`CREATE DATABASE ${name}`]);
    await admin.close();
    return server.url.replace(/postgres$/, name);
  }

  for (const phase of PHASES) {
    for (const mode of ["fast", "immediate"] as const) {
      test(`${phase.name} (${mode}) loses nothing, is told, and the next run finishes`, async () => {
        const [cwd, url] = [project(phase), await createDatabase()];
        const setUp = await openConnection(url);
        // An index that is built concurrently waits for those who still see what was there before.
        await setUp.execute([
          "CREATE TABLE pace (seconds integer)",
          "INSERT INTO pace VALUES (600)",
          "BEGIN ISOLATION LEVEL REPEATABLE READ",
          "SELECT FROM pace",
        ]);
        const place = phase.name.includes("without")
          ? "query LIKE 'CREATE INDEX%'"
          : "query NOT LIKE '%pg_stat%'";
        const asleep = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND state = 'active' AND ${place} AND pid <> pg_backend_pid() AND wait_event IN ('PgSleep', 'virtualxid')`;
        const stopped = await upgradeUntil(cwd, url, asleep, () => shutDown(mode));
        await setUp.close();
        expect(stopped).toMatchObject({ code: 1, stdout: "" });
        expect(stopped.stderr).toMatch(phase.said);
        expect(stopped.stderr).toMatch(/run the command again/);

        await start();
        const connection = await openConnection(url);
        expect((await yaraOrm(["heads", "--db", url], { cwd })).stdout).toBe(phase.heads);
        await connection.execute(["UPDATE pace SET seconds = 0"]);
        expect((await yaraOrm(["upgrade", "--db", url], { cwd })).stdout).toBe("applied: 0002_second\n");
        expect((await yaraOrm(["diff", "--db", url, "--json"], { cwd })).stdout).not.toContain('"mark":"-"');
        expect(await connection.query("SELECT step FROM ledger ORDER BY step")).toEqual([
          { step: "first" },
          { step: "second" },
        ]);
        await connection.close();
      });
    }
  }

  test("while one waits for the lock ends the waiting, too", async () => {
    const phase: Phase = { name: "", operations: PAUSE, said: /./, heads: "" };
    const [cwd, url] = [project(phase), await createDatabase()];
    const setUp = await openConnection(url);
    await setUp.execute(["CREATE TABLE pace (seconds integer)", "INSERT INTO pace VALUES (600)"]);
    await setUp.close();
    const asleep = "SELECT FROM pg_stat_activity WHERE wait_event = 'PgSleep'";
    const waiting = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND ${MIGRATOR} HAVING count(*) > 1`;
    let waiter: Awaited<ReturnType<typeof upgradeUntil>> | undefined;
    const worker = await upgradeUntil(cwd, url, asleep, async () => {
      waiter = await upgradeUntil(cwd, url, waiting, () => shutDown("fast"));
    });
    expect(worker.code).toBe(1);
    expect(waiter?.code).toBe(1);
    expect(waiter?.stderr).toMatch(/^error: /m);
    await start();
    expect((await yaraOrm(["heads", "--db", url], { cwd })).stdout).toBe(
      "  [x] 0001_initial\n  [ ] 0002_second\n",
    );
  });

  test("before anything is told with the way to wait for it", async () => {
    const cwd = temporaryFolder({ "migrations/0001_initial.ts": "export const operations = [];" });
    const url = await createDatabase();
    await shutDown("fast");
    const refused = await yaraOrm(["upgrade", "--db", url], { cwd });
    expect(refused).toMatchObject({ code: 1, stdout: "" });
    expect(refused.stderr).toMatch(/^error: cannot connect to PostgreSQL at 127\.0\.0\.1:\d+/m);
    expect(refused.stderr).toContain("--wait");
    await start();
    expect((await yaraOrm(["upgrade", "--db", url], { cwd })).stdout).toBe("applied: 0001_initial\n");
  });
});
