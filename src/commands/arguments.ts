import type { ArgsDef } from "citty";
import { UsageError } from "../errors.ts";
import { nearest } from "../nearest.ts";
import { shellWord } from "../shell-word.ts";
import type { YaraCommand } from "./define.ts";
import { globalArgs } from "./global-args.ts";

type CheckedCommand = Pick<YaraCommand, "name" | "args">;

/** A command line taken apart: the command's name, where there is one, and all other words in their order. */
export interface SplitArguments {
  readonly name: string | undefined;
  readonly rest: readonly string[];
  /** Those of them that stand before the name. */
  readonly before: readonly string[];
}

/** Finds the command's name: the first word that is no option and no value of one. Options before it belong to it. */
export function splitArguments(words: readonly string[]): SplitArguments {
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? "";
    if (!word.startsWith("-")) {
      return { name: word, rest: words.toSpliced(at, 1), before: words.slice(0, at) };
    }
    if (word === "--") break;
    if (takesValue(word, globalArgs) && !word.includes("=")) at += 1;
  }
  return { name: undefined, rest: words, before: words };
}

/**
 * Checks the words of a command against what it declares. Returns them with each option's value attached, so that a
 * value may begin with a dash.
 * @throws UsageError, with the nearest valid name as a hint
 */
export function checkArguments(words: readonly string[], command: CheckedCommand): string[] {
  const { args } = command;
  const positionals = Object.values(args).filter((arg) => arg.type === "positional").length;
  const checked: string[] = [];
  const extra: string[] = [];
  /** As they were typed. */
  const seen = new Map<string, string>();
  const repeated = new Map<string, string[]>();
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? "";
    if (!word.startsWith("-") || word === "-") {
      extra.push(word);
      continue;
    }
    const [name, value] = splitOption(word);
    const declared = declaredAs(name, args);
    if (declared === undefined) throw unknownOption(word, command);
    const repeats = isRepeatable(declared);
    const earlier = repeats ? undefined : seen.get(declared);
    if (earlier === name) throw new UsageError(`--${name} is given twice`);
    if (earlier !== undefined) throw new UsageError(`--${earlier} and --${name} exclude each other`);
    const opposite = declared.startsWith("no-") ? declared.slice(3) : `no-${declared}`;
    if (seen.has(opposite)) throw new UsageError(`--${opposite} and --${declared} exclude each other`);
    seen.set(declared, name);
    if (args[declared]?.type !== "string") {
      if (value !== undefined) throw new UsageError(`--${name} takes no value`);
      checked.push(`--${name}`);
      continue;
    }
    const usual = OPTIONAL_VALUES[declared];
    const next = words[at + 1];
    if (value === undefined && usual !== undefined) refuseDoubtful(name, usual, next);
    const isOwn = usual === undefined || usual.pattern.test(next ?? "");
    // A variable of the shell that is empty leaves nothing in its place: what follows would be taken for it.
    const isMissing = value === undefined && isOwn && (next === undefined || next.startsWith("--"));
    if (isMissing) {
      const written =
        next === undefined
          ? hintFor(command)
          : `a value that begins with -- is written --${name}=${shellWord(next)}`;
      throw new UsageError(`--${name} needs a value`, written);
    }
    if (value === undefined && isOwn) at += 1;
    const given = value ?? (isOwn ? (next ?? "") : usual.value);
    if (repeats) repeated.set(declared, [...(repeated.get(declared) ?? []), given]);
    else checked.push(`--${name}=${given}`);
  }
  for (const [name, values] of repeated) checked.push(`--${name}=${values.join(BETWEEN)}`);
  if (extra.length > positionals) {
    const [first] = extra.slice(positionals);
    throw new UsageError(`${command.name} does not take the word ${JSON.stringify(first)}`, hintFor(command));
  }
  const required = Object.entries(args).find(([, arg]) => arg.type === "positional" && arg.required === true);
  if (required !== undefined && extra.length === 0) {
    throw new UsageError(`${command.name} needs a ${required[0]}`, hintFor(command));
  }
  return [...checked, ...extra];
}

/** The values of an option that may be given several times. */
export function valuesOf(joined: string | undefined): string[] {
  return joined === undefined ? [] : joined.split(BETWEEN);
}

/** No word of a command line can have it. */
const BETWEEN = "\0";

/** An option whose value may be left out. */
interface OptionalValue {
  /** What it is then. */
  readonly value: string;
  /** What tells a value from another word, and what looks like one. */
  readonly pattern: RegExp;
  readonly likeOne: RegExp;
}

const OPTIONAL_VALUES: Readonly<Record<string, OptionalValue>> = {
  wait: { value: "60s", pattern: /^\d+(ms|s|m|h)$/, likeOne: /^\d[\d.]*[a-z]*$/i },
};

/** @throws UsageError for a word behind the option that may be meant as its value, and is none */
function refuseDoubtful(name: string, { value, pattern, likeOne }: OptionalValue, next = ""): void {
  if (pattern.test(next) || !likeOne.test(next)) return;
  throw new UsageError(
    `--${name} ${next}: it is not plain whether ${next} is the value of --${name} or a word of its own`,
    `write --${name}=${value} with the value that is meant; a word of its own goes before --${name}`,
  );
}

/** True for an option that may be given several times. */
export function isRepeatable(name: string): boolean {
  return REPEATABLE.has(name);
}

const REPEATABLE: ReadonlySet<string> = new Set(["fill", "new", "rename", "schema"]);

/** `--name=value` taken apart; without a `=` there is no value. Behind any other number of dashes is no option's name. */
export function splitOption(word: string): [name: string, value: string | undefined] {
  const at = word.indexOf("=");
  const option = at < 0 ? word : word.slice(0, at);
  return [option.startsWith("--") ? option.slice(2) : option, at < 0 ? undefined : word.slice(at + 1)];
}

/** The declared option that a name on the command line stands for; `no-color` stands for `color`. */
function declaredAs(name: string, args: ArgsDef): string | undefined {
  if (Object.hasOwn(args, name) && args[name]?.type !== "positional") return name;
  const positive = name.startsWith("no-") ? name.slice(3) : undefined;
  if (positive === undefined) return undefined;
  const arg = args[positive];
  return arg?.type === "boolean" && "negativeDescription" in arg ? positive : undefined;
}

function takesValue(word: string, args: ArgsDef): boolean {
  const [name] = splitOption(word);
  return args[name]?.type === "string";
}

function unknownOption(word: string, command: CheckedCommand): UsageError {
  const [option] = splitOption(word);
  const known = [...optionNames(command.args), "help", ...(command.name === "yara-orm" ? ["version"] : [])];
  const near = nearest(option.replace(/^-+/, ""), known);
  return new UsageError(
    `${command.name} has no option ${word.split("=", 1)[0]}`,
    near === undefined ? hintFor(command) : `did you mean --${near}?`,
  );
}

/** Every name that an option can be given by. */
function optionNames(args: ArgsDef): string[] {
  return Object.entries(args).flatMap(([key, arg]) =>
    arg.type === "positional" ? [] : "negativeDescription" in arg ? [key, `no-${key}`] : [key],
  );
}

/** An option as somebody would give it. */
export interface Option {
  readonly name: string;
  /** What its value is called; undefined where it takes none. */
  readonly value: string | undefined;
  readonly description: string;
}

/** The options as somebody would give them: of what is on by itself, what turns it off. */
export function optionsOf(args: ArgsDef): Option[] {
  return Object.entries(args).flatMap(([name, arg]): Option[] => {
    if (arg.type === "positional") return [];
    if ("negativeDescription" in arg)
      return [{ name: `no-${name}`, value: undefined, description: arg.negativeDescription ?? "" }];
    const value = arg.type === "string" ? (arg.valueHint ?? "value") : undefined;
    return [{ name, value, description: arg.description ?? "" }];
  });
}

function hintFor(command: CheckedCommand): string {
  // Without a command it is the tool itself whose options are checked.
  return command.name === "yara-orm" ? "see yara-orm --help" : `see yara-orm ${command.name} --help`;
}
