import { expect, test } from "bun:test";
import { join } from "node:path";
import { openConnection } from "../../src/connection/open.ts";
import { requireBinary, yaraOrm } from "../support/binary.ts";
import { temporaryFolder, write } from "../support/temporary-folder.ts";

const FIRST = `import { migrations as m } from "yara-orm";
export const operations = [m.createTable("user", { id: m.int({ pk: true }), name: m.text(), note: m.text({ null: true }) })];
`;
const SECOND = `import { migrations as m } from "yara-orm";
export const dependencies = ["0001_initial"];
export const operations = [m.dropColumn("user", "name")];
`;

/** A project whose second migration drops a column that holds something. */
async function project(): Promise<string> {
  const folder = temporaryFolder({ "migrations/0001_initial.ts": FIRST, "migrations/0002_less.ts": SECOND });
  expect((await yaraOrm(["upgrade", "1", "--db", "sqlite:///app.db"], { cwd: folder })).code).toBe(0);
  const connection = await openConnection(join(folder, "app.db"));
  await connection.execute([`INSERT INTO "user" (name) VALUES ('Ada')`]);
  await connection.close();
  return folder;
}

/** Runs upgrade on a terminal and types the answer when it is asked for. */
async function upgrade(cwd: string, answer: string, words: readonly string[] = []) {
  let screen = "";
  let asked = false;
  const child = Bun.spawn([requireBinary(), "upgrade", "--db", "sqlite:///app.db", ...words], {
    cwd,
    env: { TERM: "dumb" },
    terminal: {
      data(terminal, data) {
        screen += new TextDecoder().decode(data);
        if (asked || !screen.includes("anything else to leave: ")) return;
        asked = true;
        terminal.write(answer);
      },
    },
  });
  const code = await child.exited;
  return { code, screen, asked };
}

test("consent is asked for at a terminal: the name of the database is to be typed", async () => {
  const folder = await project();
  const { code, screen } = await upgrade(folder, "app.db\n");
  expect(screen).toContain("This loses data of the database app.db:");
  expect(screen).toContain("0002_less, operation 1 (drop column name of user): user.name holds 1 value");
  expect(screen).toContain("applied: 0002_less");
  expect(code).toBe(0);
});

test.each([
  ["\n", 3],
  ["y\n", 3],
  ["app\n", 3],
  ["\u0003", 130],
  ["\u0004", 3],
] as const)("%j is no consent, and nothing has run", async (answer, expected) => {
  const folder = await project();
  const { code, asked } = await upgrade(folder, answer);
  expect([code, asked]).toEqual([expected, true]);
  const heads = await yaraOrm(["heads", "--db", "sqlite:///app.db"], { cwd: folder });
  expect(heads.stdout).toContain("[ ] 0002_less");
});

test.each(["\u0003", "no\n"])("%j after another migration says that this one has run", async (answer) => {
  const folder = await project();
  write(
    folder,
    "migrations/0002_less.ts",
    `import { migrations as m } from "yara-orm";
export const dependencies = ["0001_initial"];
export const operations = [m.runSQL('UPDATE "user" SET note = name', { reverse: [] })];
`,
  );
  write(
    folder,
    "migrations/0003_lesser.ts",
    `import { migrations as m } from "yara-orm";
export const dependencies = ["0002_less"];
export const operations = [m.dropColumn("user", "note")];
`,
  );
  const { screen } = await upgrade(folder, answer);
  expect(screen).toContain("done by this run: 0002_less; nothing else was run");
  // What is told begins a line of its own.
  expect(screen).not.toMatch(/to leave: [^\n]*error:/);
});

test("with --no-input, or with --confirm, nobody is asked", async () => {
  const folder = await project();
  expect(await upgrade(folder, "", ["--no-input"])).toMatchObject({ code: 3, asked: false });
  expect(await upgrade(folder, "", ["--confirm", "other"])).toMatchObject({ code: 3, asked: false });
  expect(await upgrade(folder, "", ["--confirm", "app.db"])).toMatchObject({ code: 0, asked: false });
});
