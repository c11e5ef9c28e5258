import { openProject } from "../project.ts";
import { yaraCommand } from "./define.ts";
import { parseFills } from "./fills.ts";

export const makemigrations = yaraCommand({
  name: "makemigrations",
  description: "Write the migration that leads from the existing ones to the models. Needs no database.",
  examples: [
    "makemigrations --models src/models.ts",
    "makemigrations --name add_age",
    "makemigrations --empty --name backfill_slugs",
    "makemigrations --fill user.age=18",
  ],
  args: {
    name: { type: "string", valueHint: "label", description: "the label in the file's name" },
    empty: { type: "boolean", description: "write a migration without operations" },
    fill: {
      type: "string",
      valueHint: "table.column=value",
      description: "a value for existing rows (repeatable)",
    },
    "allow-destructive": { type: "boolean", description: "allow to drop every table" },
  },
  async run(args, { events }) {
    await using project = await openProject(args, events, "none");
    const file = await project.manager.makeMigrations({
      name: args.name,
      empty: args.empty === true,
      allowDestructive: args["allow-destructive"] === true,
      fills: parseFills(args.fill),
    });
    return { lines: [file === null ? "no changes detected" : `created ${file}`], data: { created: file } };
  },
});
