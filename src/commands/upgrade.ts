import { UsageError } from "../errors.ts";
import { openSession, type SessionEvents } from "../session.ts";
import type { Report } from "../terminal/output.ts";
import { isUpToDate } from "../workflow/up-to-date.ts";
import { consentArgs, consentOptions } from "./consent-args.ts";
import { yaraCommand } from "./define.ts";
import { lockArgs } from "./lock-args.ts";
import { planReport, trialReport } from "./plan-report.ts";
import { timeoutArgs } from "./timeout-args.ts";

export const upgrade = yaraCommand({
  name: "upgrade",
  description: "Apply the pending migrations.",
  examples: [
    { run: "upgrade --db sqlite:///app.db", why: "apply all that is pending" },
    { run: "upgrade --db postgres://user@localhost/app", why: "the same on PostgreSQL" },
    { run: "upgrade --plan", why: "look before: what would run, and what that loses" },
    { run: "upgrade 0003", why: "stop after that migration" },
    { run: "upgrade --wait --create-db", why: "in a container that may start before its database" },
    { run: "upgrade --ddl-lock-timeout 2s --statement-timeout 10m", why: "beside an application that runs" },
    { run: "upgrade --fake-initial", why: "adopt a database whose tables are there already" },
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
    const isLooking = plan || dryRun;
    const use = plan ? "readOnly" : dryRun ? "trial" : "readWrite";
    await using session = await openSession(args, events, use, args.version, "migrator");
    const { settings, connection } = session;
    const { lock, timeouts, input } = settings;
    const wantsAll = !isLooking && args.version === undefined && !looking.strict;
    // Most starts of an application end here.
    if (
      wantsAll &&
      connection !== undefined &&
      (await isUpToDate(connection, settings.directory, settings.app))
    ) {
      return applyReport([], [], fake || fakeInitial);
    }
    const { managerOn } = await import("../project.ts");
    if (isLooking) {
      const manager = await managerOn(session, events);
      if (plan) return planReport(await manager.plan("forward", looking), "nothing to apply");
      return trialReport(await manager.dryRun({ ...looking, lock, timeouts }));
    }
    const faked: string[] = [];
    const onEvent: SessionEvents["onEvent"] = (event) => {
      if (event.kind === "faked") faked.push(event.name);
      events.onEvent(event);
    };
    const manager = await managerOn(session, { ...events, onEvent });
    const names = await manager.upgrade({
      ...looking,
      fake,
      fakeInitial,
      lock,
      timeouts,
      ...(await consentOptions(args.confirm, input)),
    });
    const applied = names.filter((name) => !faked.includes(name));
    return applyReport(applied, faked, fake || fakeInitial);
  },
});

function applyReport(applied: readonly string[], faked: readonly string[], showsFaked: boolean): Report {
  const lines = [
    ...(faked.length === 0 ? [] : [`faked: ${faked.join(", ")}`]),
    ...(applied.length === 0 && faked.length > 0
      ? []
      : [`applied: ${applied.join(", ") || "nothing to apply"}`]),
  ];
  return { lines, data: showsFaked ? { applied, faked } : { applied } };
}
