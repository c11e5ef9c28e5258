import { readdirSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { requireBinary } from "../support/binary.ts";
import { Chooser } from "../support/chooser.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const { YARA_FUZZ_RUNS: runs, YARA_FUZZ_SEED: seed } = process.env;

/** How many cases each kind of input gets: 6, or YARA_FUZZ_RUNS, which tries others each time unless YARA_FUZZ_SEED says which. */
export const FUZZ_RUNS = Number(runs ?? 6);
const SEED = seed === undefined ? (runs === undefined ? 20_261_126 : undefined) : Number(seed);

export const FUZZ_TIMEOUT = Math.min(60_000 + FUZZ_RUNS * 3_000, 2 ** 31 - 1);

/** A command line in a folder with these files. */
export interface FuzzCase {
  readonly files: Readonly<Record<string, string | Uint8Array>>;
  readonly words: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Makes what else the case needs in the folder. */
  readonly prepare?: (folder: string) => void | Promise<void>;
}

/** So many bad cases of a kind are enough to look at. */
const ENOUGH = 20;

/** Runs cases that are made of random choices, and shows all that are bad. */
export async function fuzz(make: (choose: Chooser) => FuzzCase): Promise<void> {
  const tape = fc.array(fc.nat(), { minLength: 0, maxLength: 120, size: "max" });
  const bad: string[] = [];
  const property = fc.asyncProperty(tape, async (numbers) => {
    const problem = await problemOf(make(new Chooser(numbers)));
    if (problem !== undefined) bad.push(problem);
    return bad.length < ENOUGH;
  });
  await fc
    .assert(property, {
      numRuns: FUZZ_RUNS,
      interruptAfterTimeLimit: FUZZ_TIMEOUT - 20_000,
      markInterruptAsFailure: true,
      // Each step to a smaller case would be a process.
      endOnFailure: true,
      ...(SEED === undefined ? {} : { seed: SEED }),
    })
    .catch((error: unknown) => {
      if (bad.length === 0) throw error;
    });
  if (bad.length > 0) throw new Error(`${bad.length} bad cases:\n${bad.join("\n")}`);
}

/** Longer than any case may take. */
const PATIENCE_MS = 20_000;

const EXIT_CODES: readonly (number | null)[] = [0, 1, 2, 3, 4, 5, 6];

/** A case ends with a documented code, and in words for people; leaves no half of a file. Tells where it does not. */
async function problemOf({ files, words, env, prepare }: FuzzCase): Promise<string | undefined> {
  const folder = temporaryFolder();
  for (const [name, content] of Object.entries(files)) await Bun.write(join(folder, name), content);
  await prepare?.(folder);
  const command = Bun.spawn([requireBinary(), ...words], {
    cwd: folder,
    env: { ...env },
    stdio: ["ignore", "pipe", "pipe"],
    timeout: PATIENCE_MS,
    killSignal: "SIGKILL",
  });
  const [stdout, stderr] = await Promise.all([
    new Response(command.stdout).text(),
    new Response(command.stderr).text(),
  ]);
  const code = await command.exited;
  const shown = { stderr: stderr.slice(0, 4000), words, files, env, code, stdout: stdout.slice(0, 500) };
  const wrong = (what: string) => `${what}: ${Bun.inspect(shown, { depth: 4 })}`;
  if (!EXIT_CODES.includes(code) || command.signalCode !== null)
    return wrong(`it ended with ${command.signalCode ?? code}`);
  if (code !== 0 && stderr.trim() === "") return wrong("it failed without a word");
  if (stderr.includes("run it again with --debug")) return wrong("an error that nobody has foreseen");
  const debug = words.some((word) => word.startsWith("--debug"));
  if (!debug && /^\s+at .*(\$bunfs|\/src\/|chunk-|native:)/m.test(stderr)) return wrong("it shows its stack");
  if (/panic|Segmentation fault|oh no: Bun|Maximum call stack/.test(stderr)) return wrong("it crashed");
  if (/\[object \w+\]/.test(stderr)) return wrong("a message without words");
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what is looked for
  const uncoloured = words.includes("--color") ? stderr.replace(/\x1b\[\d+m/g, "") : stderr;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what is looked for
  if (/[\x00-\x08\x0b-\x1f\x7f-\x9f]/.test(uncoloured)) return wrong("control characters for the terminal");
  const left = readdirSync(folder, { recursive: true }).map(String);
  if (left.some((name) => name.endsWith(".tmp"))) return wrong("a temporary file is left");
  return undefined;
}
