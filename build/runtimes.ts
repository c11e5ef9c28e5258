import { createHash } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, renameSync } from "node:fs";
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
 * The path of Bun for another system, from the npm registry, kept in node_modules/.cache. Bun's own download of it is
 * not used because nothing is known of what it checks.
 * @throws where the archive is another than the one that build/runtimes.json names
 */
export async function fetchRuntime(name: string): Promise<string> {
  if (Bun.version !== PINS.version) {
    throw new Error(
      `build/runtimes.json is of Bun ${PINS.version} and this is ${Bun.version}: run bun run build/pin-runtimes.ts`,
    );
  }
  const member = `package/bin/${name.includes("windows") ? "bun.exe" : "bun"}`;
  const kept = join(CACHE, `${name}-${PINS.version}${member.endsWith(".exe") ? ".exe" : ""}`);
  if (existsSync(kept)) return kept;
  const archive = await download(name);
  const files = await new Bun.Archive(archive).files(member);
  const runtime = files.get(member);
  if (runtime === undefined) throw new Error(`@oven/${name} has no ${member}`);
  mkdirSync(CACHE, { recursive: true });
  const unfinished = `${kept}.${process.pid}.tmp`;
  await Bun.write(unfinished, runtime);
  chmodSync(unfinished, 0o755);
  renameSync(unfinished, kept);
  return kept;
}

/** The address of the npm registry, without a slash at its end. */
export function registry(): string {
  return (process.env.npm_config_registry ?? "https://registry.npmjs.org").replace(/\/+$/, "");
}

async function download(name: string): Promise<ArrayBuffer> {
  const url = `${registry()}/@oven/${name}/-/${name}-${PINS.version}.tgz`;
  console.log(`downloading ${url}`);
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: ${response.status} ${response.statusText}`);
  const archive = await response.arrayBuffer();
  const integrity = `sha512-${createHash("sha512").update(new Uint8Array(archive)).digest("base64")}`;
  const expected = PINS.integrity[name];
  if (integrity !== expected) throw new Error(`${url} has the integrity ${integrity}, not ${expected}`);
  return archive;
}
