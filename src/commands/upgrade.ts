import { openProject } from "../project.ts";
import { yaraCommand } from "./define.ts";

export const upgrade = yaraCommand({
  name: "upgrade",
  description: "Apply the pending migrations.",
  examples: ["upgrade --db sqlite:///app.db", "upgrade 0003", "upgrade --db postgres://user@localhost/app"],
  args: {
    version: {
      type: "positional",
      required: false,
      description: "stop after this migration (a name or a number)",
    },
  },
  async run(args, { events }) {
    await using project = await openProject(args, events, "readWrite", args.version);
    const applied = await project.manager.upgrade({ target: args.version });
    return { lines: [`applied: ${applied.join(", ") || "nothing to apply"}`], data: { applied } };
  },
});
