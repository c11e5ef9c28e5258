import { type ArgsDef, type CommandDef, defineCommand, type ParsedArgs } from "citty";
import type { ProjectEvents } from "../project.ts";
import type { Output, Report } from "../terminal/output.ts";
import { globalArgs } from "./global-args.ts";

/** What a command gets besides its arguments. */
export interface CommandData {
  readonly output: Output;
  readonly events: ProjectEvents;
}

/** A command of the tool: citty's definition, with what citty has no place for. */
export interface YaraCommand {
  readonly name: string;
  readonly definition: CommandDef<ArgsDef>;
  readonly args: ArgsDef;
  readonly examples: readonly string[];
}

interface CommandOptions<A extends ArgsDef> {
  readonly name: string;
  readonly description: string;
  /** Command lines that can be pasted, without the tool's name. */
  readonly examples: readonly string[];
  readonly args?: A;
  run(args: ParsedArgs<A & typeof globalArgs>, data: CommandData): Promise<Report>;
}

/** Without the switches that nobody has given: citty says what they are by default, and settings come from elsewhere, too. */
function withoutDefaults<T extends object>(parsed: T, words: readonly string[], args: ArgsDef): Partial<T> {
  const isGiven = (name: string) => words.some((word) => word === `--${name}` || word === `--no-${name}`);
  const switches = Object.keys(args).filter((name) => args[name]?.type === "boolean" && !isGiven(name));
  // The keys of a Partial may be missing.
  return Object.fromEntries(
    Object.entries(parsed).filter(([name]) => !switches.includes(name)),
  ) as Partial<T>;
}

/** Makes a command of a handler: the global options are added, and what it returns is printed. */
export function yaraCommand<const A extends ArgsDef>(options: CommandOptions<A>): YaraCommand {
  const args = { ...options.args, ...globalArgs } as A & typeof globalArgs; // A may be {}, which spreads to nothing
  const definition = defineCommand({
    meta: { name: options.name, description: options.description },
    args,
    async run(context) {
      const data: CommandData = context.data;
      const given = withoutDefaults(context.args, context.rawArgs, args);
      data.output.report(await options.run(given as ParsedArgs<A & typeof globalArgs>, data));
    },
  });
  return {
    name: options.name,
    // citty's definitions are invariant in their arguments; the router only passes raw words.
    definition: definition as unknown as CommandDef<ArgsDef>,
    args,
    examples: options.examples,
  };
}
