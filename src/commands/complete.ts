import { readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { parseEnv } from "node:util";
import type { ArgDef, ArgsDef } from "citty";
import { statOf } from "../file-kind.ts";
import { compareNames, parseMigrationName } from "../migrations/name.ts";
import { decodeVariables } from "../settings/dotenv.ts";
import { isRepeatable, optionsOf, splitArguments, splitOption } from "./arguments.ts";
import { readConfigText } from "./config-text.ts";
import type { YaraCommand } from "./define.ts";
import { globalArgs } from "./global-args.ts";

/** What may stand in the place of a word that is being typed. */
export interface Candidate {
  readonly text: string;
  readonly description: string;
}

/** A file is expected: the shell knows better which there are. */
export const FILES = ":files";

/** What the value of an option is called where it is a file or a folder. */
const FILE_HINTS: readonly string[] = ["file", "path", "modules"];

/**
 * What may stand in the place of `current`, after the words `before` of a command line. Reads the names of the migration files
 * and runs nothing.
 */
export function complete(
  before: readonly string[],
  current: string,
  commands: readonly YaraCommand[],
): readonly Candidate[] | typeof FILES {
  // No command takes any word behind it.
  if (before.includes("--")) return [];
  const { name, rest } = splitArguments(before);
  const command = commands.find((candidate) => candidate.name === name);
  if (name !== undefined && command === undefined) return [];
  const args: ArgsDef = command?.args ?? globalArgs;
  const [option, value] = splitOption(current);
  const previous = before.at(-1) ?? "";
  const waiting = isOption(previous) && !previous.includes("=") ? splitOption(previous)[0] : undefined;
  if (waiting !== undefined && args[waiting]?.type === "string" && !isOption(current)) {
    return valuesOf(waiting, args[waiting], current, "", before);
  }
  if (isOption(current) && value !== undefined) {
    const asked = args[option];
    return asked?.type === "string" ? valuesOf(option, asked, value, `--${option}=`, before) : [];
  }
  if (current.startsWith("-")) return matching(optionsFor(command, before), current);
  if (command === undefined) {
    return matching(
      commands.map(({ name: text, description }) => ({ text, description })),
      current,
    );
  }
  const place = positionalsIn(rest, command).length;
  const positional = Object.keys(args).filter((key) => args[key]?.type === "positional")[place];
  if (positional === "version") return matching(versions(command, before), current);
  const values = positional === undefined ? [] : (args[positional]?.valueHint?.split("|") ?? []);
  return matching(withoutText(values), current);
}

function isOption(word: string): boolean {
  return word.startsWith("--");
}

function valuesOf(
  option: string,
  { valueHint = "" }: ArgDef,
  current: string,
  prefix: string,
  before: readonly string[],
): readonly Candidate[] | typeof FILES {
  if (FILE_HINTS.includes(valueHint)) return FILES;
  const fixed = valueHint.includes("|") ? valueHint.split("|") : [];
  const values = option === "env" ? [...readConfigText(textOfConfig(before)).environments.keys()] : fixed;
  return matching(withoutText(values.map((value) => prefix + value)), prefix + current);
}

function withoutText(texts: readonly string[]): Candidate[] {
  return texts.map((text) => ({ text, description: "" }));
}

function matching(candidates: readonly Candidate[], current: string): Candidate[] {
  return candidates.filter(({ text }) => text.startsWith(current));
}

/** The options that are not on the line yet. */
function optionsFor(command: YaraCommand | undefined, before: readonly string[]): Candidate[] {
  const given = new Set(before.filter(isOption).map((word) => splitOption(word)[0]));
  const all = [...optionsOf(command?.args ?? globalArgs), { name: "help", description: "show help" }];
  return all
    .filter(({ name }) => !given.has(name) || isRepeatable(name))
    .map(({ name, description }) => ({ text: `--${name}`, description }));
}

/** The words that are neither options nor values of them. */
function positionalsIn(words: readonly string[], { args }: YaraCommand): string[] {
  return words.filter((word, at) => {
    const previous = words[at - 1] ?? "";
    const isValue =
      isOption(previous) && !previous.includes("=") && args[splitOption(previous)[0]]?.type === "string";
    return !word.startsWith("-") && !isValue;
  });
}

function versions({ name }: YaraCommand, before: readonly string[]): Candidate[] {
  const zero = name === "downgrade" ? [{ text: "zero", description: "revert all" }] : [];
  return [...withoutText(migrationNames(directoryOf(before))), ...zero];
}

function migrationNames(directory: string): string[] {
  const files = quietly(() => readdirSync(resolve(directory))) ?? [];
  return files
    .filter((file) => file.endsWith(".ts") && parseMigrationName(file.slice(0, -3)) !== undefined)
    .map((file) => file.slice(0, -3))
    .sort(compareNames);
}

/** The directory that the command would use. A configuration would have to be run: its text has to do. */
function directoryOf(before: readonly string[]): string {
  const given = settingGiven("dir", before);
  if (given !== undefined) return given;
  const { dir, env, environments } = readConfigText(textOfConfig(before));
  const environment = environments.get(settingGiven("env", before) ?? env ?? "");
  return environment?.dir ?? dir ?? "migrations";
}

function textOfConfig(before: readonly string[]): string {
  const given = settingGiven("config", before);
  return quietly(() => readFileSync(given ?? "yara.config.ts", "utf8")) ?? "";
}

/** By an option, by a variable, or by one in the file of variables. An empty variable is one that was not set. */
function settingGiven(option: "dir" | "env" | "config", before: readonly string[]): string | undefined {
  const variable = `YARA_${option.toUpperCase()}`;
  const given = valueGiven(option, before) ?? process.env[variable];
  return (
    given || variablesIn(valueGiven("env-file", before) ?? process.env.YARA_ENV_FILE)[variable] || undefined
  );
}

function variablesIn(file: string | undefined): NodeJS.Dict<string> {
  const path = file || ".env";
  // A pipe is for the command, and would be waited for.
  if (statOf(path)?.isFile() !== true) return {};
  return quietly(() => parseEnv(decodeVariables(readFileSync(path)))) ?? {};
}

function valueGiven(option: string, words: readonly string[]): string | undefined {
  const at = words.findLastIndex((word) => word === `--${option}` || word.startsWith(`--${option}=`));
  return at < 0 ? undefined : (splitOption(words[at] ?? "")[1] ?? words[at + 1]);
}

/** Nobody reads an error in the middle of a line that is being typed. */
function quietly<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
