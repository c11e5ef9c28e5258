import type { Paint } from "../terminal/paint.ts";
import { type Option, optionsOf } from "./arguments.ts";
import { consentArgs } from "./consent-args.ts";
import type { Example, YaraCommand } from "./define.ts";
import { lockArgs } from "./lock-args.ts";
import { timeoutArgs } from "./timeout-args.ts";

/** What is longer goes on in the next line. */
const COLUMNS = 110;

/** How wide the column with names may get. */
const NAMES = 32;

/** Commands by what somebody wants to do. */
const PURPOSES: readonly Group[] = [
  ["Write migrations", ["init", "makemigrations"]],
  ["Run them", ["upgrade", "downgrade"]],
  ["See where a database is", ["status", "history", "heads", "sqlmigrate"]],
  ["Check", ["check", "diff", "verify"]],
  ["Adopt, and decide in doubt", ["inspect", "resolve"]],
];

/** Options of many commands by what they are about; those of one command alone come first. */
const TOPICS: readonly Group[] = [
  ["Answers to what would be asked", ["rename", "new", "no-rename", "fill", "no-fill", "answers"]],
  ["Loss of data", Object.keys(consentArgs)],
  ["Other migrators, and a server that is not there yet", Object.keys(lockArgs)],
  ["Statements that wait or take long", Object.keys(timeoutArgs)],
  ["Project and database", ["dir", "app", "db", "models", "env", "env-file", "config"]],
  ["Output", ["json", "quiet", "no-color", "no-input", "debug", "help", "version"]],
];

type Group = readonly [title: string, names: readonly string[]];

const HELP: Option = { name: "help", value: undefined, description: "show this help" };
const VERSION: Option = { name: "version", value: undefined, description: "print the version" };

/** The help of the whole tool. */
export function toolHelp(
  tool: Omit<YaraCommand, "run">,
  version: string,
  commands: readonly YaraCommand[],
  paint: Paint,
): string {
  const rows = (names: readonly string[]) =>
    commands
      .filter(({ name }) => names.includes(name))
      .map(({ name, description }): Row => [name, description]);
  const known = PURPOSES.flatMap(([, names]) => names);
  const others = commands.filter(({ name }) => !known.includes(name)).map(({ name }) => name);
  return page([
    `yara-orm ${version}: ${tool.description}`,
    section("Usage", ["  yara-orm <command> [options]"], paint),
    section("Examples", exampleLines(tool.examples, paint), paint),
    ...[...PURPOSES, ["Other", others] as const].map(([title, names]) =>
      section(title, tableOf(rows(names), paint), paint),
    ),
    ...optionSections([...optionsOf(tool.args), HELP, VERSION], paint),
    "yara-orm <command> --help has the options and examples of a command.",
  ]);
}

/** The help of one command. */
export function commandHelp(
  { name, description, args, examples }: Omit<YaraCommand, "run">,
  paint: Paint,
): string {
  const positionals = Object.entries(args).filter(([, arg]) => arg.type === "positional");
  const words = positionals.map(([key, arg]) => (arg.required === true ? `<${key}>` : `[${key}]`));
  const rows = positionals.map(([key, arg]): Row => [key, withValues(arg.description ?? "", arg.valueHint)]);
  return page([
    `yara-orm ${name}: ${description}`,
    section("Usage", [`  ${["yara-orm", name, ...words, "[options]"].join(" ")}`], paint),
    section("Examples", exampleLines(examples, paint), paint),
    section("Arguments", tableOf(rows, paint), paint),
    ...optionSections([...optionsOf(args), HELP], paint),
  ]);
}

function page(parts: readonly string[]): string {
  return parts.filter((part) => part !== "").join("\n\n");
}

/** A title with lines below it; nothing where there are none. */
function section(title: string, lines: readonly string[], paint: Paint): string {
  return lines.length === 0 ? "" : [paint.bold(title), ...lines].join("\n");
}

function exampleLines(examples: readonly Example[], paint: Paint): string[] {
  return examples.flatMap((example) =>
    typeof example === "string"
      ? [`  yara-orm ${example}`]
      : [paint.dim(`  # ${example.why}`), `  yara-orm ${example.run}`],
  );
}

function optionSections(options: readonly Option[], paint: Paint): string[] {
  const common = new Set(TOPICS.flatMap(([, names]) => names));
  const own = options.filter(({ name }) => !common.has(name)).map(({ name }) => name);
  const groups: readonly Group[] = [["Options", own], ...TOPICS];
  return groups.map(([title, names]) => {
    const rows = names.flatMap((name) => {
      const option = options.find((candidate) => candidate.name === name);
      return option === undefined ? [] : [optionRow(option)];
    });
    return section(title, tableOf(rows, paint), paint);
  });
}

function optionRow({ name, value, description }: Option): Row {
  const isList = value?.includes("|") === true;
  const shown = value === undefined ? "" : ` <${isList ? name.split("-").at(-1) : value}>`;
  return [`--${name}${shown}`, withValues(description, isList ? value : undefined)];
}

/** Where one of some words is expected, which. */
function withValues(description: string, values: string | undefined): string {
  const listed = values?.split("|") ?? [];
  const told = listed.length < 2 || listed.every((value) => description.includes(value));
  return told ? description : `${description}: ${listed.join(", ")}`;
}

type Row = readonly [name: string, description: string];

/** Two columns; a long description goes on below its beginning. */
function tableOf(rows: readonly Row[], paint: Paint): string[] {
  const width = Math.min(NAMES, Math.max(...rows.map(([name]) => name.length)));
  return rows.flatMap(([name, description]) => {
    const [first = "", ...others] = wrapped(description, COLUMNS - width - 4);
    return [
      `  ${paint.cyan(name)}${" ".repeat(Math.max(width - name.length, 0))}  ${first}`.trimEnd(),
      ...others.map((line) => " ".repeat(width + 4) + line),
    ];
  });
}

function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last === undefined || last.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}
