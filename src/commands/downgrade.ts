import { UsageError } from "../errors.ts";
import { resolveTargetBack } from "../migrations/resolve.ts";
import { openProject } from "../project.ts";
import { consentArgs, consentOptions } from "./consent-args.ts";
import { yaraCommand } from "./define.ts";
import { lockArgs } from "./lock-args.ts";
import { planReport } from "./plan-report.ts";
import { timeoutArgs } from "./timeout-args.ts";

export const downgrade = yaraCommand({
  name: "downgrade",
  description: "Revert migrations: everything after a version, or the last ones.",
  examples: [
    { run: "downgrade", why: "take back the last migration" },
    { run: "downgrade --plan", why: "look before: what would be undone, and what that loses" },
    { run: "downgrade --steps 2", why: "the last two" },
    { run: "downgrade 0002", why: "all that comes after that one" },
    { run: "downgrade zero", why: "all" },
  ],
  args: {
    version: {
      type: "positional",
      required: false,
      description: "revert everything after this migration (a name, a number, or zero for all)",
    },
    steps: { type: "string", valueHint: "n", description: "revert the last n migrations (default: 1)" },
    plan: { type: "boolean", description: "only print what would be reverted, and what that loses" },
    ...consentArgs,
    ...lockArgs,
    ...timeoutArgs,
  },
  async run(args, { output, events }) {
    const steps = args.steps === undefined ? undefined : parseSteps(args.steps);
    if (steps !== undefined && args.version !== undefined)
      output.warn(`--steps ${steps} has no effect beside a version`);
    const use = args.plan === true ? "readOnly" : "readWrite";
    await using project = await openProject(args, events, use, args.version, "migrator", resolveTargetBack);
    if (args.plan === true) {
      const plan = await project.manager.plan("backward", { target: args.version, steps });
      return planReport(plan, "nothing to revert");
    }
    const { lock, timeouts, input } = project.settings;
    const reverted = await project.manager.downgrade({
      target: args.version,
      steps,
      lock,
      timeouts,
      ...(await consentOptions(args.confirm, input)),
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
