import { UsageError } from "../errors.ts";
import { openProject } from "../project.ts";
import { yaraCommand } from "./define.ts";
import { lockArgs, lockOptions, openingOptions } from "./lock-args.ts";

export const resolve = yaraCommand({
  name: "resolve",
  description: "Say what is to become of a migration that upgrade cannot judge.",
  examples: ["resolve 0002 --rehash --db sqlite:///app.db"],
  args: {
    version: { type: "positional", required: true, description: "the migration (a name or a number)" },
    rehash: { type: "boolean", description: "accept the file of an applied migration as it is now" },
    ...lockArgs,
  },
  async run(args, { events }) {
    if (args.rehash !== true) {
      throw new UsageError("resolve needs to be told what to do", "as in: yara-orm resolve 0002 --rehash");
    }
    await using project = await openProject(args, events, "readWrite", args.version, openingOptions(args));
    const rehashed = await project.manager.rehash(args.version, { lock: lockOptions(args) });
    return { lines: [`rehashed: ${rehashed}`], data: { rehashed } };
  },
});
