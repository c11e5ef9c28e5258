import type { Head } from "../manager-options.ts";
import { openProject } from "../project.ts";
import { yaraCommand } from "./define.ts";

export const heads = yaraCommand({
  name: "heads",
  description: "List the migration files and mark those that are applied.",
  examples: [
    { run: "heads --db sqlite:///app.db", why: "all migrations, marked where they are applied" },
    { run: "heads --json", why: "the same for a program" },
  ],
  async run(args, { output, events }) {
    await using project = await openProject(args, events, "readOnly");
    const migrations = await project.manager.heads();
    if (migrations.length === 0) output.note("there is no migration");
    return {
      lines: migrations.map(headLine),
      data: { heads: migrations },
    };
  },
});

function headLine({ name, applied, progress }: Head): string {
  if (progress === undefined) return `  [${applied ? "x" : " "}] ${name}`;
  const { direction, done, total } = progress;
  return `  [~] ${name}  ${done}/${total}${direction === "forward" ? "" : " reverted"}`;
}
