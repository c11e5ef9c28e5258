import { openProject } from "../project.ts";
import { yaraCommand } from "./define.ts";

export const check = yaraCommand({
  name: "check",
  description:
    "Fail if the models need a migration, a file does not load, or with --db migrations are pending, edited or applied in part.",
  examples: [
    { run: "check", why: "in CI: are all models in migrations, and do these load?" },
    { run: "check --db sqlite:///app.db", why: "and is all of that applied, as it stands in the files?" },
    { run: "check --json", why: "the same for a program" },
  ],
  async run(args, { events }) {
    // A database that only the environment names may be out of reach where a project is checked.
    await using project = await openProject(args, events, args.db === undefined ? "none" : "readOnly");
    const result = await project.manager.check();
    return { lines: ["no problems found"], data: { ...result } };
  },
});
