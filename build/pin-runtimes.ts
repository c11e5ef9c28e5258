import { join } from "node:path";
import { type Pins, registry } from "./runtimes.ts";
import { TARGETS } from "./targets.ts";

/*
 * Writes build/runtimes.json for the version of Bun that runs it: `bun run build/pin-runtimes.ts`, once after Bun was
 * raised in package.json. What the registry says today is what every later build is held to.
 */

const integrity: Record<string, string> = {};
for (const { runtime } of TARGETS) {
  const response = await fetch(`${registry()}/@oven/${runtime}/${Bun.version}`);
  if (!response.ok) throw new Error(`${response.url}: ${response.status} ${response.statusText}`);
  const manifest: unknown = await response.json();
  integrity[runtime] = integrityOf(manifest);
}
const pins: Pins = { version: Bun.version, integrity };
await Bun.write(join(import.meta.dir, "runtimes.json"), `${JSON.stringify(pins, null, 2)}\n`);

function integrityOf(manifest: unknown): string {
  if (typeof manifest === "object" && manifest !== null && "dist" in manifest) {
    const { dist } = manifest;
    if (typeof dist === "object" && dist !== null && "integrity" in dist) return String(dist.integrity);
  }
  throw new Error("the registry gives no integrity");
}
