import { expect } from "bun:test";
import { chmodSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, delimiter, join } from "node:path";
import { openConnection } from "../../src/connection/open.ts";
import type { DialectName } from "../../src/schema/expression.ts";
import { type Finished, requireBinary, run } from "./binary.ts";
import { expectJsonOutput, printsJson } from "./json-output.ts";
import { temporaryFolder, write } from "./temporary-folder.ts";

/** The database that a script is run on. */
export interface ScriptDatabase {
  readonly name: DialectName;
  readonly url: string;
}

/** A part of a script: a file to write, or a command with the output that is expected of it. */
export type ScriptStep =
  | { readonly kind: "file"; readonly path: string; readonly text: string }
  | { readonly kind: "command"; readonly command: string; readonly expected: readonly string[] };

/**
 * Reads the code blocks of a document: one with a path after its language is a file, `console` is a session. In a
 * session, a line with `$ ` begins a command and the lines below it are its output. test/scripts/README.md has all rules.
 */
export function parseScript(document: string): ScriptStep[] {
  const blocks = document.matchAll(/^```(\w*) ?(.*)\n([\s\S]*?)^```$/gm);
  return [...blocks].flatMap(([, language, path, text = ""]): ScriptStep[] => {
    if (path !== undefined && path !== "") return [{ kind: "file", path, text }];
    if (language !== "console") return [];
    const [, ...commands] = `\n${text.trimEnd()}`.split("\n$ ");
    return commands.map((part) => {
      const [command = "", ...expected] = part.trimEnd().split("\n");
      return { kind: "command", command, expected };
    });
  });
}

/** Runs a script in an empty folder. Throws at the first command whose output is not the expected one. */
export async function runScript(steps: readonly ScriptStep[], database?: ScriptDatabase): Promise<void> {
  const folder = temporaryFolder();
  const path = [programs(), "/usr/bin", "/bin"].join(delimiter);
  for (const step of steps) {
    if (step.kind === "file") {
      write(folder, step.path, step.text);
      continue;
    }
    const expected = expectedLines(step.expected, database);
    const finished = await runCommand(step.command, { folder, path }, database);
    if (printsJson(step.command)) expectJsonOutput(finished.stdout);
    const actual = transcript(finished, expected, {
      $FOLDER: folder,
      $DB: database?.url,
      $NAME: database && basename(database.url),
    });
    const wanted = expected.join("\n");
    const shown = pattern(wanted).test(actual) ? wanted : actual;
    expect(`$ ${step.command}\n${shown}`).toBe(`$ ${step.command}\n${wanted}`);
  }
}

/** `[postgres]` and `[sqlite]` begin lines that are expected on that database only. */
function expectedLines(lines: readonly string[], database: ScriptDatabase | undefined): string[] {
  return lines.flatMap((line) => {
    const [, only, rest = ""] = /^\[(postgres|sqlite)\] ?(.*)$/.exec(line) ?? [];
    if (only === undefined) return [line];
    return only === database?.name ? [rest] : [];
  });
}

async function runCommand(
  command: string,
  { folder, path }: { folder: string; path: string },
  database?: ScriptDatabase,
): Promise<Finished> {
  if (command.startsWith("sql ")) return await runSql(command.slice(4), database);
  const piped = command.endsWith(" | sql");
  const finished = await run(["/bin/sh", "-c", piped ? command.slice(0, -6) : command], {
    cwd: folder,
    env: { PATH: path, LC_ALL: "C", DB: database?.url ?? "", NAME: basename(database?.url ?? "") },
  });
  return piped && finished.code === 0 ? await runSql(finished.stdout, database) : finished;
}

/** `sql` stands for psql or sqlite3: it runs a text as it is; the rows of a query come out as JSON. */
async function runSql(text: string, database: ScriptDatabase | undefined): Promise<Finished> {
  if (database === undefined) throw new Error("a script that runs sql has $DB in it");
  const connection = await openConnection(database.url);
  try {
    if (!/^select/i.test(text)) {
      await connection.execute([text]);
      return { stdout: "", stderr: "", code: 0 };
    }
    const rows = await connection.query(text);
    const integers = (_: string, value: unknown) => (typeof value === "bigint" ? Number(value) : value);
    return { stdout: rows.map((row) => JSON.stringify(row, integers)).join("\n"), stderr: "", code: 0 };
  } catch (error) {
    return { stdout: "", stderr: error instanceof Error ? error.message : String(error), code: 1 };
  } finally {
    await connection.close();
  }
}

/** What a command did, in the form in which a script expects it. What is on stderr is told where that is asked for. */
function transcript(
  { stdout, stderr, code }: Finished,
  expected: readonly string[],
  words: Readonly<Record<string, string | undefined>>,
): string {
  const asked = expected.some((line) => line.startsWith("[stderr]"));
  const surprising = code !== exitCodeIn(expected);
  const lines = [
    ...linesOf(
      expected.some((line) => line.includes(ENVELOPE)) ? stdout : stdout.replace(WHOLE_ENVELOPE, "{"),
    ),
    ...(asked || surprising ? linesOf(stderr).map((line) => `[stderr] ${line}`.trimEnd()) : []),
    ...(code === 0 ? [] : [`[exit ${code}]`]),
  ];
  let text = lines.join("\n");
  for (const [word, value] of Object.entries(words)) if (value) text = text.replaceAll(value, word);
  return text;
}

/** How each object of `--json` begins, which nobody wants to read again and again. */
const ENVELOPE = '{"formatVersion":';
const WHOLE_ENVELOPE = /^\{"formatVersion":1,(?:"command":"\w+",)?/;

function exitCodeIn(expected: readonly string[]): number {
  return Number(/^\[exit (\d+)\]$/.exec(expected.at(-1) ?? "")?.[1] ?? 0);
}

function linesOf(output: string): string[] {
  return output === "" ? [] : output.trimEnd().split("\n");
}

/** `<time>` stands for a moment, `<...>` for any text, on a line of its own for any lines. */
function pattern(expected: string): RegExp {
  const source = RegExp.escape(expected)
    .replaceAll(RegExp.escape("<time>"), String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z`)
    .replaceAll(
      new RegExp(`(?<=^|\\\\n)${RegExp.escape(RegExp.escape("<...>"))}(?=$|\\\\n)`, "g"),
      "[\\s\\S]*",
    )
    .replaceAll(RegExp.escape("<...>"), ".*");
  return new RegExp(`^${source}$`);
}

/** A folder with the programs that a script may call besides those of the system. */
function programs(): string {
  const folder = temporaryFolder();
  symlinkSync(requireBinary(), join(folder, "yara-orm"));
  const tsc = join(import.meta.dir, "../../node_modules/.bin/tsc");
  writeFileSync(join(folder, "tsc"), `#!/bin/sh\nexec "${process.execPath}" run "${tsc}" "$@"\n`);
  chmodSync(join(folder, "tsc"), 0o755);
  return folder;
}
