import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { chmodSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { openConnection } from "../../src/connection/open.ts";
import { advisoryLock } from "../../src/dialects/postgres/advisory-lock.ts";
import { rowLock } from "../../src/dialects/postgres/row-lock.ts";
import { yaraOrm } from "../support/binary.ts";
import { onlyPostgres } from "../support/databases.ts";
import { expectJsonOutput } from "../support/json-output.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const project = () =>
  temporaryFolder({
    "migrations/0001_item.ts": `import { migrations as m } from "yara-orm";
export const operations = [m.createTable("item", { id: m.int({ pk: true }) })];
`,
  });

onlyPostgres("status", (db) => {
  test("tells who holds the lock, of whichever kind", async () => {
    const cwd = project();
    const { url, connection } = await db.create();
    const holder = await db.open(`${url}?application_name=deploy-7`);
    const [row] = await holder.query<{ pid: number }>("SELECT pg_backend_pid() AS pid");
    const [advisory, inRow] = [advisoryLock("models"), rowLock("models")];
    expect(await advisory.take(holder)).toBe(true);
    const held = await yaraOrm(["status", "--db", url], { cwd });
    expect(held.stdout).toMatch(
      new RegExp(
        `^lock +held by another migrator \\(pid ${row?.pid}, deploy-7, since [-\\d]+T[:.\\d]+Z\\)$`,
        "m",
      ),
    );
    expect(await inRow.take(holder)).toBe(true);
    const both = JSON.parse((await yaraOrm(["status", "--json", "--db", url], { cwd })).stdout);
    expect(both.locks).toMatchObject([
      { mode: "advisory", pid: row?.pid, application: "deploy-7" },
      { mode: "row", application: "deploy-7" },
    ]);
    await advisory.release(holder);
    await connection.execute(["UPDATE orm_lock SET expires_at = now() - interval '1 hour'"]);
    const expired = await yaraOrm(["status", "--db", url], { cwd });
    expect(expired.stdout).toMatch(/^lock +held by .*deploy-7.*, in orm_lock; its time is over/m);
    await inRow.release(holder);
    expect((await yaraOrm(["status", "--db", url], { cwd })).stdout).not.toContain("lock");
  });

  test("needs no more than to read, and tells the rest where it may not read something", async () => {
    const cwd = project();
    const { url, connection } = await db.create();
    expect((await yaraOrm(["upgrade", "--db", url], { cwd })).code).toBe(0);
    const role = `reader_${process.pid}_${Math.floor(performance.now())}`;
    await connection.execute([`CREATE ROLE ${role} LOGIN`, `GRANT SELECT ON orm_migrations TO ${role}`]);
    try {
      const reader = new URL(url);
      reader.username = role;
      reader.password = "";
      const some = await yaraOrm(["status", "--db", reader.href], { cwd });
      expect({ code: some.code, stderr: some.stderr }).toEqual({ code: 0, stderr: "" });
      expect(some.stdout).toMatch(/^applied +1, the last 0001_item at/m);
      expect(some.stdout).toMatch(/^problem +.*permission denied for table orm_migration_details/m);
      await connection.execute([`GRANT SELECT ON ALL TABLES IN SCHEMA public TO ${role}`]);
      const all = await yaraOrm(["status", "--db", reader.href], { cwd });
      expect(all.code).toBe(0);
      expect(all.stdout).not.toContain("problem");
    } finally {
      await connection.execute([`DROP OWNED BY ${role}`, `DROP ROLE ${role}`]);
    }
  });
});

test("status tells on Linux who writes to a SQLite file, and advises nothing meanwhile", async () => {
  const cwd = project();
  const status = async (...words: string[]) =>
    (await yaraOrm(["status", "--db", "sqlite:///app.db", ...words], { cwd })).stdout;
  using application = new Database(join(cwd, "app.db"), { create: true });
  application.run("BEGIN IMMEDIATE; CREATE TABLE other (id)");
  const [shown, json] = [await status(), await status("--json")];
  application.run("COMMIT");
  expectJsonOutput(json);
  const data = JSON.parse(json);
  if (process.platform === "linux") {
    expect(shown).toMatch(
      new RegExp(
        `^lock +held by another process, which writes to the file \\(pid ${process.pid}, [^)]+\\)$`,
        "m",
      ),
    );
    expect(data).toMatchObject({ locks: [{ mode: "write", pid: process.pid }], next: null });
  } else expect(data.locks).toEqual([]);
  expect(await status()).toMatch(/^pending +0001_item\nnext +yara-orm upgrade --db/m);
});

test("status reads a file that nobody may write, in a folder that nobody may write", async () => {
  const cwd = project();
  expect((await yaraOrm(["upgrade", "--db", "sqlite:///app.db"], { cwd })).code).toBe(0);
  const connection = await openConnection(join(cwd, "app.db"));
  await connection.close();
  chmodSync(join(cwd, "app.db"), 0o444);
  chmodSync(cwd, 0o555);
  const before = readdirSync(cwd);
  const isRoot = process.getuid?.() === 0;
  // Root may write everywhere.
  const finished = await yaraOrm(["status", "--db", "sqlite:///app.db"], {
    cwd,
    ...(isRoot ? { uid: 65534 } : {}),
  });
  chmodSync(cwd, 0o755);
  expect(finished).toMatchObject({ code: 0, stderr: "" });
  expect(finished.stdout).toMatch(/^applied +1, the last 0001_item/m);
  expect(readdirSync(cwd)).toEqual(before);
});
