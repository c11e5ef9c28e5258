import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { commands } from "../../src/commands/all.ts";
import { globalArgs } from "../../src/commands/global-args.ts";
import { lockArgs } from "../../src/commands/lock-args.ts";
import { timeoutArgs } from "../../src/commands/timeout-args.ts";

const README = readFileSync(join(import.meta.dir, "../../README.md"), "utf8");

/** The first cells of the rows of the table below a heading, without the heading. */
function firstCells(heading: string): string[] {
  const table =
    README.slice(README.search(new RegExp(`^\\| ${heading} +\\|`, "m"))).split("\n\n", 1)[0] ?? "";
  const rows = table.split("\n").slice(2);
  return rows.map((row) => (/^\| (.*?) +(?<!\\)\|/.exec(row)?.[1] ?? "").replaceAll("\\|", "|"));
}

/** The options in a text, as they are declared. */
function optionsIn(text: string): string[] {
  return [...text.matchAll(/--([a-z-]+)/g)].map(([, name = ""]) => name);
}

describe("the README", () => {
  test("has a row for each command, with options that it has", () => {
    const rows = firstCells("command").map((cell) => cell.replaceAll("`", ""));
    expect(rows.map((row) => row.split(" ", 1)[0]).sort()).toEqual(commands.map(({ name }) => name).sort());
    for (const { name, args } of commands) {
      const row = rows.find((text) => text.split(" ", 1)[0] === name) ?? "";
      const unknown = optionsIn(row).filter(
        (option) => !(option in args || option.replace(/^no-/, "") in args),
      );
      expect({ name, unknown }).toEqual({ name, unknown: [] });
    }
  });

  test("has a row for each option that many commands have", () => {
    const declared = Object.entries({ ...globalArgs, ...lockArgs, ...timeoutArgs });
    const named = declared.map(([name, arg]) => ("negativeDescription" in arg ? `no-${name}` : name));
    expect(firstCells("option").flatMap(optionsIn).sort()).toEqual(named.sort());
  });

  test("names the options of the tool itself", () => {
    const [usage = ""] = /^`yara-orm \[options\] <command>.*$/m.exec(README) ?? [];
    expect(optionsIn(usage)).toEqual(["help", "version"]);
  });
});
