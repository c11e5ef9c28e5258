import { createHash } from "node:crypto";
import { chmodSync, renameSync } from "node:fs";
import { join } from "node:path";
import pins from "./runtimes.json" with { type: "json" };

/** What a build is held to: the version of Bun, and of each package that has it the hash of its archive. */
export interface Pins {
  readonly version: string;
  readonly integrity: Readonly<Record<string, string>>;
}

const PINS: Pins = pins;

const CACHE = join(import.meta.dir, "../node_modules/.cache/yara-orm");

/**
 * Writes Bun for another system to a path. It comes from the npm registry; the archive is kept in node_modules/.cache, and
 * compared with build/runtimes.json each time, because others write there, too. Bun's own download of it is not used
 * because nothing is known of what it checks.
 * @throws where the archive is another than the one that build/runtimes.json names
 */
export async function writeRuntime(name: string, path: string): Promise<void> {
  if (Bun.version !== PINS.version) {
    throw new Error(
      `build/runtimes.json is of Bun ${PINS.version} and this is ${Bun.version}: run bun run build/pin-runtimes.ts`,
    );
  }
  const member = `package/bin/${name.includes("windows") ? "bun.exe" : "bun"}`;
  const archive = (await keptArchive(name)) ?? (await download(name));
  const files = await new Bun.Archive(archive).files(member);
  const runtime = files.get(member);
  if (runtime === undefined) throw new Error(`@oven/${name} has no ${member}`);
  await Bun.write(path, runtime);
  chmodSync(path, 0o755);
}

/** The address of the npm registry, without a slash at its end. */
export function registry(): string {
  return (process.env.npm_config_registry ?? "https://registry.npmjs.org").replace(/\/+$/, "");
}

/** The archive of an earlier download; undefined where there is none, or another than the one that is wanted. */
async function keptArchive(name: string): Promise<ArrayBuffer | undefined> {
  const kept = Bun.file(keptPath(name));
  if (!(await kept.exists())) return undefined;
  const archive = await kept.arrayBuffer();
  return integrityOf(archive) === PINS.integrity[name] ? archive : undefined;
}

async function download(name: string): Promise<ArrayBuffer> {
  const url = `${registry()}/@oven/${name}/-/${name}-${PINS.version}.tgz`;
  console.log(`downloading ${url}`);
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: ${response.status} ${response.statusText}`);
  const archive = await response.arrayBuffer();
  const integrity = integrityOf(archive);
  const expected = PINS.integrity[name];
  if (integrity !== expected) throw new Error(`${url} has the integrity ${integrity}, not ${expected}`);
  const unfinished = `${keptPath(name)}.${process.pid}.tmp`;
  await Bun.write(unfinished, archive);
  renameSync(unfinished, keptPath(name));
  return archive;
}

function keptPath(name: string): string {
  return join(CACHE, `${name}-${PINS.version}.tgz`);
}

function integrityOf(archive: ArrayBuffer): string {
  return `sha512-${createHash("sha512").update(new Uint8Array(archive)).digest("base64")}`;
}
