import { expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { commands } from "../../src/commands/all.ts";
import { expectJsonOutput, outputSchema, printsJson } from "../support/json-output.ts";
import { parseScript } from "../support/script.ts";

const SCRIPTS = join(import.meta.dir, "../scripts");
const names = commands.map(({ name }) => name);

/** The command lines of the scripts, and whether each is expected to end well; what they print with --json is checked there. */
const lines = readdirSync(SCRIPTS)
  .filter((file) => file.endsWith(".md"))
  .flatMap((file) => parseScript(readFileSync(join(SCRIPTS, file), "utf8")))
  .flatMap((step) => (step.kind === "command" ? [step] : []))
  .filter(({ command }) => printsJson(command))
  .map(({ command, expected }) => ({ command, fails: expected.at(-1)?.startsWith("[exit ") ?? false }));

test("the schema names every command", () => {
  const { properties } = outputSchema as {
    readonly properties: { readonly command: { readonly enum: string[] } };
  };
  expect([...properties.command.enum].sort()).toEqual([...names].sort());
});

for (const name of names) {
  test(`the output of ${name} is checked against the schema`, () => {
    const own = lines.filter(({ command }) => command.split(" ").includes(name));
    expect(own.filter(({ fails }) => !fails)).not.toEqual([]);
  });
}

test("what the schema does not tell of is refused", () => {
  const refused = [
    "null",
    '{"command":"upgrade","applied":[]}',
    '{"formatVersion":2,"command":"upgrade","applied":[]}',
    '{"formatVersion":1,"command":"upgrade"}',
    '{"formatVersion":1,"command":"upgrade","applied":[1]}',
    '{"formatVersion":1,"command":"upgrade","applied":[],"more":1}',
    '{"formatVersion":1,"command":"heads","heads":[{"name":"1","applied":true,"more":1}]}',
    '{"formatVersion":1,"command":"downgrade","error":{"code":"other","message":""}}',
  ];
  for (const text of refused) expect(() => expectJsonOutput(text)).toThrow();
  expectJsonOutput('{"formatVersion":1,"command":"upgrade","applied":["0001_initial"]}');
});
