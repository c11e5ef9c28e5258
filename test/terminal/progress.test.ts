import { expect, test } from "bun:test";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { openConnection } from "../../src/connection/open.ts";
import { yaraOrm } from "../support/binary.ts";
import { onlyPostgres } from "../support/databases.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { TerminalCommand } from "../support/terminal.ts";

const ITEM = `m.createTable("item", { id: m.int({ pk: true }), name: m.text({ null: true }) })`;

function project(second: string): string {
  return temporaryFolder({
    "migrations/0001_item.ts": `import { migrations as m } from "yara-orm";
export const operations = [${ITEM}];
`,
    "migrations/0002_next.ts": `import { migrations as m } from "yara-orm";
export const dependencies = ["0001_item"];
export const operations = [${second}];
`,
  });
}

const MORE = 'm.addColumn("item", "size", m.int({ null: true }))';
const SQLITE = ["--db", "sqlite:///app.db"];
const ERASED = "\r\u001B[2K";

/** A project whose second migration copies many rows, and then has `more` to do. */
async function large(more = ""): Promise<string> {
  const cwd = project(`m.alterColumn("item", "name", m.text(), { fill: "none" }), ${more}`);
  expect((await yaraOrm(["upgrade", "1", ...SQLITE], { cwd })).code).toBe(0);
  const connection = await openConnection(join(cwd, "app.db"));
  await connection.execute([
    "WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 1500000) INSERT INTO item SELECT i, 'n' || i FROM c",
  ]);
  await connection.close();
  return cwd;
}

/** What is left of the lines that were written over. */
function stays(screen: string): string {
  const lines = screen.split("\r\n").map((line) => line.slice(line.lastIndexOf(ERASED) + 1));
  return stripVTControlCharacters(lines.join("\r\n")).replaceAll(/^\r/gm, "");
}

test("at a terminal there is a line for each migration, with its time", async () => {
  const cwd = project(MORE);
  const upgrade = new TerminalCommand(["upgrade", ...SQLITE], { cwd });
  expect(await upgrade.ended).toBe(0);
  const lines = stays(upgrade.screen).split("\r\n");
  // SQLite keeps the tool from drawing anything while a statement runs.
  expect(upgrade.screen).toContain("applying 0001_item ...");
  expect(lines[0]).toMatch(/^applied 0001_item \(\d+ ms\)$/);
  expect(lines[1]).toMatch(/^applied 0002_next \(\d+ ms\)$/);
  expect(lines.slice(2)).toEqual(["applied: 0001_item, 0002_next", ""]);
  const downgrade = new TerminalCommand(["downgrade", ...SQLITE], { cwd });
  expect(await downgrade.ended).toBe(0);
  expect(stays(downgrade.screen)).toMatch(/^reverted 0002_next \(\d+ ms\)\r\nreverted: 0002_next\r\n$/);
});

test.each([
  ["--quiet", {}, "applied: 0001_item, 0002_next\r\n"],
  [
    "--json",
    {},
    'applying 0001_item ...\r\napplying 0002_next ...\r\n{"formatVersion":1,"command":"upgrade","applied":["0001_item","0002_next"]}\r\n',
  ],
  [
    "--debug",
    { TERM: "dumb" },
    "applying 0001_item ...\r\napplying 0002_next ...\r\napplied: 0001_item, 0002_next\r\n",
  ],
] as const)("nothing is written over with %s, %p", async (option, env, expected) => {
  const cwd = project(MORE);
  const upgrade = new TerminalCommand(["upgrade", ...SQLITE, option], { cwd, env });
  expect(await upgrade.ended).toBe(0);
  expect(upgrade.screen).not.toContain(ERASED);
  expect(stripVTControlCharacters(upgrade.screen)).toBe(expected);
});

test("the copy of a large table has a bar, which goes away; in a pipe there is none", async () => {
  const cwd = await large();
  const upgrade = new TerminalCommand(["upgrade", ...SQLITE], { cwd });
  expect(await upgrade.ended).toBe(0);
  expect(upgrade.screen).toMatch(/applying 0002_next: copying item \[#*-*\] +\d+ %, [\d,]+ rows/);
  const last = upgrade.screen.slice(upgrade.screen.lastIndexOf(ERASED));
  expect(stripVTControlCharacters(last)).toMatch(
    /^\rapplied 0002_next \([\d.]+ m?s\)\r\napplied: 0002_next\r\n$/,
  );
  const piped = await yaraOrm(["downgrade", ...SQLITE], { cwd });
  expect(piped.stderr).toBe("reverting 0002_next ...\n");
}, 30_000);

test("the bar is gone as soon as the copy is over", async () => {
  const cwd = await large('m.runCode(({ log }) => log("said after it"), () => {})');
  const upgrade = new TerminalCommand(["upgrade", ...SQLITE], { cwd });
  expect(await upgrade.ended).toBe(0);
  const [before = "", after = ""] = stripVTControlCharacters(upgrade.screen).split("said after it");
  expect(before).toContain("copying item [");
  expect(after).toMatch(/^\r\napplying 0002_next \.\.\./);
  expect(after).not.toContain("copying");
}, 30_000);

test("Ctrl-C stops the copy, and nothing of it stays", async () => {
  const cwd = await large();
  const upgrade = new TerminalCommand(["upgrade", ...SQLITE], { cwd });
  await upgrade.showing("copying item");
  upgrade.type("\u0003");
  expect(await upgrade.ended).toBe(130);
  const connection = await openConnection(join(cwd, "app.db"));
  expect(await connection.query("SELECT name FROM sqlite_schema WHERE name LIKE '%item'")).toEqual([
    { name: "item" },
  ]);
  expect(await connection.query("SELECT name FROM orm_migrations")).toEqual([{ name: "0001_item" }]);
  await connection.close();
}, 30_000);

onlyPostgres("a statement that takes long", (db) => {
  test("is shown with its time and with those for whom it waits", async () => {
    const cwd = project(MORE);
    const { url } = await db.create();
    expect((await yaraOrm(["upgrade", "1", "--db", url], { cwd })).code).toBe(0);
    const holder = await db.open(url);
    const [row] = await holder.query<{ pid: number }>("SELECT pg_backend_pid() AS pid");
    await holder.execute(["BEGIN", "SELECT count(*) FROM item"]);
    const upgrade = new TerminalCommand(["upgrade", "--db", url, "--ddl-lock-timeout", "0"], { cwd });
    await upgrade.showing(
      new RegExp(
        `applying 0002_next: \\d+ s \\(waiting for pid ${row?.pid}\\): ALTER TABLE "item" ADD COLUMN`,
      ),
    );
    await upgrade.showing("0002_next waits for a lock that is held by");
    await holder.execute(["COMMIT"]);
    expect(await upgrade.ended).toBe(0);
    expect(stripVTControlCharacters(upgrade.screen)).toMatch(/applied 0002_next \([\d.]+ m?s\)\r\n/);
  });

  test("is not shown any more in the pause before the next try", async () => {
    const cwd = project(MORE);
    const { url } = await db.create();
    expect((await yaraOrm(["upgrade", "1", "--db", url], { cwd })).code).toBe(0);
    const holder = await db.open(url);
    await holder.execute(["BEGIN", "SELECT count(*) FROM item"]);
    const upgrade = new TerminalCommand(["upgrade", "--db", url, "--ddl-lock-timeout", "1s"], { cwd });
    await upgrade.showing("(3 of 10)");
    await holder.execute(["COMMIT"]);
    expect(await upgrade.ended).toBe(0);
    const screen = stripVTControlCharacters(upgrade.screen);
    expect(screen).not.toContain("ROLLBACK");
    const [pause = ""] = screen.split("(3 of 10)").slice(1);
    expect(pause).toMatch(/^\r\napplying 0002_next \.\.\.\r/);
  }, 30_000);

  test.each([
    [`m.runSQL("SELECT pg_sleep(600)")`, "SELECT pg_sleep(600)"],
    [
      `${MORE}, m.runSQL("SELECT pg_sleep(600)")`,
      'one of 2 statements, ALTER TABLE "item" ADD … to SELECT pg_sleep(600)',
    ],
  ])(
    "is named: %s",
    async (operations, expected) => {
      const cwd = project(operations);
      const { url } = await db.create();
      const upgrade = new TerminalCommand(["upgrade", "--db", url], { cwd });
      await upgrade.showing(new RegExp(`applying 0002_next: \\d+ s: ${RegExp.escape(expected)}`));
      upgrade.type("\u0003");
      expect(await upgrade.ended).toBe(130);
    },
    30_000,
  );
});
