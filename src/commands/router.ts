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
    run: async (context) => data.output.report(await run(context.args, data)),
  });
  await runCommand(definition, { rawArgs: [...words] });
}
