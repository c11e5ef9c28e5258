import { openProject } from "../project.ts";
import { yaraCommand } from "./define.ts";

export const check = yaraCommand({
  name: "check",
  description:
    "Fail if the models need a migration, a file does not load, or with --db migrations are pending or edited.",
  examples: ["check", "check --db sqlite:///app.db", "check --json"],
  async run(args, { events }) {
    // A database that only the environment names may be out of reach where a project is checked.
    await using project = await openProject(args, events, args.db === undefined ? "none" : "readOnly");
    const result = await project.manager.check();
    return { lines: ["no problems found"], data: { ...result } };
  },
});
