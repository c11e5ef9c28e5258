// Runs the tests with a PostgreSQL server of their own, shows what failed once more, and ends with one line:
// "N passed, N failed".
//
//   bun run test/run.ts [arguments of `bun test`]
//   bun run test/run.ts --system-postgres     on the machine's own PostgreSQL instead of the embedded one
//   bun run test/run.ts --databases           only the test files that concern databases
//   bun run test/run.ts --cases=100000        only the properties, with so many random cases each, others each time
//
// A server that runs already is used where YARA_TEST_POSTGRES_URL names one.
import { readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { buildBinary } from "./support/binary.ts";
import { FailedTests } from "./support/failed-tests.ts";
import { startPostgresServer } from "./support/postgres-server.ts";

const ROOT = join(import.meta.dir, "..");
const OWN_OPTIONS: readonly string[] = ["--system-postgres", "--databases"];
const CASES = "--cases=";

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  // No test was run: the executable could not be built, or no server started.
  console.error(error instanceof Error ? error.message : error);
  console.log("0 passed, 1 failed");
  process.exitCode = 1;
}

async function main(parameters: readonly string[]): Promise<number> {
  const own = parameters.filter((parameter) => OWN_OPTIONS.includes(parameter));
  const cases = parameters.find((parameter) => parameter.startsWith(CASES))?.slice(CASES.length);
  const passedOn = parameters.filter(
    (parameter) => !OWN_OPTIONS.includes(parameter) && !parameter.startsWith(CASES),
  );
  const files = own.includes("--databases") ? databaseTests() : [];
  if (cases !== undefined) {
    if (!/^[1-9]\d*$/.test(cases)) throw new Error(`${CASES}${cases}: give a number of cases`);
    process.env.YARA_PROPERTY_RUNS = cases;
    if (passedOn.length === 0) files.push("./test/properties");
  }
  await buildBinary();
  const server = await provideServer(own.includes("--system-postgres"));
  try {
    console.error(`PostgreSQL for the tests: ${server.origin}`);
    return await runTests([...passedOn, ...files], server.url);
  } finally {
    await server.stop();
  }
}

async function provideServer(system: boolean): Promise<Awaited<ReturnType<typeof startPostgresServer>>> {
  const url = process.env.YARA_TEST_POSTGRES_URL;
  if (url && !system) return { url, origin: "YARA_TEST_POSTGRES_URL", stop: async () => undefined };
  return startPostgresServer(system ? "system" : "embedded");
}

/** The test files that use the databases of test/support. */
function databaseTests(): string[] {
  const names = [...new Bun.Glob("**/*.test.ts").scanSync(import.meta.dir)].sort();
  return names
    .filter((name) => readFileSync(join(import.meta.dir, name), "utf8").includes("support/databases.ts"))
    .map((name) => `./${relative(ROOT, join(import.meta.dir, name))}`);
}

async function runTests(parameters: readonly string[], url: string): Promise<number> {
  // Servers and sessions that a test leaves behind end with the run.
  const command = [
    process.execPath,
    "--no-orphans",
    "test",
    "--parallel=2",
    "--timeout=60000",
    ...parameters,
  ];
  const colour = process.stderr.isTTY ? { FORCE_COLOR: "1" } : {};
  const tests = Bun.spawn(command, {
    cwd: ROOT,
    env: { ...process.env, ...colour, YARA_TEST_POSTGRES_URL: url },
    stdio: ["inherit", "inherit", "pipe"],
  });
  // The tests end first, and then the caller stops the server.
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => tests.kill(signal));
  const decoder = new TextDecoder();
  const failures = new FailedTests();
  let tail = "";
  for await (const chunk of tests.stderr) {
    // Waited for, so that nothing comes after the closing line.
    await Bun.write(Bun.stderr, chunk);
    const text = decoder.decode(chunk, { stream: true });
    failures.add(text);
    tail = (tail + text).slice(-8000);
  }
  const exitCode = await tests.exited;
  const summary = readSummary(Bun.stripANSI(tail));
  // Bun counts a file that cannot be loaded as no failed test in some cases, and prints nothing at all after a crash.
  const failed = summary.failed === 0 && (exitCode !== 0 || !summary.complete) ? 1 : summary.failed;
  if (!summary.complete) console.error(`bun test ended with ${exitCode} and without its summary`);
  if (failures.found.length > 0) console.error(["== what failed", ...failures.found].join("\n\n"));
  if (summary.skipped > 0) console.error(`${summary.skipped} skipped`);
  console.log(`${summary.passed} passed, ${failed} failed`);
  return failed > 0 || summary.passed === 0 ? exitCode || 1 : 0;
}

interface Summary {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly complete: boolean;
}

/** Reads the lines with which `bun test` ends, which come after the last line that a test printed. */
function readSummary(output: string): Summary {
  const start = output.search(/^\s*\d+ pass\s*$(?![\s\S]*^\s*\d+ pass\s*$)/m);
  const closing = start < 0 ? "" : output.slice(start);
  const count = (word: string): number =>
    Number(new RegExp(`^\\s*(\\d+) ${word}\\s*$`, "m").exec(closing)?.[1] ?? 0);
  return {
    passed: count("pass"),
    // A file that cannot be loaded is counted as both.
    failed: Math.max(count("fail"), count("errors?")),
    skipped: count("skip") + count("todo"),
    complete: /^Ran \d+ tests? across/m.test(closing),
  };
}
