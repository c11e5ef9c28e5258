import { isSqliteUrl } from "../connection/is-sqlite-url.ts";
import { UsageError } from "../errors.ts";
import { openProject } from "../project.ts";
import { coloursAsked } from "../terminal/paint.ts";
import { askAtTerminal, canAsk } from "../terminal/prompt.ts";
import { NO_ANSWERS, readAnswers } from "./answers-file.ts";
import { valuesOf } from "./arguments.ts";
import { yaraCommand } from "./define.ts";
import { parseFills } from "./fills.ts";

/** What answers questions about changes of the models. */
const ANSWERS = ["fill", "rename", "new", "answers"] as const;

export const makemigrations = yaraCommand({
  name: "makemigrations",
  description: "Write the migration that leads from the existing ones to the models. Needs no database.",
  examples: [
    {
      run: "makemigrations --models src/models.ts",
      why: "write the next migration, if the models have changed",
    },
    { run: "makemigrations --name add_age", why: "with a label of your own in the name of the file" },
    {
      run: "makemigrations --empty --name backfill_slugs",
      why: "one without operations, to be filled in by hand",
    },
    { run: "makemigrations --fill user.age=18", why: "the rows that exist get a value in a new column" },
    {
      run: "makemigrations --rename article=post --rename post.body=post.content --new post.summary",
      why: "say what was renamed, so that its data stays, and what is new",
    },
    { run: "makemigrations --answers answers.json", why: "the same answers from a file" },
    { run: "makemigrations --check", why: "in CI: fail where a migration is missing" },
  ],
  args: {
    name: { type: "string", valueHint: "label", description: "the label in the file's name" },
    empty: { type: "boolean", description: "write a migration without operations" },
    merge: { type: "boolean", description: "write a migration that joins the ends of the history" },
    fill: {
      type: "string",
      valueHint: "table.column=value",
      description: "a value for existing rows (repeatable)",
    },
    "no-fill": { type: "boolean", description: "no values: it fails where existing rows need one" },
    rename: {
      type: "string",
      valueHint: "old=new",
      description: "a renamed table or column, as in post.body=post.content (repeatable)",
    },
    new: {
      type: "string",
      valueHint: "name",
      description: "a table or column that is new, not renamed, as in post.content (repeatable)",
    },
    "no-rename": { type: "boolean", description: "nothing was renamed: drop and add" },
    answers: { type: "string", valueHint: "file", description: "the same answers, as --json names them" },
    check: { type: "boolean", description: "write nothing; exit 4 if a migration would be written" },
    verify: {
      type: "boolean",
      default: true,
      description: "try the migration out on SQLite in memory first",
      negativeDescription: "do not try the migration out",
    },
    "allow-destructive": { type: "boolean", description: "allow to drop every table" },
  },
  async run(args, { output, events }) {
    if (args.check === true && args.empty === true) {
      throw new UsageError("--check and --empty exclude each other", "--empty always writes a file");
    }
    if (args.merge === true && (args.check === true || args.empty === true)) {
      throw new UsageError("--merge excludes --check and --empty");
    }
    const without = args.empty === true ? "empty" : args.merge === true ? "merge" : undefined;
    const answer = ANSWERS.find((name) => typeof args[name] === "string");
    if (without !== undefined && answer !== undefined) {
      throw new UsageError(
        `--${without} and --${answer} exclude each other`,
        `--${answer} says how the models have changed, at which --${without} does not look`,
      );
    }
    // --no-x is x = false.
    const noRename = typeof args.rename === "boolean";
    const noFill = typeof args.fill === "boolean";
    const answers = args.answers === undefined ? NO_ANSWERS : readAnswers(args.answers);
    if (noRename && answers.renames.length > 0) {
      throw new UsageError(`--no-rename excludes the renames in ${args.answers}`);
    }
    if (noFill && answers.fills.size > 0) {
      throw new UsageError(`--no-fill excludes the values in ${args.answers}`);
    }
    await using project = await openProject(args, events, "none");
    const { database } = project.settings;
    const file = await project.manager.makeMigrations({
      name: args.name,
      empty: args.empty === true,
      merge: args.merge === true,
      allowDestructive: args["allow-destructive"] === true,
      check: args.check === true,
      fills: new Map([...answers.fills, ...(noFill ? [] : parseFills(valuesOf(args.fill)))]),
      noFill: noFill || answers.noFill,
      renames: [...answers.renames, ...(noRename ? [] : valuesOf(args.rename))],
      added: [...answers.added, ...valuesOf(args.new)],
      noRename,
      ask: (await canAsk(project.settings.input))
        ? askAtTerminal(coloursAsked(process.argv, project.settings.color))
        : undefined,
      verify: args.verify !== false,
      forSqlite: database !== undefined && isSqliteUrl(database),
      onRefusedBack: (why) => output.note(`going back is refused where there are rows: ${why}`),
      onVerified: (unknown) =>
        output.note(
          unknown === undefined
            ? "verified on SQLite: it holds forward, back and forward again"
            : `not verified on SQLite: ${unknown}`,
        ),
    });
    const data = { created: file, ...(args.check === true ? { operations: [] } : {}) };
    return { lines: [file === null ? "no changes detected" : `created ${file}`], data };
  },
});
