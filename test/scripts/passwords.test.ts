import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openConnection } from "../../src/connection/open.ts";
import { requireBinary, yaraOrm } from "../support/binary.ts";
import { type PostgresCluster, startPostgresCluster } from "../support/postgres-server.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const PASSWORD = "s3cr/t-p$w&#é";
const WRONG = "wr0ng-s3cret";
/** Each as it is, and as a URL has it. */
const SECRETS = [PASSWORD, encodeURIComponent(PASSWORD), "s3cr", "wr0ng"];

const project = (second = "") =>
  temporaryFolder({
    "models.ts":
      'import { defineModel, fields } from "yara-orm";\nexport const A = defineModel("A", { n: fields.int() });',
    "migrations/0001_a.ts": `import { migrations as m } from "yara-orm";
export const operations = [m.createTable("a", { id: m.int({ pk: true }), n: m.int() })];
`,
    ...(second === ""
      ? {}
      : {
          "migrations/0002_b.ts": `import { migrations as m } from "yara-orm";
export const dependencies = ["0001_a"];
export const operations = [${second}];
`,
        }),
  });

const COMMANDS = [
  ["upgrade"],
  ["upgrade", "--plan"],
  ["upgrade", "--dry-run"],
  ["heads"],
  ["history"],
  ["check"],
  ["diff"],
  ["verify"],
  ["inspect"],
  ["sqlmigrate", "1"],
  ["downgrade"],
];
const MANNERS = [["--debug"], ["--debug", "--json"]];

describe("a password", () => {
  let server: PostgresCluster;
  let address: string;

  beforeAll(async () => {
    const file = join(tmpdir(), `yara-password-${process.pid}`);
    writeFileSync(file, PASSWORD, { mode: 0o644 });
    server = await startPostgresCluster("embedded", { initdb: ["-A", "scram-sha-256", `--pwfile=${file}`] });
    address = server.url.slice(server.url.indexOf("@") + 1);
  });
  afterAll(() => server?.stop());

  const ways = (password: string): readonly (readonly [string, Record<string, string>])[] => [
    [`postgres://postgres:${encodeURIComponent(password)}@${address}`, {}],
    [`postgres://postgres@${address}?password=${encodeURIComponent(password)}`, {}],
    [`postgres://postgres@${address}`, { PGPASSWORD: password }],
  ];

  for (const password of [PASSWORD, WRONG]) {
    test(`that is ${password === WRONG ? "wrong" : "right"} is in no output`, async () => {
      const cwd = project();
      for (const [url, env] of ways(password)) {
        const heads = await yaraOrm(["heads"], { cwd, env: { ...env, DATABASE_URL: url } });
        expect(heads.code).toBe(password === WRONG ? 1 : 0);
        for (const command of COMMANDS) {
          const lines = MANNERS.map((manner) => [...command, ...manner]);
          const ended = lines.map((words) => yaraOrm(words, { cwd, env: { ...env, DATABASE_URL: url } }));
          for (const [index, { stdout, stderr }] of (await Promise.all(ended)).entries()) {
            const leaked = SECRETS.filter((secret) => (stdout + stderr).includes(secret));
            expect({ words: lines[index], leaked }).toEqual({ words: lines[index], leaked: [] });
          }
        }
      }
    }, 120_000);
  }

  test("is in no title of a process and in nothing that the server shows of the session", async () => {
    const cwd = project('m.runSQL("SELECT pg_sleep(60)")');
    const [way] = ways(PASSWORD);
    const [url = "", env = {}] = way ?? [];
    const command = spawn(requireBinary(), ["upgrade"], {
      cwd,
      env: { ...env, DATABASE_URL: url },
      stdio: "ignore",
    });
    const ended = new Promise((resolve) => command.once("close", resolve));
    const watcher = await openConnection(url);
    const sleeping = "SELECT application_name, query FROM pg_stat_activity WHERE wait_event = 'PgSleep'";
    let rows = await watcher.query(sleeping);
    while (rows.length === 0) {
      expect(command.exitCode).toBeNull();
      await Bun.sleep(5);
      rows = await watcher.query(sleeping);
    }
    const shown =
      JSON.stringify(rows) +
      readFileSync(`/proc/${command.pid}/cmdline`, "utf8") +
      readFileSync(`/proc/${command.pid}/comm`, "utf8");
    command.kill("SIGTERM");
    await ended;
    await watcher.close();
    expect(shown).toContain("yara-orm");
    expect(SECRETS.filter((secret) => shown.includes(secret))).toEqual([]);
  });

  test("in the SQL of a migration is not shown where that fails", async () => {
    const cwd = project(`m.runSQL("CREATE ROLE postgres LOGIN PASSWORD '${WRONG}'")`);
    const [way] = ways(PASSWORD);
    const [url = "", env = {}] = way ?? [];
    const failed = await yaraOrm(["upgrade", "--debug", "--json"], {
      cwd,
      env: { ...env, DATABASE_URL: url },
    });
    expect(failed.code).toBe(1);
    expect(failed.stderr).toContain("statement: CREATE ROLE postgres LOGIN PASSWORD '***'");
    expect(failed.stdout + failed.stderr).not.toContain(WRONG);
  });
});
