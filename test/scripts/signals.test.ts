import { expect, test } from "bun:test";
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { requireBinary, run, yaraOrm } from "../support/binary.ts";
import { describeDatabases, onlyPostgres } from "../support/databases.ts";
import { Running } from "../support/running.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const STOPPED = [
  ["SIGHUP", 129],
  ["SIGINT", 130],
  ["SIGTERM", 143],
] as const;

function project(operation: string): string {
  return temporaryFolder({
    "migrations/0001_initial.ts": `import { migrations as m } from "yara-orm";
export const operations = [m.createTable("item", { id: m.int({ pk: true }) })];
`,
    "migrations/0002_endless.ts": `import { migrations as m } from "yara-orm";
export const dependencies = ["0001_initial"];
export const operations = [m.createTable("more", { id: m.int({ pk: true }) }), ${operation}];
`,
  });
}

/** Starts an upgrade, sends the signal once `text` has come out, and returns the exit code. */
async function stopWhen(text: string, signal: NodeJS.Signals, cwd: string, url: string): Promise<unknown> {
  return (await stoppedAt(text, signal, cwd, url)).code;
}

/** The same, with what was printed. */
async function stoppedAt(
  text: string,
  signal: NodeJS.Signals,
  cwd: string,
  url: string,
  more: readonly string[] = [],
): Promise<Stopped> {
  const command = spawn(requireBinary(), ["upgrade", "--db", url, ...more], { cwd, env: {}, stdio: "pipe" });
  const ended = new Promise<unknown>((resolve) =>
    command.once("close", (code, by) => resolve(by === null ? code : by)),
  );
  let output = "";
  let data = "";
  command.stdout.on("data", (chunk: Buffer) => {
    data += chunk.toString();
  });
  command.stderr.on("data", (chunk: Buffer) => {
    const before = output.includes(text);
    output += chunk.toString();
    if (!before && output.includes(text)) command.kill(signal);
  });
  const code = await ended;
  if (!output.includes(text)) throw new Error(`ended with ${code} before ${text} came:\n${output}`);
  return { code, output, data };
}

interface Stopped {
  readonly code: unknown;
  /** On stderr. */
  readonly output: string;
  /** On stdout. */
  readonly data: string;
}

describeDatabases("a command that is stopped", (db) => {
  for (const [signal, code] of STOPPED) {
    test(`while code runs leaves nothing half-applied: ${signal}`, async () => {
      const url = await db.createUrl();
      const folder = project(
        `m.runCode(async () => { console.error("ready"); await new Promise(() => setInterval(() => {}, 1000)); })`,
      );
      expect(await stopWhen("ready", signal, folder, url)).toBe(code);
      const heads = await yaraOrm(["heads", "--db", url], { cwd: folder });
      expect(heads.stdout).toBe("  [x] 0001_initial\n  [ ] 0002_endless\n");
      const connection = await db.open(url);
      expect(await connection.query("SELECT * FROM item")).toEqual([]);
      await connection.execute(["CREATE TABLE more (id integer)"]);
    });
  }

  test("says so with --json", async () => {
    const url = await db.createUrl();
    const folder = project(
      `m.runCode(async () => { console.error("ready"); await new Promise(() => setInterval(() => {}, 1000)); })`,
    );
    const { code, data } = await stoppedAt("ready", "SIGTERM", folder, url, ["--json"]);
    expect(code).toBe(143);
    expect(JSON.parse(data)).toMatchObject({ command: "upgrade", error: { code: "stopped" } });
  });
});

onlyPostgres("a command that waits", (db) => {
  test("for another migrator is stopped at once", async () => {
    const url = await db.createUrl();
    const folder = project(
      `m.runCode(async () => { console.error("ready"); await new Promise(() => setInterval(() => {}, 1000)); })`,
    );
    const first = new Running(["upgrade", "--db", url], folder);
    await first.saying(/ready/);
    const { code, output } = await stoppedAt("waiting for another migrator", "SIGTERM", folder, url);
    expect(code).toBe(143);
    expect(output).toEndWith("error: stopped by SIGTERM\n");
    first.kill("SIGTERM");
    expect(await first.ended).toBe(143);
  });

  test("for the server says so with --json, and why it waited where the time is over", async () => {
    const nowhere = "postgres://127.0.0.1:1/app";
    const folder = project('m.runSQL("SELECT 1")');
    const { code, data } = await stoppedAt("waiting for the server", "SIGINT", folder, nowhere, [
      "--json",
      "--wait",
    ]);
    expect(code).toBe(130);
    expect(JSON.parse(data)).toMatchObject({ command: "upgrade", error: { code: "stopped" } });
    const late = await yaraOrm(["upgrade", "--wait=300ms", "--db", nowhere], { cwd: folder });
    expect(late.stderr).toMatch(/error: cannot connect to PostgreSQL at 127.0.0.1:1: .*refused/);
  });
});

describeDatabases("code that hears of being stopped", (db) => {
  const LOOPS = {
    "by its next request": `async ({ models, log }) => {
      log("ready");
      for (;;) await models.table("item").objects.count();
    }`,
    "by the statement that runs": `async ({ log, db }) => {
      log("ready");
      await db.query("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000000) SELECT count(*) FROM n");
      for (;;) await db.query("SELECT 1");
    }`,
    "by the signal": `async ({ signal, log }) => {
      log("ready");
      while (!signal.aborted) await new Promise((resolve) => setTimeout(resolve, 1));
    }`,
  };
  for (const [how, code] of Object.entries(LOOPS)) {
    test(`ends, and its migration is not applied: ${how}`, async () => {
      const url = await db.createUrl();
      const folder = project(`m.runCode(${code})`);
      const { code: exit, output } = await stoppedAt("  ready", "SIGTERM", folder, url);
      expect(exit).toBe(143);
      expect(output).toEndWith(`(run code): stopped by SIGTERM
hint: nothing of this migration was applied; run the command again
`);
      const heads = await yaraOrm(["heads", "--db", url], { cwd: folder });
      expect(heads.stdout).toBe("  [x] 0001_initial\n  [ ] 0002_endless\n");
    });
  }
});

onlyPostgres("a statement that is stopped", (db) => {
  for (const [signal, code] of STOPPED) {
    test(`ends on the server, too: ${signal}`, async () => {
      const { url, connection } = await db.create();
      const folder = project('m.runSQL("SELECT pg_sleep(600)")');
      const stopped = await stoppedAt("applying 0002_endless", signal, folder, url);
      expect(stopped.code).toBe(code);
      expect(stopped.output).toContain(`error: stopped by ${signal}: applying 0002_endless failed`);
      await connection.execute(["CREATE TABLE more (id integer)"]);
      const heads = await yaraOrm(["heads", "--db", url], { cwd: folder });
      expect(heads.stdout).toBe("  [x] 0001_initial\n  [ ] 0002_endless\n");
    });
  }
});

test("a hang-up does not stop what was started to outlive its terminal", async () => {
  const cwd = project('m.runCode(() => { process.kill(process.pid, "SIGHUP"); })');
  const words = [requireBinary(), "upgrade", "--db", "sqlite:///app.db"];
  const { code, stdout } = await run(["nohup", ...words], { cwd, env: { PATH: process.env.PATH ?? "" } });
  expect({ code, stdout }).toEqual({ code: 0, stdout: "applied: 0001_initial, 0002_endless\n" });
});

test("the first process of a container ends by SIGTERM", async () => {
  const cwd = project(
    'm.runCode(async () => { console.error("ready"); await new Promise(() => setInterval(() => {}, 1000)); })',
  );
  // Where the machine does not allow that, the process is one like any other.
  const isolated = ["unshare", "--pid", "--fork"];
  const env = { PATH: process.env.PATH ?? "" };
  const allowed = await run([...isolated, "true"], { cwd, env }).then(
    ({ code }) => code === 0,
    () => false,
  );
  const [program = "", ...words] = [
    ...(allowed ? isolated : []),
    requireBinary(),
    "upgrade",
    "--db",
    "sqlite:///app.db",
  ];
  const command = spawn(program, words, { cwd, env, stdio: ["ignore", "ignore", "pipe"] });
  const ended = new Promise<number | null>((resolve) => command.once("close", resolve));
  command.stderr.on("data", (chunk: Buffer) => {
    const { pid = 0 } = command;
    const inner = allowed ? Number(readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8")) : pid;
    if (chunk.toString().includes("ready")) process.kill(inner, "SIGTERM");
  });
  expect(await ended).toBe(143);
  const heads = await yaraOrm(["heads", "--db", "sqlite:///app.db"], { cwd });
  expect(heads.stdout).toBe("  [x] 0001_initial\n  [ ] 0002_endless\n");
});
