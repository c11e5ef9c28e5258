import { type ArgsDef, defineCommand, runCommand } from "citty";
import type { CommandData, YaraCommand } from "./define.ts";

/** Lets citty read the arguments of a command from checked words and run its handler; what that returns is printed. */
export async function runByCitty(
  { name, description, args, run }: YaraCommand,
  words: readonly string[],
  data: CommandData,
): Promise<void> {
  const definition = defineCommand<ArgsDef>({
    meta: { name, description },
    args,
    run: async (context) => data.output.report(await run(withoutDefaults(context.args, words, args), data)),
  });
  await runCommand(definition, { rawArgs: [...words] });
}

/** Without the flags that nobody has given: citty says what they are by default, and settings come from elsewhere, too. */
function withoutDefaults(
  parsed: Readonly<Record<string, unknown>>,
  words: readonly string[],
  args: ArgsDef,
): Record<string, unknown> {
  const isGiven = (name: string) => words.some((word) => word === `--${name}` || word === `--no-${name}`);
  return Object.fromEntries(
    Object.entries(parsed).filter(([name]) => args[name]?.type !== "boolean" || isGiven(name)),
  );
}
