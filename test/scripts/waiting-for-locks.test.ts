import { expect, test } from "bun:test";
import { yaraOrm } from "../support/binary.ts";
import { describeDatabases, onlyPostgres } from "../support/databases.ts";
import { Running } from "../support/running.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

/** A table, and a second migration with these operations. */
function project(operations: string, head = ""): string {
  return temporaryFolder({
    "migrations/0001_item.ts": `import { migrations as m } from "yara-orm";
export const operations = [m.createTable("item", { id: m.int({ pk: true }), name: m.text({ null: true }) })];
`,
    "migrations/0002_change.ts": `import { migrations as m } from "yara-orm";
export const dependencies = ["0001_item"];
${head}
export const operations = [${operations}];
`,
  });
}

const ADD = 'm.addColumn("item", "size", m.int({ null: true }))';

onlyPostgres("a table that another session holds", (db) => {
  async function held(operations: string, head = "") {
    const cwd = project(operations, head);
    const { url, connection } = await db.create();
    expect((await yaraOrm(["upgrade", "1", "--db", url], { cwd })).code).toBe(0);
    const holder = await db.open(url);
    const [row] = await holder.query<{ pid: number }>("SELECT pg_backend_pid() AS pid");
    await holder.execute(["BEGIN", "SELECT count(*) FROM item"]);
    return { cwd, url, connection, holder, pid: row?.pid };
  }

  test("is waited for in short tries, between which others come through, and the holder is shown", async () => {
    const { cwd, url, connection, holder, pid } = await held(ADD);
    const upgrade = new Running(["upgrade", "--db", url, "--ddl-lock-timeout", "500ms"], cwd);
    // On a busy machine a try may end before anybody could look.
    await upgrade.saying(new RegExp(`0002_change waits for a lock that is held by pid ${pid} \\(`));
    await upgrade.saying(/tried again in .* of 10\)/);
    expect(upgrade.stderr).toMatch(/idle in transaction since [-\d]+T.*: .*SELECT count\(\*\) FROM item\n/);
    expect(upgrade.stderr).toContain("0002_change: canceling statement due to lock timeout; it is undone");
    // Whoever has queued behind the ALTER TABLE gets its turn long before the holder ends.
    expect(await connection.query("SELECT count(*)::int AS n FROM item")).toEqual([{ n: 0 }]);
    await holder.execute(["COMMIT"]);
    expect(await upgrade.ended).toBe(0);
    const columns = "SELECT FROM information_schema.columns WHERE table_name = 'item'";
    expect(await connection.query(columns)).toHaveLength(3);
  });

  test("and that stays held makes the migration fail, with who is to blame and what to do", async () => {
    const { cwd, url, pid } = await held(ADD);
    const ended = await yaraOrm(["upgrade", "--db", url, "--ddl-lock-timeout", "100ms"], { cwd });
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain("(10 of 10)");
    expect(ended.stderr).toContain(
      "error: applying 0002_change failed at operation 1 of 1 (add column size to item): canceling statement due to lock timeout (55P03)",
    );
    expect(ended.stderr).toContain(`hint: the lock is held by pid ${pid} (`);
    expect(ended.stderr).toContain(`SELECT pg_terminate_backend(${pid})`);
    expect(ended.stderr).toContain("nothing of this migration was applied");
    expect((await yaraOrm(["heads", "--db", url], { cwd })).stdout).toContain("[ ] 0002_change");
  });

  test("is waited for as long as the file says, whatever the command line does", async () => {
    const { cwd, url } = await held(ADD, 'export const timeouts = { lock: "40ms" };');
    const ended = await yaraOrm(["upgrade", "--db", url, "--ddl-lock-timeout", "10m"], { cwd });
    expect({ code: ended.code, stdout: ended.stdout }).toEqual({ code: 1, stdout: "" });
    expect(ended.stderr).toContain("55P03");
  });

  test("is not waited for any more when the command is stopped", async () => {
    const { cwd, url } = await held(ADD);
    const upgrade = new Running(["upgrade", "--db", url, "--ddl-lock-timeout", "1h"], cwd);
    await upgrade.saying(/waits for a lock/);
    upgrade.kill("SIGTERM");
    expect(await upgrade.ended).toBe(143);
  });

  test("is not tried again once the command is stopped, also where it is free by then", async () => {
    const { cwd, url, holder } = await held(ADD);
    const upgrade = new Running(["upgrade", "--db", url, "--ddl-lock-timeout", "2s"], cwd);
    await upgrade.saying(/tried again in/);
    upgrade.kill("SIGTERM");
    await holder.execute(["COMMIT"]);
    expect(await upgrade.ended).toBe(143);
    expect(upgrade.stderr).toContain("stopped by SIGTERM");
    expect(upgrade.stderr).not.toContain("has not ended by itself");
    expect((await yaraOrm(["heads", "--db", url], { cwd })).stdout).toContain("[ ] 0002_change");
  });

  test("is waited for by code and by the steps of a migration that is not atomic as well", async () => {
    const steps = `m.runSQL("SELECT 1"), ${ADD}, m.runCode(async ({ db }) => { await db.run("UPDATE item SET size = 1"); })`;
    const { cwd, url, holder } = await held(steps, "export const atomic = false;");
    const upgrade = new Running(["upgrade", "--db", url, "--ddl-lock-timeout", "200ms"], cwd);
    await upgrade.saying(/tried again in .* of 10\)/);
    expect((await yaraOrm(["heads", "--db", url], { cwd })).stdout).toContain("[~] 0002_change  1/3");
    await holder.execute(["COMMIT"]);
    expect(await upgrade.ended).toBe(0);
  });

  test("makes a dry run fail, which tells who holds it", async () => {
    const { cwd, url, pid } = await held(ADD);
    const words = ["upgrade", "--dry-run", "--db", url, "--ddl-lock-timeout", "2s"];
    const ended = await yaraOrm(words, { cwd });
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain(`the lock is held by pid ${pid} (`);
  });

  test("does not disturb an index that is built beside it: that waits for as long as it takes", async () => {
    const index = 'm.createIndex("item", ["name"], { name: "item_name", concurrently: true })';
    const { cwd, url, holder } = await held(index);
    await holder.execute(["INSERT INTO item (name) VALUES ('open')"]);
    const upgrade = new Running(["upgrade", "--db", url, "--ddl-lock-timeout", "20ms"], cwd);
    await upgrade.saying(/0002_change waits for a lock that is held by/);
    await holder.execute(["COMMIT"]);
    expect(await upgrade.ended).toBe(0);
    expect(upgrade.stderr).not.toContain("tried again");
  });

  test("is waited for by a downgrade, too", async () => {
    const { cwd, url, holder, pid } = await held(ADD);
    await holder.execute(["COMMIT"]);
    expect((await yaraOrm(["upgrade", "--db", url], { cwd })).code).toBe(0);
    await holder.execute(["BEGIN", "SELECT count(*) FROM item"]);
    const downgrade = new Running(["downgrade", "--db", url, "--ddl-lock-timeout", "200ms"], cwd);
    await downgrade.saying(new RegExp(`held by pid ${pid}`));
    await downgrade.saying(/tried again/);
    await holder.execute(["COMMIT"]);
    expect(await downgrade.ended).toBe(0);
  });
});

onlyPostgres("the limits of a migration", (db) => {
  const TELL = `m.runSQL("INSERT INTO item (name) VALUES (current_setting('lock_timeout') || ' ' || current_setting('statement_timeout'))")`;

  async function told(head: string, words: readonly string[], parameter = ""): Promise<unknown> {
    const cwd = project(TELL, head);
    const { url, connection } = await db.create();
    const ended = await yaraOrm(["upgrade", "--db", `${url}${parameter}`, ...words], { cwd });
    expect(ended.stderr).not.toContain("error");
    return (await connection.query("SELECT name FROM item"))[0]?.name;
  }

  test("are four seconds for a lock and none for a statement, unless somebody has said something else", async () => {
    expect(await told("", [])).toBe("4s 0");
    expect(await told("", ["--ddl-lock-timeout", "9s", "--statement-timeout", "2m"])).toBe("9s 2min");
    expect(await told("", ["--ddl-lock-timeout", "0"])).toBe("0 0");
    expect(await told("", ["--ddl-lock-timeout", "999999h"])).toBe("2147483647ms 0");
    expect(await told('export const timeouts = { lock: 250, statement: "1h" };', [])).toBe("250ms 1h");
    const both = ["--ddl-lock-timeout", "9s", "--statement-timeout", "2m"];
    expect(await told('export const timeouts = { lock: "3s" };', both)).toBe("3s 2min");
    expect(await told("", [], "?options=-c%20lock_timeout%3D7s")).toBe("7s 0");
  });

  test("end with the migration", async () => {
    const cwd = project(`m.runSQL("SELECT 1")`, "export const timeouts = { lock: 250, statement: 300 };");
    const { url, connection } = await db.create();
    await Bun.write(
      `${cwd}/migrations/0003_more.ts`,
      `import { migrations as m } from "yara-orm";
export const dependencies = ["0002_change"];
export const atomic = false;
export const operations = [m.runSQL("VACUUM"), ${TELL}];
`,
    );
    const ended = await yaraOrm(["upgrade", "--db", url, "--statement-timeout", "2m"], { cwd });
    expect({ code: ended.code, stderr: ended.stderr }).toMatchObject({ code: 0 });
    expect(await connection.query("SELECT name FROM item")).toEqual([{ name: "4s 2min" }]);
  });

  test("cancel a statement that takes too long, and the error says how it gets more time", async () => {
    const cwd = project(`m.runSQL("SELECT pg_sleep(600)")`);
    const { url } = await db.create();
    const ended = await yaraOrm(["upgrade", "--db", url, "--statement-timeout", "100ms"], { cwd });
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain("canceling statement due to statement timeout (57014)");
    expect(ended.stderr).toContain(
      'hint: it may take longer with --statement-timeout 10m, or in the file: export const timeouts = { statement: "10m" };',
    );
  });

  test("cancel a step that runs in no transaction as well", async () => {
    const cwd = project(
      `m.runSQL("DO $$ BEGIN PERFORM pg_sleep(600); COMMIT; END $$")`,
      "export const atomic = false;",
    );
    const { url } = await db.create();
    const ended = await yaraOrm(["upgrade", "--db", url, "--statement-timeout", "100ms"], { cwd });
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain("57014");
  });
});

describeDatabases("timeouts in a file", (db) => {
  const cases: readonly (readonly [head: string, message: string])[] = [
    ["export const timeouts = 5;", "timeouts is not an object"],
    ["export const timeouts = [];", "timeouts is not an object"],
    ['export const timeouts = { lokc: "1s" };', 'timeouts has the unknown key "lokc"'],
    [
      'export const timeouts = { lock: "soon" };',
      "timeouts.lock is neither a duration nor a number of milliseconds",
    ],
    ["export const timeouts = { statement: -1 };", "timeouts.statement is neither a duration"],
    ["export const timeouts = { lock: 1e300 };", "timeouts.lock is neither a duration"],
  ];

  test("that nobody understands are a broken file", async () => {
    const url = await db.createUrl();
    for (const [head, message] of cases) {
      const ended = await yaraOrm(["upgrade", "--db", url], { cwd: project(ADD, head) });
      expect(ended.code).toBe(1);
      expect(ended.stderr).toContain(`migrations/0002_change.ts: ${message}`);
    }
  });

  test("are no part of what the file means", async () => {
    const cwd = project(ADD);
    const url = await db.createUrl();
    await yaraOrm(["upgrade", "--db", url], { cwd });
    const path = `${cwd}/migrations/0002_change.ts`;
    await Bun.write(path, `${await Bun.file(path).text()}\nexport const timeouts = { lock: "1m" };\n`);
    const ended = await yaraOrm(["upgrade", "--strict", "--db", url], { cwd });
    expect({ code: ended.code, stderr: ended.stderr }).toEqual({ code: 0, stderr: "" });
  });
});
