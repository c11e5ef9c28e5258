import { afterAll, beforeAll, expect, test } from "bun:test";
import { chmodSync, readFileSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openConnection } from "../../src/connection/open.ts";
import { type Finished, yaraOrm } from "../support/binary.ts";
import { describeDatabases } from "../support/databases.ts";
import { type PostgresServer, startPostgresServer } from "../support/postgres-server.ts";
import { failure, temporaryFolder, write } from "../support/temporary-folder.ts";

/** What each password has in it, also when it is percent-encoded. */
const SECRET = "s3cr3t";

const PASSWORD = "pä ss@/:?#%&=$HOME'\"s3cr3t";
const ENCODED = encodeURIComponent(PASSWORD).replaceAll("'", "%27");
const WRONG = encodeURIComponent("wr@ng s3cr3t");

const FILES = {
  "models.ts": `import { defineModel, fields } from "yara-orm";

export const User = defineModel("User", { name: fields.text() });
`,
  "migrations/0001_initial.ts": `import { migrations as m } from "yara-orm";

export const operations = [m.createTable("user", { id: m.int({ pk: true }), name: m.text() })];
`,
};

/** Where the server is, without user and password. */
let place = "";
let server: PostgresServer | undefined;

beforeAll(async () => {
  server = await startPostgresServer("embedded");
  const admin = await openConnection(server.url);
  try {
    const literal = PASSWORD.replaceAll("'", "''");
    await admin.execute([
      `CREATE ROLE app SUPERUSER LOGIN PASSWORD '${literal}'`,
      "CREATE DATABASE app OWNER app",
    ]);
    const [file] = await admin.query<{ hba_file: string }>("SHOW hba_file");
    const path = file?.hba_file ?? "";
    // The server of the tests trusts everybody; this one asks the role for its password.
    writeFileSync(path, `host all app all scram-sha-256\n${readFileSync(path, "utf8")}`);
    await admin.execute(["SELECT pg_reload_conf()"]);
    place = new URL(server.url).host;
    while (await opens(`postgres://app:${WRONG}@${place}/app`));
  } finally {
    await admin.close();
  }
});

afterAll(() => server?.stop());

async function opens(url: string): Promise<boolean> {
  const opened = await openConnection(url).catch(() => undefined);
  await opened?.close();
  return opened !== undefined;
}

function expectNoSecret({ stdout, stderr }: Finished): void {
  const output = stdout + stderr;
  expect(output).not.toContain(SECRET);
  for (const piece of [PASSWORD, ENCODED, WRONG, "ss%40", "wr%40ng", "wr@ng"])
    expect(output).not.toContain(piece);
}

const VARIANTS = [[], ["--debug"], ["--json"], ["--json", "--debug"]];

/** The ways to say the password: what is in the environment, the folder and on the command line. */
function ways(password: string): Record<string, Way> {
  const url = `postgres://app:${password}@${place}/app`;
  const bare = `postgres://app@${place}/app`;
  return {
    "the environment": { env: { DATABASE_URL: url } },
    "an option of the URL": { env: { DATABASE_URL: `${bare}?application_name=x&p%61ssword=${password}` } },
    PGPASSWORD: { env: { DATABASE_URL: bare, PGPASSWORD: decodeURIComponent(password) } },
    ".env": { files: { ".env": `DATABASE_URL=${url}\n` } },
    "the configuration": { files: { "yara.config.ts": `export default { db: ${JSON.stringify(url)} };\n` } },
    "--db": { words: ["--db", url] },
    "--db=": { words: [`--db=${url}`] },
  };
}

interface Way {
  readonly env?: Record<string, string>;
  readonly files?: Record<string, string>;
  readonly words?: readonly string[];
}

/** Looks at every byte that a command prints, in every variant. */
async function expectHidden(
  commands: readonly string[],
  { env, files, words = [] }: Way,
  code: number,
): Promise<void> {
  const cwd = temporaryFolder({ ...FILES, ...files });
  for (const command of commands) {
    for (const variant of VARIANTS) {
      const finished = await yaraOrm([...command.split(" "), ...words, ...variant], { cwd, env: { ...env } });
      expectNoSecret(finished);
      expect({ command, code: finished.code, stderr: finished.stderr }).toMatchObject({ command, code });
    }
  }
}

/** The names alone: the server has no port before the tests begin. */
const WAYS = Object.keys(ways(""));

test.each(WAYS)("a password that is right is nowhere in what is printed: %s", async (name) => {
  await expectHidden(["upgrade", "heads"], ways(ENCODED)[name] ?? {}, 0);
});

test.each(WAYS)("nor is one that is wrong: %s", async (name) => {
  await expectHidden(["upgrade"], ways(WRONG)[name] ?? {}, 1);
});

test("nor is one in what any other command prints", async () => {
  const url = `postgres://app:${ENCODED}@${place}/app`;
  const cwd = temporaryFolder(FILES);
  const lines = [
    "upgrade",
    "history",
    "inspect",
    "diff",
    "upgrade --plan",
    "check",
    "verify",
    "downgrade --confirm app",
  ];
  for (const line of lines) {
    // Only what the command line names is used by these two.
    const given = line === "check" || line === "verify" ? ["--db", url] : [];
    const words = [...line.split(" "), ...given, "--debug"];
    const finished = await yaraOrm(words, { cwd, env: { DATABASE_URL: url } });
    expectNoSecret(finished);
    expect({ line, code: finished.code }).toEqual({ line, code: 0 });
  }
});

test("nor one for a server, a database or a file that is not there", async () => {
  const cwd = temporaryFolder(FILES);
  const urls = [
    `postgres://app:${ENCODED}@127.0.0.1:1/app`,
    `postgres://app:${ENCODED}@no-such-host.invalid/app`,
    `postgres://app:${ENCODED}@${place}/missing`,
    `postgres://app:${ENCODED}@%2Fnowhere/app`,
    `postgres://app:${ENCODED}@${place}/app?sslmode=verify-full&sslrootcert=/nowhere.pem`,
    `postgres://app:${ENCODED}@${place}/app?sslmode=require`,
  ];
  for (const url of urls) {
    for (const variant of VARIANTS) {
      const finished = await yaraOrm(["upgrade", ...variant], { cwd, env: { DATABASE_URL: url } });
      expectNoSecret(finished);
      expect([1, 2]).toContain(finished.code ?? 0);
    }
  }
});

test("a password file of libpq is not read, and not shown", async () => {
  const cwd = temporaryFolder({ ...FILES, ".pgpass": `*:*:*:app:${SECRET}\n` });
  chmodSync(join(cwd, ".pgpass"), 0o600);
  const env = { HOME: cwd, PGPASSFILE: join(cwd, ".pgpass"), DATABASE_URL: `postgres://app@${place}/app` };
  const finished = await yaraOrm(["upgrade", "--debug"], { cwd, env });
  expectNoSecret(finished);
  expect(finished.code).toBe(1);
  expect(finished.stderr).toContain("PGPASSWORD");
});

test("a URL that does not parse is not shown", async () => {
  const cwd = temporaryFolder(FILES);
  const urls = [
    `postgres:/app:${SECRET}@h/app`,
    `postgres:app:${SECRET}@h/app`,
    `postgers://app:${SECRET}@h/app`,
    `"postgres://app:${SECRET}@h/app"`,
    `'postgres://app:${SECRET}@h/app'`,
    `psql 'postgresql://app:${SECRET}@h/app'`,
    `//app:${SECRET}@h/app`,
    `a:${SECRET}@h/app`,
    `app:${SECRET}@h/app`,
    `sqlite://app:${SECRET}@h/app`,
    `sqlite:///app.db?password=${SECRET}`,
    `DATABASE_URL=postgres://app:${SECRET}@h/app`,
    `host=h user=app password=${SECRET}`,
    `postgres://app:5/${SECRET}@h/app`,
    `postgres://app:${SECRET}/x@h/app`,
    `postgres://app:${SECRET}@x@h/app`,
    `postgres://app:5/a?${SECRET}@h/app`,
    `postgres://app:5/a?${SECRET}=x@h/app`,
    `postgres://app:5/a?sslmode=${SECRET}@h/app`,
    `postgres://app:5/a?host=${SECRET}@h/app`,
    `postgres://app:${SECRET}%@h/app`,
    `postgres://app:${SECRET}@h:x/app`,
    `postgres://app:${SECRET}@h/app?sslmode=maybe`,
    `postgres://app:${SECRET}@h/app?pasword=x`,
    `postgres://app:${SECRET}@h1,h2/app`,
    `postgres://app:${SECRET}\t@h/app`,
  ];
  for (const url of urls) {
    for (const variant of [["--debug"], ["--json"]]) {
      const finished = await yaraOrm(["upgrade", ...variant], { cwd, env: { DATABASE_URL: url } });
      expectNoSecret(finished);
      expect({ url, code: finished.code }).toEqual({ url, code: 2 });
    }
  }
});

test("a URL in the wrong place is shown without its password", async () => {
  const cwd = temporaryFolder(FILES);
  const url = `postgres://app:x@${SECRET}@h/app?password=${SECRET}`;
  const lines = [
    [url],
    ["upgrade", url],
    ["upgrade", "1", url],
    ["upgrade", "--verbose", url],
    ["upgrade", `--${url}`],
    ["--debug", "--dbb", url, "upgrade"],
    ["sqlmigrate", url],
    ["makemigrations", "--name", url],
    ["makemigrations", "--dir", url],
    ["init", "--dir", url],
    ["makemigrations", "--models", url],
    ["makemigrations", "--config", url],
    ["makemigrations", "--fill", url],
    ["makemigrations", "--rename", url],
    ["makemigrations", "--answers", url],
    ["upgrade", "--db", "a.db", "--lock-timeout", url],
    ["inspect", "--db", "a.db", "--schema", url],
    ["inspect", "--db", "a.db", "--out", join("models.ts", url)],
  ];
  for (const words of lines) {
    for (const variant of [["--debug"], ["--json"]]) {
      const finished = await yaraOrm([...words, ...variant], { cwd });
      expectNoSecret(finished);
      expect({ words, code: finished.code === 0 }).toEqual({ words, code: false });
    }
  }
});

test("an error of a model that shows the URL is shown without the password", async () => {
  const cwd = temporaryFolder({
    "models.ts": "throw new Error(['cannot reach', process.env.DATABASE_URL, 'now'].join(' '));\n",
  });
  const env = { DATABASE_URL: `postgres://app:${ENCODED}@${place}/app` };
  for (const variant of VARIANTS) {
    const finished = await yaraOrm(["makemigrations", ...variant], { cwd, env });
    expectNoSecret(finished);
    expect(finished.stderr).toContain(`cannot reach postgres://app:***@${place}/app now`);
  }
});

test("the command that comes next is shown without the password", async () => {
  const cwd = temporaryFolder(FILES);
  const words = ["--db", `postgres://app:${ENCODED}@${place}/app`];
  expect(await yaraOrm(["upgrade", ...words], { cwd })).toMatchObject({ code: 0 });
  const admin = await openConnection(words[1] ?? "");
  await admin.execute([`INSERT INTO "user" (name) VALUES ('kept')`]);
  await admin.close();
  for (const given of [
    words,
    [words.join("=")],
    ["--db", `postgres://app@${place}/app?password=${ENCODED}`],
  ]) {
    const asked = await yaraOrm(["downgrade", ...given, "--debug"], { cwd });
    expectNoSecret(asked);
    expect(asked.code).toBe(3);
    expect(asked.stderr).toContain("--confirm app");
  }
  // A variable of the shell is what was typed, and can be pasted again.
  const env = { APP_URL: words[1] ?? "" };
  const byVariable = await yaraOrm(["downgrade", ...words], { cwd, env });
  expectNoSecret(byVariable);
  expect(byVariable.stderr).toContain('yara-orm downgrade --db "$APP_URL" --confirm app');
  write(
    cwd,
    "migrations/0002_more.ts",
    `export const dependencies = ["0001_initial"];\nexport const operations = [];\n`,
  );
  const status = await yaraOrm(["status", words.join("=")], { cwd, env });
  expectNoSecret(status);
  expect(status.stdout).toContain('yara-orm upgrade --db "$APP_URL"');
  unlinkSync(join(cwd, "migrations/0002_more.ts"));
  write(cwd, "models.ts", FILES["models.ts"].replace("name:", "title:"));
  const asked = await yaraOrm(["makemigrations", ...words], { cwd });
  expectNoSecret(asked);
  expect(asked.stderr).toContain("--rename user.name=user.title");
  expect(await yaraOrm(["downgrade", ...words, "--confirm", "app"], { cwd })).toMatchObject({ code: 0 });
});

test("the process and the session carry no password", async () => {
  const cwd = temporaryFolder({
    "migrations/0001_look.ts": `import { migrations as m } from "yara-orm";
import { existsSync, readFileSync, writeFileSync } from "node:fs";

const look = (file: string) => (existsSync(file) ? readFileSync(file, "utf8") : "");

export const operations = [
  m.runSQL("CREATE TABLE seen AS SELECT * FROM pg_stat_activity", { reverse: "DROP TABLE seen" }),
  m.runCode(() => {
    const seen = [process.title, process.argv, look("/proc/self/cmdline"), look("/proc/self/comm")];
    writeFileSync("seen.json", JSON.stringify(seen));
  }, () => {}),
];
`,
  });
  const url = `postgres://app:${ENCODED}@${place}/app`;
  expect(await yaraOrm(["upgrade"], { cwd, env: { DATABASE_URL: url } })).toMatchObject({ code: 0 });
  const seen = readFileSync(join(cwd, "seen.json"), "utf8");
  expect(seen).toContain("upgrade");
  const connection = await openConnection(url);
  const rows = await connection.query("SELECT to_jsonb(seen)::text AS row FROM seen WHERE datname = 'app'");
  await connection.execute(["DROP TABLE seen", "DELETE FROM orm_migrations"]);
  await connection.close();
  expect(JSON.stringify(rows)).toContain('\\"application_name\\": \\"yara-orm\\"');
  expectNoSecret({ stdout: seen, stderr: JSON.stringify(rows), code: 0 });
});

describeDatabases("a password in hand-written SQL", (db) => {
  test("is hidden in the statement of an error, and in that of sqlmigrate it is not", async () => {
    const url = await db.createUrl();
    const sql = `CREATE ROLE nobody NOSUCHTHING PASSWORD '${SECRET}'`;
    const cwd = temporaryFolder({
      "migrations/0001_role.ts": `import { migrations as m } from "yara-orm";

export const operations = [m.runSQL(${JSON.stringify(sql)}, { reverse: "SELECT 1" })];
`,
    });
    for (const variant of VARIANTS) {
      const refused = await yaraOrm(["upgrade", "--db", url, ...variant], { cwd });
      expectNoSecret(refused);
      expect(refused.code).toBe(1);
      expect(refused.stderr).toContain("statement: CREATE ROLE nobody NOSUCHTHING PASSWORD '***'");
    }
    for (const words of [["upgrade", "--plan"], ["verify"], ["check"]]) {
      expectNoSecret(await yaraOrm([...words, "--db", url], { cwd }));
    }
    const printed = await yaraOrm(["sqlmigrate", "1", "--dialect", db.name], { cwd });
    expect(printed.stdout).toContain(sql);
  });
});

test("the errors of the library carry no password", async () => {
  for (const password of [WRONG, ENCODED]) {
    for (const url of [
      `postgres://app:${password}@127.0.0.1:1/app`,
      `postgres://app:${password}@${place}/missing`,
    ]) {
      const error = await failure(openConnection(url));
      expectNoSecret({
        stdout: Bun.inspect(error),
        stderr: `${error.stack}${JSON.stringify(error)}`,
        code: 1,
      });
    }
  }
});
