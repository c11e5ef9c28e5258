import { copyFileSync, existsSync, renameSync, writeFileSync } from "node:fs";

/** A command that is measured as a whole process. */
export interface Subject {
  readonly name: string;
  readonly command: readonly string[];
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Brings back what the command changes; not timed. */
  readonly reset?: () => void | Promise<void>;
}

export interface Measured {
  readonly name: string;
  /** Milliseconds, one for each round. */
  readonly walls: readonly number[];
  /** The largest resident set of a process of it; undefined where nothing here could tell. */
  readonly peakMiB: number | undefined;
  /** It was killed at the limit: it takes at least that long. */
  readonly cut: boolean;
}

export interface Limits {
  readonly rounds: number;
  /** No further round is begun after this, once there have been three. */
  readonly budgetMs: number;
}

interface Peak {
  readonly peakMiB: number | undefined;
  readonly killed: boolean;
}

/** A command that takes longer than this is killed: all that is wanted is that it does. */
const LONGEST_MS = 120_000;
const FEWEST_ROUNDS = 3;

/** What GNU timeout ends with where it has killed. */
const KILLED = 137;

/** Forgets the pages of files that nobody has changed (proc_sys_vm(5)), where whoever writes to it is root on Linux. */
const DROP_CACHES = "/proc/sys/vm/drop_caches";

/** GNU time forks from a small process; what Bun.spawn tells of a child begins at the size of Bun itself. */
const TIME = "/usr/bin/time";

/**
 * Runs the subjects in turn, round by round, so that the machine's moods hit all alike, and in another order in each, so
 * that what one leaves for the server to do does not hit always the same. The memory is measured before that.
 *
 * How the kernel holds the pages of an executable depends on how they came to be there. Those of one that was just written are mapped
 * many at a time, which is worth a fifth of the memory of a start, and those of one that was read from the disk take a third
 * longer. So the memory is that of executables that were read, as after a start of the machine, and the times are those of copies.
 * @param folder the executables in it are copied; others are what was installed
 * @throws Error with what a command that fails has printed
 */
export async function measure(
  subjects: readonly Subject[],
  { rounds, budgetMs }: Limits,
  folder: string,
): Promise<Measured[]> {
  forgetFiles();
  const peaks: (number | undefined)[] = [];
  const cut = new Set<Subject>();
  for (const subject of subjects) {
    const { peakMiB, killed } = await peak(subject);
    peaks.push(peakMiB);
    if (killed) cut.add(subject);
  }
  for (const executable of new Set(subjects.map(({ command: [executable = ""] }) => executable))) {
    if (executable.startsWith(folder)) renew(executable);
  }
  const walls = subjects.map((): number[] => []);
  const start = performance.now();
  for (let round = 0; round < rounds; round += 1) {
    if (round >= FEWEST_ROUNDS && performance.now() - start > budgetMs) break;
    for (const [at, subject] of shuffled(subjects))
      walls[at]?.push(cut.has(subject) ? LONGEST_MS : await wallOf(subject));
  }
  return subjects.map((subject, at) => ({
    name: subject.name,
    walls: walls[at] ?? [],
    peakMiB: peaks[at],
    cut: cut.has(subject),
  }));
}

function shuffled(subjects: readonly Subject[]): (readonly [at: number, subject: Subject])[] {
  const drawn = subjects.map((subject, at) => ({ place: Math.random(), entry: [at, subject] as const }));
  return drawn.sort((a, b) => a.place - b.place).map(({ entry }) => entry);
}

/** The ratios of two measurements, round by round. */
export function ratios(own: Measured, other: Measured): number[] {
  return own.walls.map((wall, at) => wall / (other.walls[at] ?? Number.NaN));
}

/** The value at that part of the way from the least to the greatest: 0.5 is the median. */
export function quantile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
}

/** Runs a command to its end. @throws Error with what it has printed where it fails */
export function runToEnd({ command, cwd, env }: Omit<Subject, "name">): string {
  const run = Bun.spawnSync([...command], options(cwd, env));
  if (run.exitCode !== 0)
    throw new Error(`${command.join(" ")} failed: ${run.stdout.toString()}${run.stderr.toString()}`);
  return run.stdout.toString();
}

async function wallOf(subject: Subject): Promise<number> {
  await subject.reset?.();
  const start = performance.now();
  const run = Bun.spawnSync([...subject.command], options(subject.cwd, subject.env));
  const wall = performance.now() - start;
  if (run.exitCode !== 0)
    throw new Error(`${subject.command.join(" ")} failed: ${run.stdout.toString()}${run.stderr.toString()}`);
  return wall;
}

function forgetFiles(): void {
  try {
    Bun.spawnSync(["sync"]);
    writeFileSync(DROP_CACHES, "1");
  } catch {
    // What is measured then is what is there.
  }
}

/** Puts a copy in the place of a file. */
function renew(path: string): void {
  copyFileSync(path, `${path}.new`);
  renameSync(`${path}.new`, path);
}

/** The first run reads what it needs from the disk, the second is measured. */
async function peak(subject: Subject): Promise<Peak> {
  const first = await peakOfRun(subject);
  return first.killed ? first : await peakOfRun(subject);
}

async function peakOfRun(subject: Subject): Promise<Peak> {
  await subject.reset?.();
  const timed = existsSync(TIME);
  const command = timed ? [TIME, "-f", "peak %M", ...subject.command] : [...subject.command];
  // Unlike the runtime's own limit it ends what the command has started, too, which would disturb all that follows.
  const limited = ["timeout", "--signal=KILL", `${LONGEST_MS / 1000}`, ...command];
  const run = Bun.spawnSync(limited, options(subject.cwd, subject.env));
  if (run.signalCode === "SIGKILL" || run.exitCode === KILLED) return { peakMiB: undefined, killed: true };
  const text = run.stderr.toString();
  if (run.exitCode !== 0)
    throw new Error(`${subject.command.join(" ")} failed: ${run.stdout.toString()}${text}`);
  const kilobytes = /peak (\d+)\s*$/.exec(text)?.[1];
  return { peakMiB: kilobytes === undefined ? undefined : Number(kilobytes) / 1024, killed: false };
}

function options(cwd: string | undefined, env: Readonly<Record<string, string>> = {}) {
  return {
    ...(cwd === undefined ? {} : { cwd }),
    env: { ...process.env, NO_COLOR: "1", CI: "1", ...env },
    stdin: "ignore" as const,
    stdout: "pipe" as const,
    stderr: "pipe" as const,
  };
}
