import { Database } from "bun:sqlite";
import { afterEach, beforeAll, beforeEach, describe, expect, spyOn, test } from "bun:test";
import { chmodSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Recorder } from "../src/executor/recorder.ts";
import { nothingToDo, RECORDS } from "../src/nothing-to-do.ts";
import { buildBinary, yaraOrm } from "./support/binary.ts";
import { dialectFor } from "./support/dialects.ts";
import { asNobody } from "./support/nobody.ts";
import { temporaryFolder, write } from "./support/temporary-folder.ts";

beforeAll(buildBinary, 120_000);

const MIGRATION = `import { migrations as m } from "yara-orm";
export const operations = [m.createTable("TABLE", { id: m.int({ pk: true }) })];
`;

/** In an order in which the names are not sorted as the files are. */
const NAMES = ["0001_a", "0002_b", "0010_c", "0010_c-d"];

const FILES = Object.fromEntries(
  NAMES.map((name, at) => {
    const dependencies = `export const dependencies: string[] = ${JSON.stringify(NAMES.slice(0, at).slice(-1))};\n`;
    return [`migrations/${name}.ts`, MIGRATION.replace("TABLE", `t${at}`) + dependencies];
  }),
);

const URL = "sqlite:///app.db";

let folder: string;
let before: string;

beforeEach(async () => {
  folder = temporaryFolder(FILES);
  const first = await yaraOrm(["upgrade", "--db", URL], { cwd: folder });
  expect(first).toMatchObject({ code: 0 });
  before = process.cwd();
  process.chdir(folder);
});

afterEach(() => process.chdir(before));

type Variables = Readonly<Record<string, string>>;

/** What the whole tool answers: with an option before the command it is not asked here. */
async function wholeTool([command = "", ...words]: readonly string[], env: Variables) {
  const before = words.includes("--quiet") ? [] : ["--quiet"];
  return await yaraOrm([...before, ...words, command], { cwd: folder, env });
}

test.each<[string[], Variables]>([
  [["upgrade", "--db", URL], {}],
  [["upgrade", `--db=${URL}`, "--quiet"], {}],
  [["upgrade", "--json", "--db", URL, "--dir", "migrations"], {}],
  [["upgrade", "--dir=./migrations", "--app=models"], { DATABASE_URL: URL }],
  [["upgrade"], { DATABASE_URL: URL, YARA_DIR: "migrations/", YARA_APP: "models", YARA_QUIET: "" }],
  [["upgrade"], { DATABASE_URL: "sqlite:///./app.db", PGHOST: "elsewhere", FORCE_COLOR: "1" }],
])("%p with %p is answered as the whole tool answers it", async (words, env) => {
  const answer = nothingToDo(words, env);
  expect(answer).toBeDefined();
  expect(await wholeTool(words, env)).toEqual({ code: 0, stdout: `${answer}\n`, stderr: "" });
  expect(await yaraOrm(words, { cwd: folder, env })).toEqual({ code: 0, stdout: `${answer}\n`, stderr: "" });
});

test.each<[string[], Variables]>([
  [["upgrade"], {}],
  [["history", "--db", URL], {}],
  [["--db", URL, "upgrade"], {}],
  [["upgrade", "--db"], {}],
  [["upgrade", "--db", "--quiet"], {}],
  [["upgrade", "--db", URL, "--db", URL], {}],
  [["upgrade", "--db", URL, "--quiet", "--quiet"], {}],
  [["upgrade", "--db", URL, "--quiet=1"], {}],
  [["upgrade", "--db", URL, "--strict"], {}],
  [["upgrade", "--db", URL, "--plan"], {}],
  [["upgrade", "--db", URL, "--lock-timeout", "soon"], {}],
  [["upgrade", "--db", URL, "0001"], {}],
  [["upgrade", "--db", URL, "--", "x"], {}],
  [["upgrade", "--db", URL, "--no-quiet"], {}],
  [["upgrade", "--db", URL, "-h"], {}],
  [["upgrade", "--db", "", "--json"], { DATABASE_URL: URL }],
  [["upgrade", "--db", URL, "--dir", " "], {}],
  [["upgrade", "--db", URL, "--dir", ""], {}],
  [["upgrade", "--db", URL, "--dir", "nowhere"], {}],
  [["upgrade", "--db", URL, "--dir", "app.db"], {}],
  [["upgrade", "--db", URL, "--app", "other"], {}],
  [["upgrade", "--db", "app.db"], {}],
  [["upgrade", "--db", "sqlite:///nothing.db"], {}],
  [["upgrade", "--db", "sqlite:///migrations"], {}],
  [["upgrade", "--db", "sqlite:///"], {}],
  [["upgrade", "--db", "sqlite:///app%2Edb"], {}],
  [["upgrade", "--db", "sqlite:///app.db?mode=ro"], {}],
  [["upgrade", "--db", "sqlite:///migrations/../app.db"], {}],
  [["upgrade", "--db", "sqlite:///app.db#"], {}],
  [["upgrade", "--db", "sqlite:///:memory:"], {}],
  [["upgrade", "--db", "sqlite:///app.db "], {}],
  [["upgrade", "--db", "postgres://localhost/app"], {}],
  [["upgrade", "--db", URL], { YARA_LOCK_TIMEOUT: "soon" }],
  [["upgrade", "--db", URL], { YARA_CONFIG: "other.config.ts" }],
  [["upgrade", "--db", URL], { YARA_QUIET: "1" }],
  [["upgrade", "--db", URL], { YARA_DIR: "nowhere" }],
])("%p with %p is left to the whole tool", (words, env) => {
  expect(nothingToDo(words, env)).toBeUndefined();
});

describe("is left to the whole tool, which finds the same that it would find without this:", () => {
  const execute = (sql: string) => {
    using database = new Database("app.db");
    database.run(sql);
  };
  test.each<[string, () => void]>([
    ["a configuration", () => write(folder, "yara.config.ts", "throw 1;")],
    ["a .env", () => write(folder, ".env", "YARA_DIR=elsewhere")],
    ["a .env that is a folder", () => mkdirSync(".env")],
    ["a new migration", () => write(folder, "migrations/0011_e.ts", MIGRATION)],
    ["a file that is missing", () => rmSync("migrations/0002_b.ts")],
    ["a script without a number", () => write(folder, "migrations/seed.ts", "")],
    ["a script of another kind", () => write(folder, "migrations/0011_e.js", "")],
    ["a helper", () => write(folder, "migrations/_helper.ts", "")],
    ["a pipe", () => Bun.spawnSync(["/usr/bin/mkfifo", "migrations/0011_e.ts"])],
    [
      "a folder in the place of a file",
      () => {
        rmSync("migrations/0002_b.ts");
        mkdirSync("migrations/0002_b");
      },
    ],
    [
      "a number of five digits",
      () => {
        write(folder, "migrations/00011_e.ts", MIGRATION);
        execute(
          "INSERT INTO orm_migrations (app, name, applied_at) SELECT app, '00011_e', applied_at FROM orm_migrations LIMIT 1",
        );
      },
    ],
    ["an empty directory", () => rmSync("migrations", { recursive: true })],
    ["nothing applied", () => execute("DELETE FROM orm_migrations")],
    ["no table", () => execute("DROP TABLE orm_migrations")],
    [
      "a record that is the name of no migration",
      () => {
        write(folder, "migrations/seed.ts", "");
        execute(
          "INSERT INTO orm_migrations (app, name, applied_at) SELECT app, 'seed', applied_at FROM orm_migrations LIMIT 1",
        );
      },
    ],
    [
      "a record with another file's name in it",
      () => {
        execute("DELETE FROM orm_migrations WHERE name IN ('0001_a', '0002_b')");
        execute(
          "INSERT INTO orm_migrations (app, name, applied_at) SELECT app, '0001_a.ts/0002_b', applied_at FROM orm_migrations LIMIT 1",
        );
      },
    ],
    ["what is no database", () => write(folder, "app.db", "Once upon a time there was a file. ".repeat(99))],
    ["an empty file", () => write(folder, "app.db", "")],
  ])("%s", async (_, change) => {
    change();
    expect(nothingToDo(["upgrade", "--db", URL], {})).toBeUndefined();
    const whole = await wholeTool(["upgrade", "--db", URL], {});
    // It may have changed something: the answer is told by what is left.
    if (whole.code !== 0)
      expect(await yaraOrm(["upgrade", "--quiet", "--db", URL], { cwd: folder })).toEqual(whole);
  });

  test("somebody at work on the file, for whom it waits", async () => {
    using other = new Database("app.db");
    other.run("BEGIN EXCLUSIVE");
    expect(nothingToDo(["upgrade", "--db", URL], {})).toBeUndefined();
    const waiting = yaraOrm(["upgrade", "--db", URL], { cwd: folder });
    await Bun.sleep(300);
    other.run("COMMIT");
    expect(await waiting).toMatchObject({ code: 0, stdout: "applied: nothing to apply\n" });
  });
});

test("the table of the records is known to the letter", () => {
  using database = new Database("app.db");
  const stored = database.query("SELECT sql FROM sqlite_schema WHERE name = ?").values(RECORDS.name);
  expect(stored).toEqual([[RECORDS.sql]]);
  expect(new Recorder(dialectFor("sqlite"), "models").create()).toEqual([RECORDS.sql]);
});

test("records in a table that another tool has made are read all the same", () => {
  using database = new Database("app.db");
  database.run(`ALTER TABLE orm_migrations RENAME TO old;
    CREATE TABLE orm_migrations (name TEXT, app TEXT, applied_at TIMESTAMP, id INTEGER PRIMARY KEY);
    INSERT INTO orm_migrations SELECT name, app, applied_at, id FROM old`);
  expect(nothingToDo(["upgrade", "--db", URL], {})).toBe("applied: nothing to apply");
});

test("records as the tool writes them are read without a query", () => {
  using prepare = spyOn(Database.prototype, "prepare");
  expect(nothingToDo(["upgrade", "--db", URL], {})).toBe("applied: nothing to apply");
  expect(prepare).not.toHaveBeenCalled();
});

const ANOTHER = "INSERT INTO orm_migrations (app, name, applied_at) VALUES";

test.each([
  "UPDATE orm_migrations SET applied_at = '2026-11-27'",
  "UPDATE orm_migrations SET applied_at = 20261127 WHERE name = '0002_b'",
  `${ANOTHER} ('other', '0001_a', '2026-11-27 10:00:00.000')`,
  // In the same bytes: a length, a key, a header and texts, of which the second holds all of that as well.
  `${ANOTHER} ('others', '0001_a' || char(46, 9, 5, 0, 25, 25, 59) || 'models0011_x', '2026-11-27 10:00:00.000')`,
  `${ANOTHER} ('', 'models0011_x', '2026-11-27 10:00:00.000')`,
  `${ANOTHER} ('models0', '011_x', '2026-11-27 10:00:00.000')`,
  `${ANOTHER} ('${"x".repeat(60)}', '0011_x', '2026-11-27 10:00:00.000')`,
])("other records are read with a query: %s", (sql) => {
  using database = new Database("app.db");
  database.run(sql);
  using prepare = spyOn(Database.prototype, "prepare");
  expect(nothingToDo(["upgrade", "--db", URL], {})).toBe("applied: nothing to apply");
  expect(prepare).toHaveBeenCalledTimes(1);
});

test("a record that is there twice is not the one of another file", () => {
  using database = new Database("app.db");
  database.run(`ALTER TABLE orm_migrations RENAME TO old;
    CREATE TABLE orm_migrations (id INTEGER PRIMARY KEY, app TEXT, name TEXT, applied_at TEXT);
    INSERT INTO orm_migrations SELECT * FROM old;
    UPDATE orm_migrations SET name = '0001_a' WHERE name = '0002_b'`);
  expect(nothingToDo(["upgrade", "--db", URL], {})).toBeUndefined();
});

test("a label of more characters than a byte can tell is read", () => {
  const label = "m".repeat(70);
  using database = new Database("app.db");
  database.run("UPDATE orm_migrations SET app = ?", [label]);
  expect(nothingToDo(["upgrade", "--db", URL, "--app", label], {})).toBe("applied: nothing to apply");
  expect(nothingToDo(["upgrade", "--db", URL, "--app", "m".repeat(69)], {})).toBeUndefined();
});

test.each([
  ["models", "mödels"],
  // The bytes of the one are the characters of the other.
  ["é", "Ã©"],
])("the records of the app %p are not those of %p", (stored, asked) => {
  using database = new Database("app.db");
  database.run("UPDATE orm_migrations SET app = ?", [stored]);
  expect(nothingToDo(["upgrade", "--db", URL, "--app", asked], {})).toBeUndefined();
});

test("a file with a write-ahead log is left as it was", () => {
  {
    using database = new Database("app.db");
    database.run("PRAGMA journal_mode = WAL");
  }
  const entries = readdirSync(".").sort();
  expect(nothingToDo(["upgrade", "--db", URL], {})).toBe("applied: nothing to apply");
  expect(readdirSync(".").sort()).toEqual(entries);
});

test("a file that may only be read is read", async () => {
  chmodSync(folder, 0o555);
  chmodSync("app.db", 0o444);
  const upgrade = await asNobody(folder)("upgrade", "--db", URL);
  expect(upgrade).toEqual({ code: 0, stdout: "applied: nothing to apply\n", stderr: "" });
});

test("an output that cannot be written is told of by the whole tool", async () => {
  const shell = `"$0" upgrade --db ${URL} > /dev/full`;
  const binary = join(import.meta.dir, "../dist/yara-orm");
  const run = Bun.spawnSync(["/bin/sh", "-c", shell, binary], { cwd: folder, stderr: "pipe" });
  expect(run.exitCode).toBe(1);
  expect(run.stderr.toString()).toContain("the output could not be written");
});
