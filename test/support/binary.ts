import { spawn } from "node:child_process";
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";

const ROOT = join(import.meta.dir, "../..");
const SOURCES = ["src", "build", "build.ts", "package.json", "tsconfig.types.json"];

/** The single-file executable that `npm run build` makes. */
export const BINARY: string = join(ROOT, "dist", process.platform === "win32" ? "yara-orm.exe" : "yara-orm");

/** What a process has left behind. */
export interface Finished {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number | null;
}

export interface RunOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  /** The user and group to run as; only root can choose. */
  readonly uid?: number;
}

/** Builds the executable where it is missing or older than what it is made of. Throws where the build fails. */
export async function buildBinary(): Promise<void> {
  const built = existsSync(BINARY) ? statSync(BINARY).mtimeMs : 0;
  if (SOURCES.every((source) => newest(join(ROOT, source)) <= built)) return;
  console.error("building dist/yara-orm for the tests");
  const build = await run([process.execPath, "run", join(ROOT, "build.ts")], {
    cwd: ROOT,
    env: { ...process.env, PATH: process.env.PATH ?? "" },
  });
  if (build.code !== 0) throw new Error(`the executable could not be built:\n${build.stdout}${build.stderr}`);
}

/** Runs the executable with nothing of the environment of the tests. */
export async function yaraOrm(words: readonly string[], options: RunOptions): Promise<Finished> {
  return await run([requireBinary(), ...words], options);
}

/** The path of the executable. Throws where it has not been built. */
export function requireBinary(): string {
  if (existsSync(BINARY)) return BINARY;
  throw new Error(
    "this test runs dist/yara-orm, which is not built: run it with `npm test -- <file>`, or `npm run build` first",
  );
}

/** Runs a program to its end, whatever its exit code; its standard input is empty. */
export async function run(command: readonly string[], { cwd, env, uid }: RunOptions): Promise<Finished> {
  const [program = "", ...words] = command;
  const user = uid === undefined ? {} : { uid, gid: uid };
  const started = spawn(program, words, { cwd, env: { ...env }, stdio: ["ignore", "pipe", "pipe"], ...user });
  const ended = new Promise<number | null>((resolve, reject) => {
    started.once("error", reject);
    started.once("close", resolve);
  });
  const [stdout, stderr, code] = await Promise.all([text(started.stdout), text(started.stderr), ended]);
  return { stdout, stderr, code };
}

async function text(stream: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

/** When a file, or the newest file of a folder, was changed. */
function newest(path: string): number {
  const { mtimeMs } = statSync(path);
  if (!statSync(path).isDirectory()) return mtimeMs;
  return Math.max(mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))));
}
