import { UsageError } from "../errors.ts";
import { openProject } from "../project.ts";
import { yaraCommand } from "./define.ts";
import { lockArgs } from "./lock-args.ts";

const DECISIONS = ["applied", "reverted", "resume", "rehash"] as const;

export const resolve = yaraCommand({
  name: "resolve",
  description: "Say what is to become of a migration that upgrade cannot judge.",
  examples: [
    { run: "resolve 0002 --resume", why: "go on with the first step that is not done" },
    { run: "resolve 0002 --applied", why: "the rest was done by hand" },
    { run: "resolve 0002 --reverted", why: "what was done is undone by hand" },
    {
      run: "resolve 0002 --rehash --db sqlite:///app.db",
      why: "the file of an applied migration is right as it is now",
    },
  ],
  args: {
    version: { type: "positional", required: true, description: "the migration (a name or a number)" },
    applied: { type: "boolean", description: "record it as applied: what was missing is done by hand" },
    reverted: { type: "boolean", description: "record it as not applied: what was done is undone by hand" },
    resume: { type: "boolean", description: "let it go on with the first step that is not done" },
    rehash: { type: "boolean", description: "accept the file of an applied migration as it is now" },
    ...lockArgs,
  },
  async run(args, { events }) {
    const [decision, other] = DECISIONS.filter((name) => args[name] === true);
    if (decision === undefined || other !== undefined) {
      throw new UsageError(
        decision === undefined
          ? "resolve needs to be told what to do"
          : `--${decision} and --${other} exclude each other`,
        "one of --applied, --reverted, --resume, --rehash, as in: yara-orm resolve 0002 --resume",
      );
    }
    await using project = await openProject(args, events, "readWrite", args.version, "migrator");
    const { lock } = project.settings;
    if (decision === "rehash") {
      const rehashed = await project.manager.rehash(args.version, { lock });
      return { lines: [`rehashed: ${rehashed}`], data: { rehashed } };
    }
    const name = await project.manager.resolve(args.version, { decision, lock });
    const line = decision === "resume" ? `to be resumed: ${name}` : `recorded as ${decision}: ${name}`;
    return { lines: [line], data: { resolved: name, decision } };
  },
});
