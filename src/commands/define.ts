import type { ArgsDef, ParsedArgs } from "citty";
import type { SessionEvents } from "../session.ts";
import type { Output, Report } from "../terminal/output.ts";
import { globalArgs } from "./global-args.ts";

/** A command line that can be pasted, without the tool's name; and what it is good for. */
export type Example = string | { readonly run: string; readonly why: string };

/** What a command gets besides its arguments. */
export interface CommandData {
  readonly output: Output;
  readonly events: SessionEvents;
}

/** A command of the tool. */
export interface YaraCommand {
  readonly name: string;
  readonly description: string;
  readonly args: ArgsDef;
  readonly examples: readonly Example[];
  /** Does the work with arguments as `readArguments` makes them, and returns what is to be printed. */
  run(args: Readonly<Record<string, unknown>>, data: CommandData): Promise<Report>;
}

interface CommandOptions<A extends ArgsDef> {
  readonly name: string;
  readonly description: string;
  readonly examples: readonly Example[];
  readonly args?: A;
  run(args: ParsedArgs<A & typeof globalArgs>, data: CommandData): Promise<Report>;
}

/** Makes a command of a handler: the global options are added. */
export function yaraCommand<const A extends ArgsDef>({
  run,
  args,
  ...options
}: CommandOptions<A>): YaraCommand {
  return {
    ...options,
    args: { ...args, ...globalArgs },
    // What is read follows what is declared, which is where the type comes from as well.
    run: (values, data) => run(values as ParsedArgs<A & typeof globalArgs>, data),
  };
}
