import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { chmodSync, existsSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { commands } from "../../src/commands/all.ts";
import { openConnection } from "../../src/connection/open.ts";
import { type Finished, requireBinary, run, yaraOrm } from "../support/binary.ts";
import { onlyPostgres } from "../support/databases.ts";
import { temporaryFolder, write } from "../support/temporary-folder.ts";

/** Every example of the help is run as it stands there, in a project in which somebody could mean it. */

const POSTGRES = "postgres://user@localhost/app";
const DB = ["--db", "sqlite:///app.db"];

const models = (more = "") => `import { defineModel, fields } from "yara-orm";
export const User = defineModel("User", { id: fields.int({ pk: true }), name: fields.text(), ${more} });
`;

/** Three migrations, and the models that they lead to. */
function project(): string {
  const text = (dependency: string, operations: string) => `import { migrations as m } from "yara-orm";
export const dependencies: string[] = [${dependency}];
export const operations = [${operations}];
`;
  return temporaryFolder({
    "models.ts": models("age: fields.int({ null: true })"),
    "migrations/0001_initial.ts": text(
      "",
      'm.createTable("user", { id: m.int({ pk: true }), name: m.text() })',
    ),
    "migrations/0002_add_age.ts": text('"0001_initial"', ""),
    "migrations/0003_user_age.ts": text(
      '"0002_add_age"',
      'm.addColumn("user", "age", m.int({ null: true }))',
    ),
  });
}

async function done(words: readonly string[], cwd: string): Promise<void> {
  expect(await yaraOrm(words, { cwd })).toMatchObject({ code: 0 });
}

type Prepare = (cwd: string) => Promise<void> | void;

const applied: Prepare = (cwd) => done(["upgrade", ...DB], cwd);
const nothing: Prepare = () => {};

/** The second migration of the project is done in part. */
const halfApplied: Prepare = async (cwd) => {
  const text = (statement: string) => `import { migrations as m } from "yara-orm";
export const dependencies = ["0001_initial"];
export const atomic = false;
export const operations = [m.runSQL("SELECT 1", { reverse: [] }), m.runSQL("${statement}", { reverse: [] })];
`;
  write(cwd, "migrations/0002_add_age.ts", text("SELECT wrong"));
  expect(await yaraOrm(["upgrade", ...DB], { cwd })).toMatchObject({ code: 1 });
  write(cwd, "migrations/0002_add_age.ts", text("SELECT 2"));
};

const PREPARED: Readonly<Record<string, Prepare>> = {
  init: (cwd) => rmSync(join(cwd, "migrations"), { recursive: true }),
  "makemigrations --models src/models.ts": (cwd) =>
    write(cwd, "src/models.ts", models("city: fields.text({ null: true })")),
  "makemigrations --name add_age": (cwd) =>
    write(cwd, "models.ts", models("age: fields.bigInt({ null: true })")),
  "makemigrations --fill user.age=18": (cwd) => write(cwd, "models.ts", models("age: fields.int()")),
  "makemigrations --rename article=post --rename post.body=post.content --new post.summary": renames,
  "makemigrations --answers answers.json": async (cwd) => {
    await renames(cwd);
    const answers = [
      { rename: "article=post" },
      { rename: "post.body=post.content" },
      { new: "post.summary" },
    ];
    write(cwd, "answers.json", JSON.stringify({ answers }));
  },
  "upgrade --fake-initial": async (cwd) => {
    await done(["upgrade", "1", ...DB], cwd);
    const connection = await openConnection(join(cwd, "app.db"));
    await connection.execute(["DROP TABLE orm_migrations", "DROP TABLE orm_migration_details"]);
    await connection.close();
  },
  "resolve 0002 --resume": halfApplied,
  "resolve 0002 --applied": halfApplied,
  "resolve 0002 --reverted": halfApplied,
  "resolve 0002 --rehash --db sqlite:///app.db": async (cwd) => {
    await applied(cwd);
    const text = await Bun.file(join(cwd, "migrations/0002_add_age.ts")).text();
    write(cwd, "migrations/0002_add_age.ts", `${text}export const atomic = false;\n`);
  },
  "verify 0002_user_age": (cwd) => renumber(cwd),
  "sqlmigrate 1 | sqlite3 app.db": sqlite3,
  [`inspect --db ${POSTGRES} --out models.ts`]: (cwd) => rmSync(join(cwd, "models.ts")),
};

async function renames(cwd: string): Promise<void> {
  const article = `export const Article = defineModel("Article", { body: fields.text(), note: fields.text({ null: true }) });\n`;
  write(cwd, "models.ts", models("age: fields.int({ null: true })") + article);
  await done(["makemigrations"], cwd);
  const post = `export const Post = defineModel("Post", { content: fields.text(), summary: fields.text({ null: true }) });\n`;
  write(cwd, "models.ts", models("age: fields.int({ null: true })") + post);
}

/** Of the second migration the name is user_age. */
async function renumber(cwd: string): Promise<void> {
  const text = await Bun.file(join(cwd, "migrations/0003_user_age.ts")).text();
  rmSync(join(cwd, "migrations/0003_user_age.ts"));
  rmSync(join(cwd, "migrations/0002_add_age.ts"));
  write(cwd, "migrations/0002_user_age.ts", text.replace("0002_add_age", "0001_initial"));
}

/** Not every machine has the program. */
function sqlite3(cwd: string): void {
  const program = join(cwd, "sqlite3");
  const script = `import { Database } from "bun:sqlite"; new Database(process.argv[2]).run(await Bun.stdin.text());\n`;
  writeFileSync(join(cwd, "sqlite3.js"), script);
  writeFileSync(program, `#!/bin/sh\nexec "${process.execPath}" "${join(cwd, "sqlite3.js")}" "$@"\n`);
  chmodSync(program, 0o755);
}

/** What is true of a project before a command: most look at a database that has everything. */
function preparation(example: string): Prepare {
  const prepare = PREPARED[example];
  if (prepare !== undefined) return prepare;
  return /^(upgrade|init|makemigrations|completion|sqlmigrate|verify)\b|postgres:/.test(example)
    ? nothing
    : applied;
}

async function runExample(example: string, url = ""): Promise<{ finished: Finished; cwd: string }> {
  const cwd = project();
  await preparation(example)(cwd);
  symlinkSync(requireBinary(), join(cwd, "yara-orm"));
  const finished = await run(["/bin/sh", "-c", `yara-orm ${example}`.replace(POSTGRES, url)], {
    cwd,
    env: { PATH: `${cwd}:/usr/bin:/bin`, DATABASE_URL: "sqlite:///app.db" },
  });
  return { finished, cwd };
}

const examples = commands.flatMap((command) =>
  command.examples.map((example) => (typeof example === "string" ? example : example.run)),
);

test("every command has examples, each its own and each with a reason", () => {
  expect(commands.filter((command) => command.examples.length === 0)).toEqual([]);
  expect(examples.toSorted()).toEqual([...new Set(examples)].toSorted());
  for (const { name, examples: own } of commands) {
    for (const example of own) expect(typeof example === "string" ? example : example.run).toStartWith(name);
  }
  // A preparation for an example that is gone would hide that.
  expect(Object.keys(PREPARED).filter((example) => !examples.includes(example))).toEqual([]);
});

for (const example of examples.filter((text) => !text.includes(POSTGRES))) {
  test(`yara-orm ${example}`, async () => {
    const { finished } = await runExample(example);
    expect({ ...finished, stdout: "" }).toMatchObject({ code: 0 });
    expect(finished.stderr).not.toContain("error");
  });
}

onlyPostgres("an example", (db) => {
  for (const example of examples.filter((text) => text.includes(POSTGRES))) {
    test(`yara-orm ${example}`, async () => {
      const { url, connection } = await db.create();
      await connection.execute([
        "CREATE SCHEMA billing",
        "CREATE TABLE billing.invoice (id integer PRIMARY KEY)",
      ]);
      const { finished } = await runExample(example, url);
      expect({ ...finished, stdout: "" }).toMatchObject({ code: 0 });
      expect(finished.stderr).not.toContain("error");
    });
  }
});

test("the examples do what they say", async () => {
  const upgraded = await runExample("upgrade --db sqlite:///app.db");
  expect(upgraded.finished.stdout).toBe("applied: 0001_initial, 0002_add_age, 0003_user_age\n");
  const piped = await runExample("sqlmigrate 1 | sqlite3 app.db");
  const names = new Database(join(piped.cwd, "app.db")).query(
    "SELECT name FROM sqlite_schema WHERE type = 'table'",
  );
  expect(names.values()).toContainEqual(["user"]);
  const written = await runExample("completion fish > yara-orm.fish");
  expect(existsSync(join(written.cwd, "yara-orm.fish"))).toBe(true);
  const renamed = await runExample(
    "makemigrations --rename article=post --rename post.body=post.content --new post.summary",
  );
  expect(renamed.finished.stdout).toMatch(/^created 0005_\w+\.ts\n$/);
});
