import { basename } from "node:path";
import { hidePassword } from "../connection/hide-password.ts";
import { describeHolder } from "../executor/lock.ts";
import type { Status } from "../manager-options.ts";
import { openProject } from "../project.ts";
import { isMissingFile } from "../session.ts";
import type { Paint } from "../terminal/paint.ts";
import { yaraCommand } from "./define.ts";
import { withPlaces } from "./next-command.ts";

/** How many names stand on the screen. */
const SHOWN = 10;

export const status = yaraCommand({
  name: "status",
  description: "Show where the database is: applied, pending, and what is not as it should be. Only reads.",
  examples: [
    { run: "status --db sqlite:///app.db", why: "where the database is, on one screen" },
    { run: "status --json", why: "the same for a program" },
  ],
  async run(args, { output, events }) {
    await using project = await openProject(args, events, "readOnly");
    const found = await project.manager.status();
    const url = hidePassword(project.settings.database ?? "");
    const exists = !isMissingFile(project.settings);
    const database = { ...found.database, ...(exists ? {} : { name: basename(url) }), url, exists };
    const next = nextCommand(found);
    // A check looks only at a database that is named to it.
    const named = next === CHECK ? { ...args, db: args.db ?? project.settings.database } : args;
    const given = Object.entries(named).flatMap(([name, value]) =>
      typeof value === "string" ? [`--${name}=${value}`] : [],
    );
    const shown = next && withPlaces(next, given);
    return {
      lines: screen(found, database, shown, await output.dataPaint()),
      data: { ...found, database, next: shown ?? null },
    };
  },
});

interface ShownDatabase {
  readonly name: string;
  readonly version: string;
  readonly url: string;
  readonly exists: boolean;
}

function screen(found: Status, database: ShownDatabase, next: string | undefined, paint: Paint): string[] {
  const last = found.applied.at(-1);
  const { halfApplied: half } = found;
  const wrong = (title: string, texts: readonly string[]): Row[] =>
    shortened(texts).map((text, at) => [at === 0 ? title : "", paint.yellow(text)]);
  const rows: Row[] = [
    ["database", `${paint.bold(database.name)} (${database.exists ? database.version : "not there yet"})`],
    ["url", database.url],
    ["files", `${found.files} in ${found.directory} (app ${found.app})`],
    [
      "applied",
      last === undefined
        ? "none"
        : `${found.applied.length}, the last ${last.name} at ${last.appliedAt.toISOString()}`,
    ],
    ...(found.pending.length === 0
      ? ([["pending", paint.green("none")]] satisfies Row[])
      : shortened(found.pending).map((name, at): Row => [at === 0 ? "pending" : "", name])),
    ...wrong("in part", half === undefined ? [] : [halfText(half)]),
    ...wrong(
      "missing",
      found.missing.map((name) => `${name} is applied, and its file is gone`),
    ),
    ...wrong(
      "edited",
      found.edited.map((name) => `${name} says something else than when it was applied`),
    ),
    ...wrong(
      "order",
      found.outOfOrder.map(({ name, after }) => `${name} comes before ${after}, which is applied`),
    ),
    ...wrong("branches", found.leaves.length > 1 ? found.leaves : []),
    ...wrong("lock", found.locks.map(lockText)),
    ...wrong(
      "problem",
      found.problems.flatMap((problem) => problem.split("\n")),
    ),
    ...(next === undefined ? [] : ([["next", paint.cyan(next)]] satisfies Row[])),
  ];
  const width = Math.max(...rows.map(([title]) => title.length));
  return rows.map(([title, text]) => `${title.padEnd(width)}  ${text}`);
}

type Row = readonly [title: string, text: string];

function shortened(texts: readonly string[]): string[] {
  if (texts.length <= SHOWN) return [...texts];
  return [...texts.slice(0, SHOWN), `and ${texts.length - SHOWN} more`];
}

function halfText({ name, direction, done, total, doing }: NonNullable<Status["halfApplied"]>): string {
  const verb = direction === "forward" ? "applied" : "reverted";
  const doubt = doing ? `, and step ${done + 1} was begun` : "";
  return `${name}: ${done} of ${total} steps are ${verb}${doubt}`;
}

function lockText({ mode, expired, ...holder }: Status["locks"][number]): string {
  if (mode === "write")
    return `held by ${describeHolder(holder, "another process, which writes to the file")}`;
  const over = expired === true ? "; its time is over, whoever comes next may take it" : "";
  return `held by ${describeHolder(holder)}${mode === "row" ? ", in orm_lock" : ""}${over}`;
}

/** What brings the history forward, where one command does. */
const CHECK = "yara-orm check";

function nextCommand({
  files,
  applied,
  halfApplied,
  leaves,
  edited,
  pending,
  problems,
  locks,
}: Status): string | undefined {
  if (halfApplied !== undefined)
    return `yara-orm ${halfApplied.direction === "forward" ? "upgrade" : "downgrade"}`;
  if (problems.length > 0 || locks.length > 0) return undefined;
  // Where others are applied, it is these files that are missing, and no first one.
  if (files === 0) return applied.length === 0 ? "yara-orm makemigrations" : undefined;
  if (leaves.length > 1) return "yara-orm makemigrations --merge";
  if (edited.length > 0) return CHECK;
  return pending.length > 0 ? "yara-orm upgrade" : undefined;
}
