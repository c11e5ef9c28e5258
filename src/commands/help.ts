import { stripVTControlCharacters } from "node:util";
import { type CommandDef, renderUsage } from "citty";
import type { YaraCommand } from "./define.ts";

/** The help of the whole tool. */
export async function toolHelp(main: CommandDef, examples: readonly string[]): Promise<string> {
  return withExamples(await plainUsage(main), examples);
}

/** The help of one command. */
export async function commandHelp(command: YaraCommand, main: CommandDef): Promise<string> {
  return withExamples(await plainUsage(command.definition as CommandDef, main), command.examples);
}

/** citty colours whatever it prints, also into a pipe, and fills lines with spaces. */
async function plainUsage(command: CommandDef, parent?: CommandDef): Promise<string> {
  const usage = stripVTControlCharacters(await renderUsage(command, parent));
  return usage.replaceAll(/[ \t]+$/gm, "").trimEnd();
}

function withExamples(usage: string, examples: readonly string[]): string {
  return [usage, "", "EXAMPLES", "", ...examples.map((example) => `  yara-orm ${example}`)].join("\n");
}
