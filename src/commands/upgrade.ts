import { UsageError } from "../errors.ts";
import { isMissingFile, openProject, type ProjectEvents } from "../project.ts";
import { readSettings } from "../settings/settings.ts";
import { consentArgs, consentOptions } from "./consent-args.ts";
import { yaraCommand } from "./define.ts";
import { lockArgs } from "./lock-args.ts";
import { planReport, trialReport } from "./plan-report.ts";
import { timeoutArgs } from "./timeout-args.ts";

export const upgrade = yaraCommand({
  name: "upgrade",
  description: "Apply the pending migrations.",
  examples: [
    "upgrade --db sqlite:///app.db",
    "upgrade --wait --create-db",
    "upgrade --ddl-lock-timeout 2s --statement-timeout 10m",
    "upgrade 0003",
    "upgrade --fake-initial",
    "upgrade --db postgres://user@localhost/app",
  ],
  args: {
    version: {
      type: "positional",
      required: false,
      description: "stop after this migration (a name or a number)",
    },
    fake: { type: "boolean", description: "only record what is pending as applied" },
    "fake-initial": {
      type: "boolean",
      description: "only record the initial migration, if its tables exist already and are as it makes them",
    },
    strict: {
      type: "boolean",
      description: "fail (exit 4) where an applied migration was edited, or a new one sorts before it",
    },
    plan: { type: "boolean", description: "only print what would be applied, and what that loses" },
    "dry-run": { type: "boolean", description: "apply in a transaction that is rolled back" },
    ...consentArgs,
    ...lockArgs,
    ...timeoutArgs,
  },
  async run(args, { events }) {
    const [fake, fakeInitial] = [args.fake === true, args["fake-initial"] === true];
    if (fake && fakeInitial) throw new UsageError("--fake and --fake-initial exclude each other");
    const [plan, dryRun] = [args.plan === true, args["dry-run"] === true];
    if ([plan, dryRun, fake || fakeInitial].filter(Boolean).length > 1) {
      throw new UsageError("--plan, --dry-run and --fake exclude each other");
    }
    const looking = { target: args.version, strict: args.strict === true };
    if (plan || dryRun) {
      // A SQLite file that is missing is not created: an empty database in memory stands for it.
      const use = plan || isMissingFile(await readSettings(args)) ? "readOnly" : "readWrite";
      await using project = await openProject(args, events, use, args.version, "migrator");
      const { lock, timeouts } = project.settings;
      if (plan) return planReport(await project.manager.plan("forward", looking), "nothing to apply");
      return trialReport(await project.manager.dryRun({ ...looking, lock, timeouts }));
    }
    const faked: string[] = [];
    const onEvent: ProjectEvents["onEvent"] = (event) => {
      if (event.kind === "faked") faked.push(event.name);
      events.onEvent(event);
    };
    await using project = await openProject(
      args,
      { ...events, onEvent },
      "readWrite",
      args.version,
      "migrator",
    );
    const { lock, timeouts, input } = project.settings;
    const names = await project.manager.upgrade({
      ...looking,
      fake,
      fakeInitial,
      lock,
      timeouts,
      ...(await consentOptions(args.confirm, input)),
    });
    const applied = names.filter((name) => !faked.includes(name));
    const lines = [
      ...(faked.length === 0 ? [] : [`faked: ${faked.join(", ")}`]),
      ...(applied.length === 0 && faked.length > 0
        ? []
        : [`applied: ${applied.join(", ") || "nothing to apply"}`]),
    ];
    return { lines, data: fake || fakeInitial ? { applied, faked } : { applied } };
  },
});
