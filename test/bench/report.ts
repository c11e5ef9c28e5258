import { type Case, MANAGED_PEERS } from "./bench.ts";
import { type Measured, quantile, ratios } from "./measure.ts";

/** What a case has come to for one of its subjects. */
export interface Row {
  readonly subject: string;
  /** The median of milliseconds. */
  readonly ms: number;
  /** The tool's time by this subject's: the median of the rounds, with quartiles. */
  readonly ratio: number | undefined;
  readonly quartiles: readonly [number, number] | undefined;
  readonly rounds: number;
  readonly peakMiB: number | undefined;
  /** Killed at the limit: its time is at least that. */
  readonly cut: boolean;
  readonly most: number | undefined;
  readonly held: boolean | undefined;
  /** Whether the tool's peak of memory is below this subject's; undefined where that is no goal, or nobody could tell. */
  readonly smaller: boolean | undefined;
}

export interface Result {
  readonly id: string;
  /** The first is the tool's own. */
  readonly rows: readonly Row[];
}

/** All that was measured at one time. */
export interface Run {
  readonly begun: Date;
  readonly machine: string;
  /** The machine's load before and after: processes that wanted to run, over 1, 5 and 15 minutes. */
  readonly load: readonly (readonly number[])[];
  readonly versions: Readonly<Record<string, string>>;
  readonly rounds: number;
  readonly budgetMs: number;
  readonly results: readonly Result[];
}

/** Judges what was measured. */
export function rowsOf({ goals }: Pick<Case, "goals">, measured: readonly Measured[]): Row[] {
  const [own] = measured;
  return measured.map((one) => {
    const values = own === undefined || one === own ? undefined : ratios(own, one);
    const ratio = values === undefined ? undefined : quantile(values, 0.5);
    const most = goals.find(({ to }) => to === one.name)?.most;
    const peaks = [own?.peakMiB, one.peakMiB];
    const [ownPeak, peak] = MANAGED_PEERS.includes(one.name) ? peaks : [];
    return {
      subject: one.name,
      ms: quantile(one.walls, 0.5),
      ratio,
      quartiles: values === undefined ? undefined : [quantile(values, 0.25), quantile(values, 0.75)],
      rounds: one.walls.length,
      peakMiB: one.peakMiB,
      cut: one.cut,
      most,
      held: most === undefined || ratio === undefined ? undefined : ratio <= most,
      smaller: ownPeak === undefined || peak === undefined ? undefined : ownPeak < peak,
    };
  });
}

/** A case in lines for a terminal. */
export function resultLines({ id, rows }: Result): string[] {
  const lines = rows.map((row) => {
    const { subject, quartiles, most, held, smaller } = row;
    const cells = [
      subject.padEnd(16),
      `${time(row)} ms`.padStart(12),
      `${memory(row)} MiB`.padStart(11),
      ratioText(row).padStart(9),
      quartiles === undefined ? "" : ` (${quartiles.map((value) => value.toFixed(3)).join(" to ")})`,
      most === undefined ? "" : `  goal ${most.toFixed(2)}: ${verdict(held)}`,
      smaller === undefined ? "" : `, memory ${verdict(smaller)}`,
    ];
    return `  ${cells.join("")}`.trimEnd();
  });
  return [`${id}  (${rows[0]?.rounds} rounds)`, ...lines];
}

/** What it comes to, in lines for a terminal. */
export function summaryLines({ machine, versions, results }: Run): string[] {
  const { held, all } = countGoals(results);
  return [machine, versionsText(versions), `${held} of ${all} goals are held`];
}

/** The whole run as a document. */
export function reportText(run: Run): string {
  const { begun, machine, load, versions, rounds, budgetMs, results } = run;
  const { held, all } = countGoals(results);
  const missed = results.flatMap(({ id, rows }) =>
    rows.flatMap((row) => [
      ...(row.held === false
        ? [`- ${id}: ${ratioText(row)} of ${row.subject}, where ${row.most?.toFixed(2)} is the goal`]
        : []),
      ...(row.smaller === false ? [`- ${id}: takes more memory than ${row.subject}`] : []),
    ]),
  );
  const table = results.flatMap(({ id, rows }) =>
    rows.map((row, at) => [
      at === 0 ? id : "",
      row.subject,
      time(row),
      memory(row),
      ratioText(row),
      row.most === undefined ? "" : row.most.toFixed(2),
      [
        ...(row.held === undefined ? [] : [verdict(row.held)]),
        ...(row.smaller === undefined ? [] : [`memory ${verdict(row.smaller)}`]),
      ].join(", "),
    ]),
  );
  return `# Benchmark

Written by \`npm run bench -- --write\`, which repeats it: whole processes of the built binary, beside the least that Bun costs for the same
work (a floor is an executable of Bun's that does nothing else, with the same driver) and beside other tools. The numbers that count are the ratios: the
tool's time by the other's, the median of rounds in which all take turns. The goal is the most that the ratio may be. The memory of the tool is to be
below that of each peer on Node or Python; it is measured, for all alike, after the pages of all files were dropped from memory and read from the disk
again. The PostgreSQL server is the one of the tests, which does not wait for the disk; SQLite does.

${[
  `${begun.toISOString().slice(0, 10)}, on ${machine}; load ${load.map((averages) => averages[0]?.toFixed(1)).join(" before, ")} after (other work on the machine, and this).`,
  `Versions: ${versionsText(versions)}.`,
  `At most ${rounds} rounds of a case, and no further one after ${budgetMs / 1000} s. A command that takes longer than two minutes is ended then.`,
  ...(versions.django === undefined ? ["Django was not there to be measured."] : []),
].join("\n\n")}

${held} of ${all} goals are held.${missed.length === 0 ? "" : ` These are not:\n\n${missed.join("\n")}`}

${markdownTable(["case", "what", "ms", "peak MiB", "ratio", "goal", ""], table)}
`;
}

function countGoals(results: readonly Result[]): { readonly held: number; readonly all: number } {
  const goals = results
    .flatMap(({ rows }) => rows)
    .flatMap(({ held, smaller }) => [held, smaller].filter((one) => one !== undefined));
  return { held: goals.filter((one) => one).length, all: goals.length };
}

function versionsText(versions: Run["versions"]): string {
  return Object.entries(versions)
    .map((entry) => entry.join(" "))
    .join(", ");
}

function time({ ms, cut }: Row): string {
  return `${cut ? ">" : ""}${ms.toFixed(1)}`;
}

function memory({ peakMiB }: Row): string {
  return peakMiB === undefined ? "-" : peakMiB.toFixed(1);
}

function ratioText({ ratio, cut }: Row): string {
  return ratio === undefined ? "" : `${cut ? "<" : ""}${ratio.toFixed(3)}`;
}

function verdict(held: boolean | undefined): string {
  return held === true ? "held" : "not held";
}

function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((cell, at) => Math.max(cell.length, 3, ...rows.map((row) => row[at]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(" | ")} |`;
  return [line(head), line(widths.map((width) => "-".repeat(width))), ...rows.map(line)].join("\n");
}
