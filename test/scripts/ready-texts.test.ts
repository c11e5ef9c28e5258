import { beforeAll, expect, test } from "bun:test";
import { join } from "node:path";
import { commands } from "../../src/commands/all.ts";
import { buildBinary, yaraOrm } from "../support/binary.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const SOURCE = join(import.meta.dir, "../../src/cli.ts");

beforeAll(buildBinary, 120_000);

/** What the source prints, which has no text that is made ready. */
function fromSource(words: readonly string[]): string {
  const run = Bun.spawnSync([process.execPath, SOURCE, ...words], { stdout: "pipe", stderr: "pipe" });
  return `${run.exitCode} ${run.stdout.toString()}${run.stderr.toString()}`;
}

async function fromBinary(words: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await yaraOrm(words, { cwd: temporaryFolder() });
  return `${code} ${stdout}${stderr}`;
}

test.each([
  [["--version"]],
  [["-v"]],
  [["--help"]],
  [["-h"]],
  ...commands.map(({ name }) => [[name, "--help"]]),
  [["upgrade", "-h"]],
  // Those that only look like them.
  [["upgrade --help"]],
  [["--json", "--help"]],
  [["nothing", "--help"]],
])("%p is what the source prints", async (words) => {
  expect(await fromBinary(words)).toBe(fromSource(words));
});
