import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { requireBinary, yaraOrm } from "../support/binary.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { TerminalCommand } from "../support/terminal.ts";

const BOLD = "\u001B[1m";
const RED = "\u001B[31m";
const COLOUR = "\u001B[";

/** Help, with its titles, on stdout, and an error on stderr: what is in the terminal and what in the files. */
async function coloured(
  words: string,
  env: Readonly<Record<string, string>> = {},
  redirect = "",
): Promise<{ readonly screen: string; readonly file: string }> {
  const cwd = temporaryFolder();
  const command = `"$YARA" --help ${words} ${redirect.replace("2>", "2>>")}; "$YARA" nonsense ${words} ${redirect.replace(">", ">>")}`;
  const terminal = new TerminalCommand(["-c", command], {
    cwd,
    env: { YARA: requireBinary(), ...env },
    program: "/bin/sh",
  });
  expect(await terminal.ended).toBe(2);
  const file = redirect === "" ? "" : readFileSync(join(cwd, redirect.split(" ").at(-1) ?? ""), "utf8");
  return { screen: terminal.screen, file };
}

test("each stream has colours where it is a terminal", async () => {
  const both = await coloured("");
  expect(both.screen).toContain(`${BOLD}Usage`);
  expect(both.screen).toContain(`${RED}error:`);
  const data = await coloured("", {}, "> data.txt");
  expect(data.file).toContain("\nUsage\n");
  expect(data.screen).toContain(`${RED}error:`);
  const rest = await coloured("", {}, "2> rest.txt");
  expect(rest.file).toStartWith("error: ");
  expect(rest.screen).toContain(`${BOLD}Usage`);
});

test.each([
  ["", { NO_COLOR: "1" }],
  ["", { NO_COLOR: "1", FORCE_COLOR: "1" }],
  ["", { FORCE_COLOR: "0" }],
  ["", { FORCE_COLOR: "false" }],
  ["", { TERM: "dumb" }],
  ["--no-color", {}],
  ["--no-color", { FORCE_COLOR: "1" }],
])("there are none at a terminal with %p and %p", async (words, env: Readonly<Record<string, string>>) => {
  const { screen } = await coloured(words, env);
  expect(screen).toContain("error: ");
  expect(screen).not.toContain(COLOUR);
});

test.each([
  ["", { NO_COLOR: "" }],
  ["--color", { NO_COLOR: "1" }],
  ["--color", { TERM: "dumb" }],
])("there are some at a terminal with %p and %p", async (words, env: Readonly<Record<string, string>>) => {
  const { screen } = await coloured(words, env);
  expect(screen).toContain(`${BOLD}Usage`);
  expect(screen).toContain(`${RED}error:`);
});

test("in a pipe there are none, unless they are asked for", async () => {
  const cwd = temporaryFolder();
  const help = (words: readonly string[], env = {}) => yaraOrm(["--help", ...words], { cwd, env });
  expect((await help([])).stdout).not.toContain(COLOUR);
  expect((await help([], { FORCE_COLOR: "1" })).stdout).toContain(`${BOLD}Usage`);
  expect((await help(["--color"])).stdout).toContain(`${BOLD}Usage`);
  const error = await yaraOrm(["nonsense"], { cwd, env: { FORCE_COLOR: "1" } });
  expect(error.stderr).toContain(`${RED}error:`);
  const data = await yaraOrm(["status", "--json", "--db", "sqlite:///x.db", "--dir", "."], {
    cwd,
    env: { FORCE_COLOR: "1" },
  });
  expect(data.code).toBe(0);
  expect(data.stdout).not.toContain(COLOUR);
});
