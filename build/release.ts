import { createHash } from "node:crypto";
import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { version } from "../src/version.ts";
import { type ArchiveFile, tarGz, zip } from "./archive.ts";
import { writeRuntime } from "./runtimes.ts";
import { archiveName, TARGETS, type Target } from "./targets.ts";
import { thirdPartyNotices } from "./third-party.ts";

const ROOT = join(import.meta.dir, "..");

/** Compiles the executable for another system, with Bun for that system. */
export type Compile = (outfile: string, target: Target, runtime: string) => Promise<void>;

/**
 * Makes a folder, or takes an earlier release out of it.
 * @throws Error for a folder that holds anything else: nothing is removed
 */
export async function clearReleaseFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const names = await readdir(folder);
  const other = names.find((name) => !isOfRelease(name));
  if (other !== undefined)
    throw new Error(`${folder} is no folder of a release, as ${other} is in it: nothing was removed`);
  for (const name of names) await rm(join(folder, name), { recursive: true });
}

/** True for what a release of any version consists of, and for what a build that was stopped has left. */
function isOfRelease(name: string): boolean {
  if (name === "SHA256SUMS" || name === "install.sh") return true;
  return TARGETS.some(
    (target) =>
      name === target.name ||
      (name.startsWith("yara-orm-") && name.endsWith(`-${target.name}.${target.archive}`)),
  );
}

/** Writes the archive of each target, SHA256SUMS and the installer into a clear folder. The same sources give the same bytes. */
export async function buildRelease(
  folder: string,
  targets: readonly Target[],
  compile: Compile,
): Promise<void> {
  const sums: string[] = [];
  for (const target of targets) {
    const executable = join(folder, target.name, target.executable);
    const runtime = join(folder, target.name, "runtime");
    await writeRuntime(target.runtime, runtime);
    await compile(executable, target, runtime);
    const name = archiveName(target, version);
    const archive = await archiveOf(target, executable);
    await Bun.write(join(folder, name), archive);
    await rm(join(folder, target.name), { recursive: true });
    sums.push(checksumLine(archive, name));
    console.log(`built ${join(folder, name)}`);
  }
  await Bun.write(join(folder, "SHA256SUMS"), sums.sort(byName).join(""));
  await Bun.write(
    join(folder, "install.sh"),
    installer(await Bun.file(join(ROOT, "install.sh")).text(), repositoryUrl()),
  );
}

/** The archive with an executable, its documents and the licences of all that is in it. */
export async function archiveOf(target: Target, executable: string, level?: number): Promise<Uint8Array> {
  const top = `yara-orm-${version}-${target.name}`;
  const text = async (path: string): Promise<Uint8Array> => await Bun.file(join(ROOT, path)).bytes();
  const files: ArchiveFile[] = [
    { path: `${top}/LICENSE`, bytes: await text("LICENSE"), mode: 0o644 },
    { path: `${top}/README.md`, bytes: await text("README.md"), mode: 0o644 },
    { path: `${top}/THIRD-PARTY.txt`, bytes: Buffer.from(thirdPartyNotices()), mode: 0o644 },
    { path: `${top}/${target.executable}`, bytes: await Bun.file(executable).bytes(), mode: 0o755 },
  ];
  return target.archive === "zip" ? await zip(files, level) : await tarGz(files, level);
}

/** A line of SHA256SUMS, as `sha256sum -c` reads it. */
export function checksumLine(archive: Uint8Array, name: string): string {
  return `${createHash("sha256").update(archive).digest("hex")}  ${name}\n`;
}

/** install.sh as it stands beside the archives of a repository: it knows where they are. */
export function installer(source: string, repository: string | undefined): string {
  if (repository === undefined) return source;
  return source.replace(/^RELEASES=.*$/m, `RELEASES=\${YARA_ORM_RELEASES:-${repository}/releases}`);
}

/** The address of the repository that a workflow builds. */
function repositoryUrl(): string | undefined {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository } = process.env;
  return server && repository ? `${server}/${repository}` : undefined;
}

function byName(one: string, other: string): number {
  return one.slice(64) < other.slice(64) ? -1 : 1;
}
