import { openProject } from "../project.ts";
import { yaraCommand } from "./define.ts";

export const history = yaraCommand({
  name: "history",
  description: "List the applied migrations in the order in which they were applied.",
  examples: [
    { run: "history --db sqlite:///app.db", why: "what was applied, and when" },
    { run: "history --json", why: "the same for a program" },
  ],
  async run(args, { output, events }) {
    await using project = await openProject(args, events, "readOnly");
    const applied = await project.manager.history();
    if (applied.length === 0) output.note("no migration is applied");
    const entries = applied.map(({ name, appliedAt }) => ({ name, appliedAt: appliedAt.toISOString() }));
    return {
      lines: entries.map(({ name, appliedAt }) => `  ${name}  (applied ${appliedAt})`),
      data: { history: entries },
    };
  },
});
