import { stripVTControlCharacters } from "node:util";
import { type ArgsDef, type CommandDef, defineCommand, renderUsage } from "citty";
import { version } from "../version.ts";
import { commands } from "./all.ts";
import type { YaraCommand } from "./define.ts";
import { globalArgs } from "./global-args.ts";

const EXAMPLES = [
  "init",
  "makemigrations --models models.ts",
  "upgrade --db sqlite:///app.db",
  "heads --db sqlite:///app.db",
];

const main: CommandDef = defineCommand<ArgsDef>({
  meta: { name: "yara-orm", version, description: "migrations from typed models, for PostgreSQL and SQLite" },
  args: globalArgs,
  subCommands: Object.fromEntries(commands.map((command) => [command.name, definitionOf(command)])),
});

/** The help of the whole tool. */
export async function toolHelp(): Promise<string> {
  return withExamples(await plainUsage(main), EXAMPLES);
}

/** The help of one command. */
export async function commandHelp(command: YaraCommand): Promise<string> {
  return withExamples(await plainUsage(definitionOf(command), main), command.examples);
}

function definitionOf({ name, description, args }: YaraCommand): CommandDef {
  return defineCommand<ArgsDef>({ meta: { name, description }, args });
}

/** citty colours whatever it prints, also into a pipe, and fills lines with spaces. */
async function plainUsage(command: CommandDef, parent?: CommandDef): Promise<string> {
  const usage = stripVTControlCharacters(await renderUsage(command, parent));
  return usage.replaceAll(/[ \t]+$/gm, "").trimEnd();
}

function withExamples(usage: string, examples: readonly string[]): string {
  return [usage, "", "EXAMPLES", "", ...examples.map((example) => `  yara-orm ${example}`)].join("\n");
}
