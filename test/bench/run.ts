/*
 * Measures whole processes of the built binary against the least that Bun costs for the same work, and against other
 * tools, which it installs into a folder that stays. What counts are the ratios: medians of rounds in one run, in which
 * all take turns.
 *
 *   npm run bench                              everything (about an hour)
 *   npm run bench -- --only start              the cases whose id contains that (repeatable)
 *   npm run bench -- --rounds 50 --json        more rounds; one JSON object on stdout
 *   npm run bench -- --budget 10               no further round of a case after so many seconds, once there have been three
 *   npm run bench -- --write                   the table of docs/benchmark.md, too
 */
import { existsSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { cpus, loadavg, release, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { version } from "../../src/version.ts";
import { Bench, type Case, copyOf } from "./bench.ts";
import { makemigrationsCases } from "./makemigrations-cases.ts";
import { measure } from "./measure.ts";
import { type Result, reportText, resultLines, rowsOf, summaryLines } from "./report.ts";
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
    budget: { type: "string", default: "60" },
    json: { type: "boolean", default: false },
    write: { type: "boolean", default: false },
  },
});
const rounds = Number(values.rounds);
if (!Number.isSafeInteger(rounds) || rounds < 1) throw new Error("--rounds is a whole number from 1");
const budgetMs = Number(values.budget) * 1000;
if (!(budgetMs >= 0)) throw new Error("--budget is a number of seconds");
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

const folder = await mkdtemp(join(tmpdir(), "yara-bench-"));
const bench = new Bench(folder, copyOf(binary, folder));
const results: Result[] = [];
const begun = new Date();
const loadBefore = loadavg();
try {
  for (const each of cases) {
    const measured = await measure(await each.prepare(bench), { rounds, budgetMs }, folder);
    const result = { id: each.id, rows: rowsOf(each, measured) };
    results.push(result);
    if (!values.json) console.log(`\n${resultLines(result).join("\n")}`);
  }
  const machine = `${cpus()[0]?.model ?? "?"}, ${cpus().length} processors, ${process.platform} ${release()}`;
  const versions = { "yara-orm": version, bun: Bun.version, ...bench.versions };
  const run = { begun, machine, load: [loadBefore, loadavg()], versions, rounds, budgetMs, results };
  if (values.write) writeFileSync(join(import.meta.dir, "../../docs/benchmark.md"), reportText(run));
  if (values.json) console.log(JSON.stringify(run, undefined, 2));
  else console.log(`\n${summaryLines(run).join("\n")}`);
} finally {
  await bench.close();
  await rm(folder, { recursive: true, force: true });
}
