import { expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { yaraOrm } from "../support/binary.ts";
import { onlyPostgres, onlySqlite } from "../support/databases.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const project = () =>
  temporaryFolder({
    "migrations/0001_initial.ts": `import { migrations as m } from "yara-orm";
export const operations = [m.createTable("user", { id: m.int({ pk: true }), name: m.text() })];
`,
    "migrations/0002_less.ts": `import { migrations as m } from "yara-orm";
export const dependencies = ["0001"];
export const operations = [m.dropColumn("user", "name")];
`,
  });

onlyPostgres("a plan", (db) => {
  test("needs a role that may read, and says that what it may not read could hold something", async () => {
    const { url, connection } = await db.create();
    const cwd = project();
    const role = `reader_${crypto.randomUUID().replaceAll("-", "")}`;
    const readerUrl = url.replace(/\/\/[^@]*@/, `//${role}@`);
    await connection.execute([`CREATE ROLE ${role} LOGIN`]);
    try {
      const fresh = await yaraOrm(["upgrade", "--plan", "--db", readerUrl], { cwd });
      expect(fresh).toMatchObject({ code: 0, stderr: "" });
      expect(fresh.stdout).toContain("0002_less\n  drop column name of user  (destructive, but");

      expect((await yaraOrm(["upgrade", "1", "--db", url], { cwd })).code).toBe(0);
      await connection.execute([
        `GRANT SELECT ON orm_migrations, orm_migration_details TO ${role}`,
        `INSERT INTO "user" (name) VALUES ('Ada')`,
      ]);
      const unread = await yaraOrm(["upgrade", "--plan", "--db", readerUrl], { cwd });
      expect(unread.stdout).toBe(
        "0002_less\n  drop column name of user  (destructive: user.name may not be read, and may hold values)\n",
      );
      await connection.execute([`GRANT SELECT ON "user" TO ${role}`, `DELETE FROM "user"`]);
      const read = await yaraOrm(["upgrade", "--plan", "--db", readerUrl], { cwd });
      expect(read.stdout).toBe(
        "0002_less\n  drop column name of user  (destructive, but there is nothing to lose)\n",
      );
    } finally {
      await connection.execute([`DROP OWNED BY ${role}`, `DROP ROLE ${role}`]);
    }
  });

  test("a dry run finds constraints that are checked at the end of each migration", async () => {
    const { url, connection } = await db.create();
    const cwd = temporaryFolder({
      "migrations/0001_initial.ts": `import { migrations as m } from "yara-orm";
export const operations = [
  m.createTable("a", { id: m.int({ pk: true }) }),
  m.createTable("b", { a_id: m.int() }, { foreignKeys: [
    { columns: ["a_id"], references: { table: "a", columns: ["id"] }, deferrable: "deferred" },
  ] }),
];
`,
      "migrations/0002_rows.ts": `import { migrations as m } from "yara-orm";
export const dependencies = ["0001"];
export const operations = [m.runSQL(["INSERT INTO b VALUES (1)", "INSERT INTO a VALUES (1)"])];
`,
      "migrations/0003_more.ts": `import { migrations as m } from "yara-orm";
export const dependencies = ["0002"];
export const operations = [m.addColumn("b", "n", m.int({ null: true })), m.runSQL("INSERT INTO b VALUES (2)")];
`,
    });
    const good = await yaraOrm(["upgrade", "2", "--dry-run", "--db", url], { cwd });
    expect(good).toMatchObject({ code: 0, stdout: "would apply: 0001_initial, 0002_rows\n" });
    const bad = await yaraOrm(["upgrade", "--dry-run", "--db", url], { cwd });
    expect(bad.code).toBe(1);
    expect(bad.stderr).toContain("applying 0003_more failed");
    const [tables] = await connection.query(
      "SELECT count(*)::int AS n FROM pg_tables WHERE schemaname = 'public'",
    );
    expect(tables).toEqual({ n: 0 });
  });

  test("a dry run ends where a value of an enum has to be committed first", async () => {
    const { url } = await db.create();
    const cwd = temporaryFolder({
      "migrations/0001_initial.ts": `import { migrations as m } from "yara-orm";
export const operations = [
  m.createEnum("mood", ["fine"]),
  m.createTable("a", { mood: m.enum("mood", { null: true }) }),
];
`,
      "migrations/0002_more.ts": `import { migrations as m } from "yara-orm";
export const dependencies = ["0001"];
export const operations = [m.runSQL("ALTER TYPE mood ADD VALUE 'sad'")];
`,
      "migrations/0003_use.ts": `import { migrations as m } from "yara-orm";
export const dependencies = ["0002"];
export const operations = [m.runSQL("INSERT INTO a VALUES ('sad')")];
`,
    });
    expect((await yaraOrm(["upgrade", "1", "--db", url], { cwd })).code).toBe(0);
    const tried = await yaraOrm(["upgrade", "--dry-run", "--db", url], { cwd });
    expect(tried.stderr).not.toContain("error");
    expect(tried).toMatchObject({ code: 0 });
    expect(tried.stdout).toContain(
      "not tried: 0003_use: run SQL and all that follows needs a value of an enum that is committed before",
    );
    expect((await yaraOrm(["upgrade", "--db", url], { cwd })).code).toBe(0);
  });
});

onlySqlite("a plan and a dry run", (db) => {
  test("create no file and change none", async () => {
    const url = await db.createUrl();
    const path = url.replace(/^sqlite:\/\/\//, "");
    const cwd = project();
    for (const option of ["--plan", "--dry-run"]) {
      expect((await yaraOrm(["upgrade", option, "--db", url], { cwd })).code).toBe(0);
      expect(existsSync(join("/", path))).toBe(false);
    }
    expect((await yaraOrm(["upgrade", "1", "--db", url], { cwd })).code).toBe(0);
    const before = readFileSync(join("/", path));
    for (const option of ["--plan", "--dry-run"]) {
      expect((await yaraOrm(["upgrade", option, "--db", url], { cwd })).code).toBe(0);
      expect(readFileSync(join("/", path)).equals(before)).toBe(true);
    }
  });
});
