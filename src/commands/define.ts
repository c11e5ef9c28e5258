import { type ArgsDef, type CommandDef, defineCommand, type ParsedArgs } from "citty";
import type { ProjectEvents } from "../project.ts";
import type { Output, Report } from "../terminal/output.ts";
import { globalArgs } from "./global-args.ts";

/** A command line that can be pasted, without the tool's name; and what it is good for. */
export type Example = string | { readonly run: string; readonly why: string };

/** What a command gets besides its arguments. */
export interface CommandData {
  readonly output: Output;
  readonly events: ProjectEvents;
}

/** A command of the tool: citty's definition, with what citty has no place for. */
export interface YaraCommand {
  readonly name: string;
  readonly description: string;
  readonly definition: CommandDef<ArgsDef>;
  readonly args: ArgsDef;
  readonly examples: readonly Example[];
}

interface CommandOptions<A extends ArgsDef> {
  readonly name: string;
  readonly description: string;
  readonly examples: readonly Example[];
  readonly args?: A;
  run(args: ParsedArgs<A & typeof globalArgs>, data: CommandData): Promise<Report>;
}

/** Makes a command of a handler: the global options are added, and what it returns is printed. */
export function yaraCommand<const A extends ArgsDef>(options: CommandOptions<A>): YaraCommand {
  const args = { ...options.args, ...globalArgs } as A & typeof globalArgs; // A may be {}, which spreads to nothing
  const definition = defineCommand({
    meta: { name: options.name, description: options.description },
    args,
    async run(context) {
      const data: CommandData = context.data;
      data.output.report(await options.run(context.args as ParsedArgs<A & typeof globalArgs>, data));
    },
  });
  return {
    name: options.name,
    description: options.description,
    // citty's definitions are invariant in their arguments; the router only passes raw words.
    definition: definition as unknown as CommandDef<ArgsDef>,
    args,
    examples: options.examples,
  };
}
