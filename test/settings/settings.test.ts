import { afterEach, describe, expect, test } from "bun:test";
import { join } from "node:path";
import { globalArgs } from "../../src/commands/global-args.ts";
import { lockArgs } from "../../src/commands/lock-args.ts";
import { timeoutArgs } from "../../src/commands/timeout-args.ts";
import { UsageError } from "../../src/errors.ts";
import { type Config, defineConfig } from "../../src/settings/config.ts";
import { isSettingKey, SETTINGS, type SettingKey, settingOf } from "../../src/settings/keys.ts";
import { readSettings } from "../../src/settings/settings.ts";
import { rejection } from "../support/rejection.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const KEYS = Object.keys(SETTINGS).filter(isSettingKey);

/** What each key is in the file, so that a key without a type does not compile. */
const ALL_KEYS: Required<{ readonly [K in SettingKey]: NonNullable<Config[K]> }> = {
  dir: "configured",
  app: "shop",
  db: "sqlite:///configured.db",
  models: ["models.ts"],
  env: "test",
  envFile: "configured.env",
  json: true,
  quiet: true,
  color: false,
  input: false,
  debug: true,
  lockTimeout: "1s",
  lockMode: "row",
  ddlLockTimeout: "2s",
  statementTimeout: "3s",
  wait: "4s",
  createDb: true,
};

const before = { ...process.env };

afterEach(() => {
  for (const { variable } of KEYS.map(settingOf)) {
    if (variable === undefined) continue;
    if (before[variable] === undefined) delete process.env[variable];
    else process.env[variable] = before[variable];
  }
});

test("every option that is no matter of one run has a key, and the other way round", () => {
  const { config: _, ...global } = globalArgs;
  const options = [...Object.keys(global), ...Object.keys(lockArgs), ...Object.keys(timeoutArgs)];
  expect(KEYS.map((key) => settingOf(key).option).sort()).toEqual(options.sort());
});

test("each key has an effect, and none is refused", async () => {
  const cwd = temporaryFolder({
    "configured.env": "",
    "yara.config.ts": `export default ${JSON.stringify({ ...ALL_KEYS, environments: { test: {} } })};`,
  });
  clear();
  expect(await readSettings({}, cwd)).toEqual({
    directory: "configured",
    app: "shop",
    database: "sqlite:///configured.db",
    databasePlace: "yara.config.ts: db",
    databaseMissing: undefined,
    models: ["models.ts"],
    lock: { mode: "row", timeoutMs: 1000 },
    timeouts: { lockMs: 2000, statementMs: 3000 },
    opening: { waitMs: 4000, createDatabase: true, busyTimeoutMs: 1000 },
    json: true,
    quiet: true,
    color: false,
    input: false,
    debug: true,
    notices: [],
  });
});

describe("the first place that has a setting wins", () => {
  const places: readonly (readonly [string, (place: number) => Promise<unknown>])[] = [
    ["statementTimeout", async (place) => (await settingsFrom(place)).timeouts.statementMs],
    ["app", async (place) => (await settingsFrom(place)).app],
    ["db", async (place) => (await settingsFrom(place)).database],
    ["the place of db", async (place) => (await settingsFrom(place)).databasePlace],
    ["createDb", async (place) => (await settingsFrom(place)).opening.createDatabase],
  ];
  const EXPECTED: Readonly<Record<string, readonly unknown[]>> = {
    statementTimeout: [1000, 2000, 3000, 4000, 5000, undefined],
    app: ["option", "variable", "dotenv", "environment", "config", "models"],
    db: ["option", "variable", "dotenv", "environment", "config", undefined],
    "the place of db": [
      undefined,
      "DATABASE_URL",
      "DATABASE_URL",
      "yara.config.ts: environments.one.db",
      "yara.config.ts: db",
      undefined,
    ],
    createDb: [true, false, true, false, true, undefined],
  };
  for (const [key, get] of places) {
    test(key, async () => {
      const found: unknown[] = [];
      for (let place = 0; place < 6; place += 1) found.push(await get(place));
      expect(found).toEqual([...(EXPECTED[key] ?? [])]);
    });
  }

  /** The settings where the first places, that many, say nothing. */
  async function settingsFrom(first: number) {
    clear();
    if (first <= 1) {
      Object.assign(process.env, {
        YARA_STATEMENT_TIMEOUT: "2s",
        YARA_APP: "variable",
        DATABASE_URL: "variable",
        YARA_CREATE_DB: "0",
      });
    }
    const dotenv = "YARA_STATEMENT_TIMEOUT=3s\nYARA_APP=dotenv\nDATABASE_URL=dotenv\nYARA_CREATE_DB=true\n";
    const environment = { statementTimeout: "4s", app: "environment", db: "environment", createDb: false };
    const config = { statementTimeout: "5s", app: "config", db: "config", createDb: true };
    const cwd = temporaryFolder({
      ".env": first <= 2 ? dotenv : "",
      "yara.config.ts": `export default ${JSON.stringify({
        ...(first <= 4 ? config : {}),
        environments: { one: first <= 3 ? environment : {} },
      })};`,
    });
    const flags = { "statement-timeout": "1s", app: "option", db: "option", "create-db": true };
    return await readSettings({ ...(first === 0 ? flags : {}), env: "one" }, cwd);
  }
});

test("what .env says gets to a configuration that is a function, and nowhere else", async () => {
  clear();
  const cwd = temporaryFolder({
    ".env": "SECRET_OF_THE_TEST=a$b\nBUN_OPTIONS=--preload=./nothing.ts\n",
    "yara.config.ts": `export default async ({ env, environment }) => ({
  app: env.SECRET_OF_THE_TEST + (process.env.SECRET_OF_THE_TEST ?? "") + environment,
  environments: { one: {} },
});`,
  });
  expect((await readSettings({ env: "one" }, cwd)).app).toBe("a$bone");
  expect(process.env.SECRET_OF_THE_TEST ?? process.env.BUN_OPTIONS).toBeUndefined();
});

test.each([
  ["plain#and a comment", "plain"],
  ["'a#b' # and a comment", "a#b"],
  ['"a#b\\n$c"', "a#b\n$c"],
  ["`a#b's`", "a#b's"],
])("in .env %s is %j", async (written, app) => {
  clear();
  const cwd = temporaryFolder({ ".env": `YARA_APP=${written}\n` });
  expect((await readSettings({}, cwd)).app).toBe(app);
});

test.each([
  ["in UTF-8", ["ef", "bb", "bf"], "utf8"],
  ["in UTF-16, as Windows PowerShell writes it", ["ff", "fe"], "utf16le"],
  ["in UTF-16, the other way round", ["fe", "ff"], "utf16be"],
] as const)(".env is read by its byte order mark: %s", async (_, mark, encoding) => {
  clear();
  const cwd = temporaryFolder();
  const text = "YARA_DIR=größe\r\nDATABASE_URL=sqlite:///app.db\r\n";
  const bytes = Buffer.from(text, encoding === "utf8" ? encoding : "utf16le");
  if (encoding === "utf16be") bytes.swap16();
  await Bun.write(join(cwd, ".env"), Buffer.concat([Buffer.from(mark.join(""), "hex"), bytes]));
  expect(await readSettings({}, cwd)).toMatchObject({ directory: "größe", database: "sqlite:///app.db" });
});

test("names of objects' own properties are no environments", async () => {
  clear();
  const cwd = temporaryFolder({ "yara.config.ts": "export default { environments: {} };" });
  expect((await rejection(readSettings({ env: "constructor" }, cwd))).message).toBe(
    "there is no environment constructor in yara.config.ts: it has none",
  );
});

describe("a configuration that nobody would write on purpose", () => {
  const cases: readonly (readonly [exported: string, message: string])[] = [
    ["{ dir: 10n }", "dir: must be text"],
    ["{ db: (() => { const loop = {}; loop.loop = loop; return loop; })() }", "db: must be text"],
    ["{ lockMode: { toString: null } }", "lockMode: an object is unknown"],
    ["{ toString: 1 }", "toString: unknown key"],
    ["{ environments: { one: { constructor: 1 } } }", "environments.one.constructor: unknown key"],
    ["{ get dir() { throw new Error('no dir') } }", "what it exports cannot be read: no dir"],
    [
      "new Proxy({}, { ownKeys() { throw { toString: null } } })",
      "what it exports cannot be read: an object was thrown, which is no error",
    ],
    [
      "() => { throw new Set() }",
      "the function that it exports failed: an object was thrown, which is no error",
    ],
    ["{ environments: [] }", "environments: must be an object of environments by their names"],
  ];
  for (const [exported, message] of cases) {
    test(`is refused: ${exported}`, async () => {
      clear();
      const cwd = temporaryFolder({ "yara.config.ts": `export default ${exported};` });
      const error = await rejection(readSettings({}, cwd));
      expect(error).toBeInstanceOf(UsageError);
      expect(error.message).toBe(`yara.config.ts: ${message}`);
    });
  }

  test("is read once: what a getter says next does not count", async () => {
    clear();
    const cwd = temporaryFolder({
      "yara.config.ts":
        "let reads = 0;\nexport default { get dir() { reads += 1; return 'read ' + reads; } };",
    });
    expect((await readSettings({}, cwd)).directory).toBe("read 1");
  });
});

test("a configuration is typed", () => {
  const config = defineConfig({
    env: "test",
    db: process.env.NOWHERE,
    environments: { test: { lockTimeout: "30s", lockMode: "row" }, production: { db: process.env.NOWHERE } },
  });
  const computed = defineConfig(({ env }) => ({ db: env.NOWHERE, quiet: true }));
  expect([typeof config, typeof computed]).toEqual(["object", "function"]);
  // Never called: the compiler is what tests it.
  const wrong = () => [
    // @ts-expect-error there is no such environment
    defineConfig({ env: "prod", environments: { test: {} } }),
    // @ts-expect-error a duration has a unit that is known
    defineConfig({ lockTimeout: "5 days" }),
    // @ts-expect-error there is no such mode
    defineConfig({ lockMode: "advisry" }),
    // @ts-expect-error there is no such key
    defineConfig({ directory: "db" }),
    // @ts-expect-error nor in an environment
    defineConfig({ environments: { test: { databse: "x" } } }),
    // @ts-expect-error nor where it is computed
    defineConfig(() => ({ lockTimeout: 5 })),
  ];
  expect(wrong).toBeFunction();
});

function clear(): void {
  for (const { variable } of KEYS.map(settingOf)) if (variable !== undefined) delete process.env[variable];
}
