/*
 * Measures whole processes of the built binary against the least that Bun costs for the same work, and against other
 * tools, which it installs into a temporary folder. What counts are the ratios: medians of rounds in one run.
 *
 *   npm run bench                              everything (about an hour)
 *   npm run bench -- --only start              the cases whose id contains that (repeatable)
 *   npm run bench -- --rounds 50 --json        more rounds; one JSON object on stdout
 */
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { cpus, release, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { version } from "../../src/version.ts";
import { Bench, type Case } from "./bench.ts";
import { makemigrationsCases } from "./makemigrations-cases.ts";
import { type Measured, measure, quantile, ratios } from "./measure.ts";
import { upgradeCases } from "./upgrade-cases.ts";

const startCases: readonly Case[] = ["--version", "--help"].map((option) => ({
  id: `start/${option.slice(2)}`,
  goals: [
    { to: "floor", most: 1.15 },
    { to: "dbmate", most: 0.7 },
  ],
  async prepare(bench) {
    return [
      { name: "yara-orm", command: [bench.binary, option] },
      { name: "floor", command: [await bench.floor("bare")] },
      { name: "dbmate", command: [bench.peers.dbmate, option] },
    ];
  },
}));

const { values } = parseArgs({
  options: {
    only: { type: "string", multiple: true, default: [] },
    rounds: { type: "string", default: "20" },
    json: { type: "boolean", default: false },
  },
});
const rounds = Number(values.rounds);
if (!Number.isSafeInteger(rounds) || rounds < 1) throw new Error("--rounds is a whole number from 1");
const binary = join(
  import.meta.dir,
  "../../dist",
  process.platform === "win32" ? "yara-orm.exe" : "yara-orm",
);
if (!existsSync(binary)) throw new Error(`${binary} is missing: run npm run build`);
const cases = [...startCases, ...upgradeCases, ...makemigrationsCases].filter(
  ({ id }) => values.only.length === 0 || values.only.some((part) => id.includes(part)),
);
if (cases.length === 0) throw new Error(`no case has ${values.only.join(" or ")} in its id`);

/** How long the rounds of one case may take. */
const BUDGET_MS = 60_000;

interface Row {
  readonly subject: string;
  /** Medians of milliseconds and of the ratio of the tool to this subject, with quartiles. */
  readonly ms: number;
  readonly ratio: number | undefined;
  readonly quartiles: readonly [number, number] | undefined;
  readonly rounds: number;
  readonly peakMiB: number | undefined;
  /** Killed at the limit: its time is at least that. */
  readonly cut: boolean;
  readonly most: number | undefined;
  readonly met: boolean | undefined;
}

const folder = await mkdtemp(join(tmpdir(), "yara-bench-"));
const bench = new Bench(folder, binary);
const results: { id: string; rows: readonly Row[] }[] = [];
try {
  for (const each of cases) {
    const measured = await measure(await each.prepare(bench), { rounds, budgetMs: BUDGET_MS });
    const result = { id: each.id, rows: rowsOf(each, measured) };
    results.push(result);
    if (!values.json) show(result);
  }
  const machine = `${cpus()[0]?.model ?? "?"}, ${cpus().length} processors, ${process.platform} ${release()}`;
  const versions = { "yara-orm": version, bun: Bun.version, ...bench.versions };
  if (values.json) console.log(JSON.stringify({ machine, versions, results }, undefined, 2));
  else {
    console.log(`\n${machine}`);
    console.log(
      Object.entries(versions)
        .map((entry) => entry.join(" "))
        .join(", "),
    );
    const goals = results.flatMap(({ rows }) => rows).filter(({ met }) => met !== undefined);
    console.log(`${goals.filter(({ met }) => met === true).length} of ${goals.length} goals are met`);
  }
} finally {
  await bench.close();
  await rm(folder, { recursive: true, force: true });
}

function rowsOf({ goals }: Case, measured: readonly Measured[]): Row[] {
  const [own] = measured;
  return measured.map((one) => {
    const values = own === undefined || one === own ? undefined : ratios(own, one);
    const ratio = values === undefined ? undefined : quantile(values, 0.5);
    const most = goals.find(({ to }) => to === one.name)?.most;
    return {
      subject: one.name,
      ms: quantile(one.walls, 0.5),
      ratio,
      quartiles: values === undefined ? undefined : [quantile(values, 0.25), quantile(values, 0.75)],
      rounds: one.walls.length,
      peakMiB: one.peakMiB,
      cut: one.cut,
      most,
      met: most === undefined || ratio === undefined ? undefined : ratio <= most,
    };
  });
}

function show({ id, rows }: { readonly id: string; readonly rows: readonly Row[] }): void {
  console.log(`\n${id}  (${rows[0]?.rounds} rounds)`);
  for (const { subject, ms, ratio, quartiles, peakMiB, cut, most, met } of rows) {
    const cells = [
      subject.padEnd(16),
      `${cut ? ">" : ""}${ms.toFixed(1)} ms`.padStart(12),
      (peakMiB === undefined ? "-" : `${peakMiB.toFixed(1)} MiB`).padStart(11),
      (ratio === undefined ? "" : ratio.toFixed(3)).padStart(8),
      quartiles === undefined ? "" : ` (${quartiles.map((value) => value.toFixed(3)).join(" to ")})`,
      most === undefined ? "" : `  goal ${most.toFixed(2)}: ${met === true ? "met" : "missed"}`,
    ];
    console.log(`  ${cells.join("")}`.trimEnd());
  }
}
