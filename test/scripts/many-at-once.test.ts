import { expect, test } from "bun:test";
import { spawn } from "node:child_process";
import { connect, createServer } from "node:net";
import { basename } from "node:path";
import { requireBinary, yaraOrm } from "../support/binary.ts";
import { describeDatabases, onlyPostgres, onlySqlite } from "../support/databases.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const PROCESSES = 20;
const MIGRATIONS = 50;

const nameOf = (at: number): string => `${String(at).padStart(4, "0")}_t${at}`;

/** Each migration makes a table and puts a row into it: a second time would fail, or leave two. */
function project(count = MIGRATIONS): string {
  const files = Array.from({ length: count }, (_, index): [string, string] => {
    const at = index + 1;
    const dependencies = at === 1 ? "" : `export const dependencies = ["${nameOf(index)}"];\n`;
    const operations = `m.createTable("t${at}", { id: m.int({ pk: true }) }), m.runSQL("INSERT INTO t1 (id) VALUES (${at})", { reverse: "DELETE FROM t1 WHERE id = ${at}" })`;
    return [
      `migrations/${nameOf(at)}.ts`,
      `import { migrations as m } from "yara-orm";\n${dependencies}export const operations = [${operations}];\n`,
    ];
  });
  return temporaryFolder(Object.fromEntries(files));
}

describeDatabases("many migrators at once", (db) => {
  const modes = db.name === "postgres" ? ["advisory", "row"] : ["advisory"];
  for (const mode of modes) {
    test(`apply each migration exactly once, and all end well (${mode})`, async () => {
      const [cwd, url] = [project(), await db.createUrl()];
      const upgrade = () => yaraOrm(["upgrade", "--json", "--db", url, "--lock-mode", mode], { cwd });
      const ended = await Promise.all(Array.from({ length: PROCESSES }, upgrade));
      expect(ended.map(({ code, stderr }) => (code === 0 ? "" : stderr))).toEqual(
        Array.from({ length: PROCESSES }, () => ""),
      );
      const applied = ended.flatMap(({ stdout }): string[] => JSON.parse(stdout).applied);
      expect(applied.toSorted()).toEqual(Array.from({ length: MIGRATIONS }, (_, at) => nameOf(at + 1)));
      const connection = await db.open(url);
      const [row] = await connection.query("SELECT count(*) AS n FROM t1");
      expect(Number(row?.n)).toBe(MIGRATIONS);
    }, 120_000);
  }

  test("apply each step of a migration exactly once", async () => {
    const steps = Array.from(
      { length: 10 },
      (_, at) => `m.runSQL("INSERT INTO t1 (id) VALUES (${at + 10})")`,
    );
    const cwd = temporaryFolder({
      "migrations/0001_t1.ts": `import { migrations as m } from "yara-orm";
export const atomic = false;
export const operations = [m.createTable("t1", { id: m.int() }), ${steps.join(", ")}];
`,
    });
    const url = await db.createUrl();
    const upgrade = () => yaraOrm(["upgrade", "--json", "--db", url], { cwd });
    const ended = await Promise.all(Array.from({ length: PROCESSES / 2 }, upgrade));
    expect(ended.map(({ code, stderr }) => (code === 0 ? "" : stderr)).filter(Boolean)).toEqual([]);
    const connection = await db.open(url);
    const rows = await connection.query("SELECT id FROM t1 ORDER BY id");
    expect(rows.map(({ id }) => Number(id))).toEqual(steps.map((_, at) => at + 10));
  }, 120_000);

  test("revert each migration exactly once", async () => {
    const [cwd, url] = [project(5), await db.createUrl()];
    await yaraOrm(["upgrade", "--db", url], { cwd });
    const downgrade = () =>
      yaraOrm(["downgrade", "zero", "--json", "--db", url, "--confirm", basename(url)], { cwd });
    const ended = await Promise.all(Array.from({ length: 5 }, downgrade));
    expect(ended.map(({ code }) => code)).toEqual([0, 0, 0, 0, 0]);
    const reverted = ended.flatMap(({ stdout }): string[] => JSON.parse(stdout).reverted);
    expect(reverted.toSorted()).toEqual([1, 2, 3, 4, 5].map(nameOf));
  });
});

const HELD = 0x79617261;

onlyPostgres("a lock that another migrator holds", (db) => {
  test("is waited for no longer than --lock-timeout, and its holder is named", async () => {
    const [cwd, url] = [project(1), await db.createUrl()];
    const holder = await db.open(`${url}?application_name=somebody%20else`);
    const [session] = await holder.query("SELECT pg_backend_pid() AS pid");
    await holder.query(`SELECT pg_advisory_lock(${HELD}, ${Bun.hash.crc32("models") | 0})`);
    const ended = await yaraOrm(["upgrade", "--db", url, "--lock-timeout", "100ms"], { cwd });
    expect(ended.code).toBe(5);
    expect(ended.stderr).toContain(
      `waiting for another migrator (pid ${session?.pid}, somebody else, since `,
    );
    expect(ended.stderr).toContain("--lock-timeout 30m");
    // Another app's history is another lock.
    expect((await yaraOrm(["upgrade", "--db", url, "--app", "other"], { cwd })).code).toBe(0);
    // Nothing to do needs no lock.
    const idle = ["upgrade", "--db", url, "--app", "other", "--lock-timeout", "0"];
    expect((await yaraOrm(idle, { cwd })).code).toBe(0);
  });

  test("is free again when its holder dies", async () => {
    const [cwd, url] = [project(1), await db.createUrl()];
    const holder = await db.open(url);
    await holder.query(`SELECT pg_advisory_lock(${HELD}, ${Bun.hash.crc32("models") | 0})`);
    const waiting = upgradeUntil("waiting for another migrator", ["--db", url], cwd, () => holder.close());
    expect(await waiting).toEqual({ code: 0, stdout: "applied: 0001_t1\n" });
  });

  test("is taken by a row of a table where it is asked for, and given back", async () => {
    const [cwd, url] = [project(1), await db.createUrl()];
    const words = ["upgrade", "--db", url, "--lock-mode", "row"];
    const holder = await db.open(url);
    expect((await yaraOrm([...words, "--app", "first"], { cwd })).code).toBe(0);
    await holder.execute([
      "INSERT INTO orm_lock (app, token, application, since, expires_at) VALUES ('models', 'x', 'a tool', now(), now() + interval '1 hour')",
    ]);
    const held = await yaraOrm([...words, "--lock-timeout", "100ms"], { cwd });
    expect(held.code).toBe(5);
    expect(held.stderr).toContain("another migrator (a tool, since ");
    await holder.execute([
      "UPDATE orm_lock SET expires_at = now() - interval '1 second' WHERE app = 'models'",
    ]);
    await holder.execute(["DROP TABLE t1", "DROP TABLE orm_migrations"]);
    expect((await yaraOrm([...words, "--lock-timeout", "100ms"], { cwd })).code).toBe(0);
    expect(await holder.query("SELECT app FROM orm_lock WHERE token IS NOT NULL")).toEqual([]);
  });
});

onlySqlite("a file that another process writes to", (db) => {
  test("is waited for no longer than --lock-timeout", async () => {
    const [cwd, url] = [project(1), await db.createUrl()];
    const writer = await db.open(url);
    await writer.execute(["CREATE TABLE x (a)", "BEGIN IMMEDIATE"]);
    const ended = await yaraOrm(["upgrade", "--db", url, "--lock-timeout", "100ms"], { cwd });
    expect(ended.code).toBe(5);
    await writer.execute(["ROLLBACK"]);
    expect((await yaraOrm(["upgrade", "--db", url], { cwd })).code).toBe(0);
  });

  // As a large transaction does once the cache of the writer is full.
  test("and that lets nobody read is waited for no longer, and no less", async () => {
    const [cwd, url] = [project(1), await db.createUrl()];
    const writer = await db.open(url);
    for (const words of [["upgrade"], ["upgrade", "--plan"], ["downgrade"], ["resolve", "1", "--applied"]]) {
      await writer.execute(["BEGIN EXCLUSIVE", "CREATE TABLE x (a)"]);
      const ended = await yaraOrm([...words, "--db", url, "--lock-timeout", "100ms"], { cwd });
      expect({ words, ...ended }).toEqual({
        words,
        code: 5,
        stdout: "",
        stderr:
          "error: another process writes to the database and did not come to an end in time\n" +
          "hint: wait for it to end, or allow more time with --lock-timeout 30m\n",
      });
      await writer.execute(["ROLLBACK"]);
    }
    await writer.execute(["BEGIN EXCLUSIVE"]);
    const waiting = upgradeUntil("waiting for another process", ["--db", url], cwd, () => writer.close());
    expect(await waiting).toEqual({ code: 0, stdout: "applied: 0001_t1\n" });
  });
});

onlyPostgres("a server that is not there yet", (db) => {
  test("is waited for with --wait", async () => {
    const [cwd, url] = [project(1), new URL(await db.createUrl())];
    const server = createServer((socket) => {
      const upstream = connect(Number(url.port || 5432), url.hostname);
      for (const end of [socket, upstream]) end.on("error", () => {});
      socket.pipe(upstream).pipe(socket);
    });
    const port = await freePort();
    const away = new URL(url.href);
    away.host = `127.0.0.1:${port}`;
    const words = ["--db", away.href, "--wait"];
    const ended = upgradeUntil("waiting for the server: ", words, cwd, () => {
      server.listen(port, "127.0.0.1");
    });
    expect(await ended).toEqual({ code: 0, stdout: "applied: 0001_t1\n" });
    server.close();
  });

  test("is given up when the time is over", async () => {
    const url = `postgres://postgres@127.0.0.1:${await freePort()}/x`;
    const ended = await yaraOrm(["upgrade", "--db", url, "--wait", "200ms"], { cwd: project(1) });
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain("connection refused");
  });

  test("is not waited for where the database is missing, and --create-db creates that", async () => {
    const cwd = project(1);
    const url = new URL(await db.createUrl());
    const base = url.pathname.slice(1);
    url.pathname = `/${base}_more`;
    const missing = await yaraOrm(["upgrade", "--db", url.href, "--wait", "1h"], { cwd });
    expect(missing.code).toBe(1);
    expect(missing.stderr).toContain("does not exist");
    const ended = await Promise.all(
      [1, 2, 3].map(() => yaraOrm(["upgrade", "--db", url.href, "--wait", "1h", "--create-db"], { cwd })),
    );
    expect(ended.map(({ code }) => code)).toEqual([0, 0, 0]);
    const connection = await db.open(await db.createUrl());
    await connection.execute([`DROP DATABASE ${base}_more WITH (FORCE)`]);
  });
});

/** A port on which nobody listens. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

/** Runs an upgrade, and `act` once it has said `text`. */
async function upgradeUntil(text: string, words: readonly string[], cwd: string, act: () => unknown) {
  const command = spawn(requireBinary(), ["upgrade", ...words], { cwd, env: {}, stdio: "pipe" });
  let [stdout, stderr] = ["", ""];
  command.stdout.on("data", (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  command.stderr.on("data", (chunk: Buffer) => {
    const before = stderr.includes(text);
    stderr += chunk.toString();
    if (!before && stderr.includes(text)) act();
  });
  const code = await new Promise<number | null>((resolve) => command.once("close", resolve));
  if (!stderr.includes(text)) throw new Error(`ended with ${code} before ${text} came:\n${stderr}`);
  return { code, stdout };
}
