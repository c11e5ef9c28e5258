import { UsageError } from "../errors.ts";
import { openProject } from "../project.ts";
import { consentArgs, consentOptions } from "./consent-args.ts";
import { yaraCommand } from "./define.ts";
import { lockArgs, lockOptions, openingOptions } from "./lock-args.ts";

export const downgrade = yaraCommand({
  name: "downgrade",
  description: "Revert migrations: everything after a version, or the last ones.",
  examples: ["downgrade", "downgrade --steps 2", "downgrade 0002", "downgrade zero"],
  args: {
    version: {
      type: "positional",
      required: false,
      description: "revert everything after this migration (a name, a number, or zero for all)",
    },
    steps: { type: "string", valueHint: "n", description: "revert the last n migrations (default: 1)" },
    ...consentArgs,
    ...lockArgs,
  },
  async run(args, { events }) {
    const steps = args.steps === undefined ? undefined : parseSteps(args.steps);
    await using project = await openProject(args, events, "readWrite", args.version, openingOptions(args));
    const reverted = await project.manager.downgrade({
      target: args.version,
      steps,
      lock: lockOptions(args),
      ...(await consentOptions(args)),
    });
    return { lines: [`reverted: ${reverted.join(", ") || "nothing to revert"}`], data: { reverted } };
  },
});

function parseSteps(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new UsageError(
    `--steps ${text} is not a whole number from 1`,
    "as in --steps 2; zero reverts all: downgrade zero",
  );
}
