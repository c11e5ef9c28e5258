import { Database } from "bun:sqlite";
import { describe, expect, test } from "bun:test";
import { chmodSync, cpSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { openConnection } from "../../src/connection/open.ts";
import { run, yaraOrm } from "../support/binary.ts";
import { asNobody } from "../support/nobody.ts";
import { smallDisk } from "../support/small-disk.ts";
import { temporaryFolder, write } from "../support/temporary-folder.ts";

const FILES = {
  "models.ts": `import { defineModel, fields } from "yara-orm";
export const Item = defineModel("Item", { name: fields.text({ null: true }), colour: fields.text({ null: true }) });
`,
  "migrations/0001_initial.ts": `import { migrations as m } from "yara-orm";
export const operations = [
  m.createTable("item", { id: m.int({ pk: true }), name: m.text() }),
  m.runSQL("INSERT INTO item (name) VALUES ('Ada'), ('Bob')", { reverse: [] }),
];
`,
};

/** The first is what SQLite does by itself, the second a rebuild of the table, the third is not a transaction. */
const NEXT = {
  "migrations/0002_next.ts": `import { migrations as m } from "yara-orm";
export const dependencies = ["0001_initial"];
export const operations = [
  m.addColumn("item", "size", m.int({ default: 3 }), { fill: 3 }),
  m.alterColumn("item", "name", m.text({ null: true })),
];
`,
  "migrations/0003_steps.ts": `import { migrations as m } from "yara-orm";
export const dependencies = ["0002_next"];
export const atomic = false;
export const operations = [m.runSQL("UPDATE item SET size = 4", { reverse: [] }), m.dropColumn("item", "size")];
`,
};

async function names(path: string): Promise<unknown[]> {
  const connection = await openConnection(path);
  const rows = await connection.query("SELECT name FROM item ORDER BY id");
  await connection.close();
  return rows.map(({ name }) => name);
}

describe("a file system that is read-only", () => {
  const READ_ONLY = /read-only file system \(EROFS\)$/m;
  const HINT = /^hint: the file system is read-only: mount it for writing, or name a folder elsewhere$/m;

  test("gets no file from any command, and the error names it", async () => {
    const disk = smallDisk(1024);
    const cwd = disk.folder;
    cpSync(temporaryFolder(FILES), cwd, { recursive: true });
    const elsewhere = temporaryFolder();
    const db = ["--db", join(elsewhere, "app.db")];
    expect((await yaraOrm(["upgrade", ...db], { cwd })).code).toBe(0);
    const before = readdirSync(cwd, { recursive: true });
    disk.remount("ro");
    const fill = ["makemigrations", "--allow-destructive", "--no-fill"];
    const writing: readonly (readonly [readonly string[], string])[] = [
      [["makemigrations", "--empty"], "the migration file migrations/0002_empty.ts cannot be written"],
      [["makemigrations", "--name", "more", "--no-input"], "migrations/0002_more.ts cannot be written"],
      [[...fill, "--json"], "migrations/0002_"],
      [["makemigrations", "--empty", "--dir", "other/deep"], "other/deep cannot be created"],
      [["init"], "yara-orm.d.ts cannot be written"],
      [["init", "--dir", "other"], "other cannot be created"],
      [["inspect", ...db, "--out", "found.ts"], "the file found.ts cannot be written"],
    ];
    for (const [words, named] of writing) {
      const refused = await yaraOrm(words, { cwd });
      expect({ words, code: refused.code }).toEqual({ words, code: 1 });
      expect(refused.stderr).toContain(named);
      expect(refused.stderr).toMatch(READ_ONLY);
      expect(refused.stderr).toMatch(HINT);
      expect(refused.stderr).not.toContain("--debug");
    }
    // What writes no file goes on.
    for (const words of [["upgrade"], ["heads"], ["history"], ["diff"], ["verify"], ["sqlmigrate", "1"]]) {
      const done = await yaraOrm([...words, ...(words[0] === "verify" ? [] : db)], { cwd });
      expect({ words, code: done.code }).toEqual({ words, code: 0 });
    }
    disk.remount("rw");
    expect(readdirSync(cwd, { recursive: true })).toEqual(before);
    const written = await yaraOrm(["makemigrations", "--name", "more"], { cwd });
    expect(written).toMatchObject({ code: 0, stdout: "created 0002_more.ts\n" });
  });

  test("keeps a SQLite file as it is, which is read, and upgraded once it may be written", async () => {
    const disk = smallDisk(1024);
    const cwd = temporaryFolder(FILES);
    const path = join(disk.folder, "app.db");
    const db = ["--db", path];
    expect((await yaraOrm(["upgrade", ...db], { cwd })).code).toBe(0);
    for (const [name, text] of Object.entries(NEXT)) write(cwd, name, text);
    const before = readFileSync(path);
    disk.remount("ro");
    const refusals: readonly (readonly [readonly string[], string])[] = [
      [["upgrade"], "applying 0002_next failed"],
      [["downgrade", "zero", "--confirm", "app.db"], "reverting 0001_initial failed"],
      [["upgrade", "--dry-run"], "applying 0002_next failed"],
    ];
    for (const [words, failed] of refusals) {
      const refused = await yaraOrm([...words, ...db], { cwd });
      expect({ words, code: refused.code, stdout: refused.stdout }).toEqual({ words, code: 1, stdout: "" });
      expect(refused.stderr).toContain(`error: ${failed}`);
      expect(refused.stderr).toContain(`attempt to write a readonly database: ${path} (SQLITE_READONLY)`);
      expect(refused.stderr).toContain(`hint: allow writing to ${path} and to its folder`);
      expect(refused.stderr).toMatch(/nothing of this migration was (applied|reverted); mend that and run/);
    }
    const fresh = await yaraOrm(["upgrade", "--db", join(disk.folder, "new.db")], { cwd });
    expect(fresh).toMatchObject({ code: 1, stdout: "" });
    expect(fresh.stderr).toContain(`error: cannot create the SQLite database ${disk.folder}/new.db: `);
    expect(fresh.stderr).toContain(`hint: allow writing to the folder ${disk.folder}, `);
    const heads = await yaraOrm(["heads", ...db], { cwd });
    expect(heads.stdout).toBe("  [x] 0001_initial\n  [ ] 0002_next\n  [ ] 0003_steps\n");
    expect(heads.code).toBe(0);
    expect(readFileSync(path)).toEqual(before);
    expect(readdirSync(disk.folder)).toEqual(["app.db"]);
    disk.remount("rw");
    const upgraded = await yaraOrm(["upgrade", ...db], { cwd });
    expect(upgraded).toMatchObject({ code: 0, stdout: "applied: 0002_next, 0003_steps\n" });
    expect(await names(path)).toEqual(["Ada", "Bob"]);
  });

  test("says what a transaction that was cut off, and a write-ahead log, need to be read", async () => {
    const disk = smallDisk(1024);
    const cwd = temporaryFolder(FILES);
    const [cutOff, logged] = [join(disk.folder, "cut-off.db"), join(disk.folder, "logged.db")];
    for (const path of [cutOff, logged]) {
      expect((await yaraOrm(["upgrade", "--db", path], { cwd })).code).toBe(0);
    }
    const walking = new Database(logged);
    walking.run("PRAGMA journal_mode = WAL");
    walking.run("UPDATE item SET name = 'Cleo' WHERE id = 1");
    walking.close();
    await cutOffIn(cutOff);
    expect(readdirSync(disk.folder).sort()).toEqual(["cut-off.db", "cut-off.db-journal", "logged.db"]);
    disk.remount("ro");
    const first = await yaraOrm(["heads", "--db", cutOff], { cwd });
    expect(first).toMatchObject({ code: 1, stdout: "" });
    expect(first.stderr).toContain(
      "hint: a transaction in it that was cut off has to be undone before it can be read: allow writing to ",
    );
    const second = await yaraOrm(["heads", "--db", logged], { cwd });
    expect(second).toMatchObject({ code: 1, stdout: "" });
    expect(second.stderr).toContain(
      "a database with a write-ahead log (journal_mode WAL) has to write there",
    );
    disk.remount("rw");
    for (const path of [cutOff, logged]) {
      const heads = await yaraOrm(["heads", "--db", path], { cwd });
      expect(heads).toMatchObject({ code: 0, stdout: "  [x] 0001_initial\n", stderr: "" });
    }
    expect(readdirSync(disk.folder)).not.toContain("cut-off.db-journal");
    expect(await names(cutOff)).toEqual(["Ada", "Bob"]);
    expect(await names(logged)).toEqual(["Cleo", "Bob"]);
  });
});

/** Has a process write into the file in a transaction that it does not live to end. */
async function cutOffIn(path: string): Promise<void> {
  const script = `
import { Database } from "bun:sqlite";
const database = new Database(process.argv[1]);
// Without room for changed pages they go to the file before the COMMIT.
database.run("PRAGMA cache_size = 1");
database.run("BEGIN");
database.run("UPDATE item SET name = 'lost'");
database.run("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000) INSERT INTO item (name) SELECT 'lost' FROM n");
process.kill(process.pid, "SIGKILL");
`;
  const killed = await run([process.execPath, "-e", script, path], { cwd: dirname(path), env: {} });
  expect({ ...killed, code: null }).toEqual({ stdout: "", stderr: "", code: null });
}

describe("a folder in which only its owner may write", () => {
  test("has no room for the journal of a SQLite file, although that itself may be written", async () => {
    const cwd = temporaryFolder(FILES);
    mkdirSync(join(cwd, "data"));
    const path = join(cwd, "data/app.db");
    expect((await yaraOrm(["upgrade", "--db", path], { cwd })).code).toBe(0);
    for (const [name, text] of Object.entries(NEXT)) write(cwd, name, text);
    chmodSync(path, 0o666);
    chmodSync(join(cwd, "data"), 0o555);
    const before = readFileSync(path);
    chmodSync(cwd, 0o755);
    const nobody = asNobody(cwd);
    const refused = await nobody("upgrade", "--db", path);
    expect(refused).toMatchObject({ code: 1, stdout: "" });
    expect(refused.stderr).toMatch(/^error: applying 0002_next failed.*app\.db \(SQLITE_\w+\)$/m);
    expect(refused.stderr).toMatch(/^hint: .*its folder/m);
    expect(refused.stderr).toContain("nothing of this migration was applied; mend that and run");
    expect((await nobody("heads", "--db", path)).code).toBe(0);
    chmodSync(join(cwd, "data"), 0o777);
    expect(readFileSync(path)).toEqual(before);
    const upgraded = await nobody("upgrade", "--db", path);
    expect(upgraded).toMatchObject({ code: 0, stdout: "applied: 0002_next, 0003_steps\n" });
    expect(await names(path)).toEqual(["Ada", "Bob"]);
  });

  test("gets no migrations folder and no models", async () => {
    const cwd = temporaryFolder(FILES);
    expect((await yaraOrm(["upgrade", "--db", "app.db"], { cwd })).code).toBe(0);
    const nobody = asNobody(cwd);
    chmodSync(cwd, 0o555);
    const before = readdirSync(cwd, { recursive: true });
    for (const words of [
      ["init", "--dir", "other"],
      ["inspect", "--db", "app.db", "--out", "found.ts"],
      ["init"],
    ]) {
      const refused = await nobody(...words);
      expect({ words, code: refused.code }).toEqual({ words, code: 1 });
      expect(refused.stderr).toMatch(/cannot be (created|written): permission denied \(EACCES\)$/m);
      expect(refused.stderr).toMatch(/^hint: allow this user to write to the folder /m);
    }
    chmodSync(cwd, 0o755);
    expect(readdirSync(cwd, { recursive: true })).toEqual(before);
  });
});
