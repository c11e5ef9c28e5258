import { expect, test } from "bun:test";
import { join } from "node:path";
import { requireBinary, yaraOrm } from "../support/binary.ts";
import { temporaryFolder, write } from "../support/temporary-folder.ts";
import { TerminalCommand } from "../support/terminal.ts";

const models = (table: string, column: string) => `import { defineModel, fields } from "yara-orm";

export const Thing = defineModel("${table}", { ${column}: fields.text(), size: fields.int({ null: true }) });
export const Other = defineModel("Other", { label: fields.text() });
`;

/** A project whose table and column have other names now. */
async function renamedProject(): Promise<string> {
  const folder = temporaryFolder({ "models.ts": models("Article", "body") });
  expect((await yaraOrm(["makemigrations"], { cwd: folder })).code).toBe(0);
  write(folder, "models.ts", models("Post", "content"));
  return folder;
}

/** Runs makemigrations on a terminal and types the answers, each when a question has come. */
async function atTerminal(cwd: string, answers: readonly string[], words: readonly string[] = []) {
  let screen = "";
  let asked = 0;
  const decoder = new TextDecoder();
  const child = Bun.spawn([requireBinary(), "makemigrations", "--name", "next", ...words], {
    cwd,
    env: { TERM: "dumb", CI: "false" },
    terminal: {
      data(terminal, data) {
        screen += decoder.decode(data, { stream: true });
        while (screen.split(/Choose \d|Value of /).length - 1 > asked) {
          const answer = answers[asked];
          asked += 1;
          if (answer !== undefined) terminal.write(answer);
        }
      },
    },
  });
  return { code: await child.exited, screen: () => screen, asked: () => asked };
}

const written = async (folder: string) => await Bun.file(join(folder, "migrations/0002_next.ts")).text();

test("at a terminal a rename is asked for, the likeliest first; Enter takes it, a wrong answer is asked again", async () => {
  const folder = await renamedProject();
  const { code, screen } = await atTerminal(folder, ["9\n", "\n", "1\n"]);
  expect(code).toBe(0);
  expect(screen()).toContain("Is the table post one that had another name?");
  expect(screen()).toContain("1) yes, it was article: rename it, its data stays");
  expect(screen()).toContain("Is the column post.content one that had another name?");
  expect(await written(folder)).toContain(`export const operations = [
  m.renameTable("article", "post"),
  m.renameColumn("post", "body", "content"),
];`);
});

test("no is an answer", async () => {
  const folder = await renamedProject();
  expect((await atTerminal(folder, ["1\n", "2\n", "2\n"])).code).toBe(0);
  expect(await written(folder)).toContain('m.dropColumn("post", "body")');
});

test("what has an answer already is not asked", async () => {
  const folder = await renamedProject();
  const given = ["--rename", "article=post", "--new", "post.content", "--fill", "post.content=none"];
  const { code, asked } = await atTerminal(folder, [], given);
  expect([code, asked()]).toEqual([0, 0]);
  expect(await written(folder)).toContain('m.addColumn("post", "content", m.text(), { fill: "none" })');
});

/** A project with a column that needs values for existing rows. */
async function filledProject(): Promise<string> {
  const folder = temporaryFolder({ "models.ts": models("Article", "body") });
  expect((await yaraOrm(["makemigrations"], { cwd: folder })).code).toBe(0);
  write(
    folder,
    "models.ts",
    models("Article", "body").replace("{ null: true }", "").replace("label:", "rank: fields.int(), label:"),
  );
  return folder;
}

test("a value for existing rows is asked for; one that does not fit the column is asked for again", async () => {
  const folder = await filledProject();
  const { code, screen } = await atTerminal(folder, ["1\n", "many\n", "7\n", "1\n", "0\n"]);
  expect(code).toBe(0);
  expect(screen()).toContain("article.size becomes NOT NULL: what do the rows that hold NULL get?");
  expect(screen()).toContain("1) a value that you enter now: a whole number from -2147483648 to 2147483647");
  expect(screen()).toContain('article.size cannot be filled with "many"');
  expect(screen()).toContain("other.rank is NOT NULL and has no default: what do the rows that exist get?");
  expect(await written(folder)).toContain('m.alterColumn("article", "size", m.int(), { fill: 7 })');
  expect(await written(folder)).toContain('m.addColumn("other", "rank", m.int(), { fill: 0 })');
});

test("no value is an answer; whoever leaves has written nothing", async () => {
  const folder = await filledProject();
  const left = await atTerminal(folder, ["2\n", "3\n"]);
  expect(left.code).toBe(3);
  expect(left.screen()).toContain("what existing rows get in other.rank was not answered");
  await expect(written(folder)).rejects.toThrow();
  expect((await atTerminal(folder, ["2\n", "2\n"])).code).toBe(0);
  expect(await written(folder)).toContain('m.addColumn("other", "rank", m.int())');
});

test("a check asks nothing", async () => {
  const folder = await renamedProject();
  const { code, asked } = await atTerminal(folder, [], ["--check"]);
  expect([code, asked()]).toEqual([4, 0]);
});

test("Ctrl-C answers nothing and writes nothing", async () => {
  const folder = await renamedProject();
  const { code, screen } = await atTerminal(folder, ["\u0003"]);
  expect(code).toBe(130);
  expect(screen()).toContain("stopped at a question; nothing was done");
  await expect(written(folder)).rejects.toThrow();
});

test("--no-rename asks for no name", async () => {
  const folder = await renamedProject();
  const { code, asked } = await atTerminal(folder, [], ["--no-rename"]);
  expect([code, asked()]).toEqual([0, 0]);
  expect(await written(folder)).toContain('m.dropTable("article")');
});

test("--no-input asks nothing: what is open is an error", async () => {
  const folder = await renamedProject();
  const { code, asked, screen } = await atTerminal(folder, [], ["--no-input"]);
  expect([code, asked()]).toEqual([3, 0]);
  expect(screen()).toContain("--rename article=post");
  await expect(written(folder)).rejects.toThrow();
});

const [UP, DOWN, ENTER, CTRL_C, CTRL_D] = ["\u001B[A", "\u001B[B", "\r", "\u0003", "\u0004"];

/** Runs makemigrations on a terminal that can move the cursor; types keys when the text has come that they answer. */
async function withKeys(
  cwd: string,
  answers: readonly (readonly [asked: string, keys: string])[],
  words: readonly string[] = [],
) {
  const command = new TerminalCommand(["makemigrations", "--name", "next", ...words], { cwd });
  for (const [asked, keys] of answers) {
    const from = command.screen.length;
    await command.showing(asked, command.screen.lastIndexOf(asked) < 0 ? 0 : from);
    // The hint below the choices, or the value's own line, is what is written last.
    await command.showing(/Ctrl-C stops|Value of/, command.screen.lastIndexOf(asked));
    command.type(keys);
  }
  return { code: await command.ended, screen: command.screen };
}

test("arrow keys choose, and Enter alone takes the likeliest", async () => {
  const folder = await renamedProject();
  const { code, screen } = await withKeys(folder, [
    ["Is the table post one that had another name?", ENTER],
    ["Is the column post.content one that had another name?", `${DOWN}${UP}${DOWN}${ENTER}`],
    ["post.content is NOT NULL and has no default", `${DOWN}${ENTER}`],
  ]);
  expect(code).toBe(0);
  expect(screen).toContain("> 1. yes, it was article: rename it, its data stays");
  expect(await written(folder)).toContain('m.renameTable("article", "post")');
  expect(await written(folder)).toContain('m.addColumn("post", "content", m.text())');
});

test("a number chooses as well, and a value is typed", async () => {
  const folder = await filledProject();
  const { code, screen } = await withKeys(folder, [
    ["article.size becomes NOT NULL", `1${ENTER}`],
    ["Value of size", `many${ENTER}`],
    ['cannot be filled with "many"', `7${ENTER}`],
    ["other.rank is NOT NULL", `2${ENTER}`],
  ]);
  expect(code).toBe(0);
  expect(screen).toContain("arrow keys or a number, then Enter; Ctrl-C stops");
  expect(await written(folder)).toContain('m.alterColumn("article", "size", m.int(), { fill: 7 })');
  expect(await written(folder)).toContain('m.addColumn("other", "rank", m.int())');
});

test("a number that no choice has is no answer: it is asked again", async () => {
  const folder = await renamedProject();
  const { code } = await withKeys(folder, [
    ["Is the table post one that had another name?", `3${ENTER}`],
    ["there is no choice 3, only 1 to 2", `0${ENTER}`],
    ["there is no choice 0, only 1 to 2", `2${ENTER}`],
  ]);
  expect(code).toBe(0);
  expect(await written(folder)).toContain('m.dropTable("article")');
});

test.each([
  ["Ctrl-C stops", CTRL_C, 130, "stopped at a question; nothing was done"],
  ["the end of the input is no answer", CTRL_D, 3, "whether the table post was renamed was not answered"],
])("%s, nothing is written, and the cursor is there again", async (_, keys, expected, told) => {
  const folder = await renamedProject();
  const { code, screen } = await withKeys(folder, [["Is the table post one", keys]]);
  expect(code).toBe(expected);
  expect(screen).toContain(told);
  expect(screen.lastIndexOf("\u001B[?25h")).toBeGreaterThan(screen.lastIndexOf("\u001B[?25l"));
  await expect(written(folder)).rejects.toThrow();
});

test("a question that is open when the terminal goes away ends the command", async () => {
  const folder = await renamedProject();
  const command = new TerminalCommand(["makemigrations", "--name", "next"], { cwd: folder });
  await command.showing("Ctrl-C stops");
  command.kill("SIGTERM");
  expect(await command.ended).toBe(143);
  await expect(written(folder)).rejects.toThrow();
});

test("questions have no colours where none are wanted", async () => {
  const folder = await renamedProject();
  const { screen } = await withKeys(folder, [["Is the table post one", CTRL_C]], ["--no-color"]);
  // Colours end with m; what moves the cursor does not.
  expect(screen.replaceAll("\u001B", "ESC")).not.toMatch(/ESC\[\d+m/);
});
