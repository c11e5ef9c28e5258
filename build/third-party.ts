import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import manifest from "../package.json" with { type: "json" };

const ROOT = join(import.meta.dir, "..");

/** The names and licences of what an executable contains beside yara-orm, as their authors ask of whoever hands it on. */
export function thirdPartyNotices(): string {
  const packages = Object.keys(manifest.dependencies).sort().map(noticeOf);
  return [
    `The executable yara-orm ${manifest.version} contains the following software.`,
    `Bun ${Bun.version}, https://bun.com: MIT, with parts under other licences (JavaScriptCore: LGPL-2.0 among them).\nThey are listed at https://bun.com/docs/project/license, which also says how to replace them.`,
    ...packages,
  ].join(`\n\n${"-".repeat(80)}\n\n`);
}

function noticeOf(name: string): string {
  const folder = join(ROOT, "node_modules", name);
  const { version, license } = describedIn(join(folder, "package.json"));
  const file = readdirSync(folder).find((entry) => /^licen[cs]e(\.\w+)?$/i.test(entry));
  const text = file === undefined ? "" : `\n\n${readFileSync(join(folder, file), "utf8").trim()}`;
  return `${name} ${version}, https://www.npmjs.com/package/${name}: ${license}${text}`;
}

function describedIn(path: string): { readonly version: string; readonly license: string } {
  const found: unknown = JSON.parse(readFileSync(path, "utf8"));
  if (typeof found === "object" && found !== null && "version" in found && "license" in found) {
    return { version: String(found.version), license: String(found.license) };
  }
  throw new Error(`${path} has no version or no license`);
}
