/*
 * Measures whole processes of the built binary against a bare Bun executable, in turn, so that the machine's moods
 * hit both alike. What counts are the ratios: medians of pairs in one run.
 *
 *   npm run bench            20 pairs of each
 *   npm run bench -- 100     more of them
 */
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const binary = join(import.meta.dir, "../../dist/yara-orm");
const pairs = Number(process.argv[2] ?? 20);

if (!existsSync(binary)) throw new Error("dist/yara-orm is missing: run npm run build");
if (!Number.isSafeInteger(pairs) || pairs < 1)
  throw new Error("the number of pairs is a whole number from 1");

const folder = await mkdtemp(join(tmpdir(), "yara-bench-"));
try {
  const floor = [await buildFloor(folder)];
  console.log(`${pairs} pairs each; wall time in ms, and its ratio to a bare Bun executable`);
  compare("--version", [binary, "--version"], floor);
  compare("--help", [binary, "--help"], floor);
  for (const count of [100, 1000]) {
    const command = await prepareHistory(join(folder, `history-${count}`), count);
    compare(`upgrade, ${count} applied, nothing to do`, command, floor);
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}

/** The least that a single-file executable of Bun can cost. */
async function buildFloor(directory: string): Promise<string> {
  const entry = join(directory, "floor.ts");
  const outfile = join(directory, "floor");
  await writeFile(entry, "console.log(1);\n");
  await Bun.build({
    entrypoints: [entry],
    target: "bun",
    format: "cjs",
    bytecode: true,
    compile: { outfile },
    throw: true,
  });
  return outfile;
}

/** A SQLite database with that many applied migrations; returns the command that has nothing to do. */
async function prepareHistory(directory: string, count: number): Promise<string[]> {
  const migrations = join(directory, "migrations");
  await mkdir(migrations, { recursive: true });
  const nameOf = (at: number) => `${String(at).padStart(4, "0")}_t${at}`;
  for (let at = 1; at <= count; at += 1) {
    const dependencies =
      at === 1 ? "const dependencies: string[] = []" : `const dependencies = ["${nameOf(at - 1)}"]`;
    const operation = `m.createTable("t${at}", { id: m.int({ pk: true }), name: m.text() })`;
    const text = `import { migrations as m } from "yara-orm";\n\nexport ${dependencies};\n\nexport const operations = [${operation}];\n`;
    await writeFile(join(migrations, `${nameOf(at)}.ts`), text);
  }
  const command = [binary, "upgrade", "--quiet", "--dir", migrations, "--db", join(directory, "app.db")];
  measure(command);
  return command;
}

function compare(what: string, command: string[], floor: string[]): void {
  measure(command);
  measure(floor);
  const runs = Array.from({ length: pairs }, () => ({ own: measure(command), bare: measure(floor) }));
  const own = median(runs.map((run) => run.own));
  const ratio = median(runs.map((run) => run.own / run.bare));
  console.log(`${what.padEnd(40)} ${own.toFixed(1).padStart(8)} ${ratio.toFixed(2).padStart(7)}`);
}

function measure(command: string[]): number {
  const start = performance.now();
  const child = Bun.spawnSync(command, { stdout: "ignore", stderr: "pipe" });
  const wall = performance.now() - start;
  if (child.exitCode !== 0) throw new Error(`${command.join(" ")} failed: ${child.stderr.toString()}`);
  return wall;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
