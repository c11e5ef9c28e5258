import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

const ROOT = join(import.meta.dir, "..");

/** A package as its package.json describes it. */
interface Package {
  readonly folder: string;
  readonly name: string;
  readonly version: string;
  readonly license: string;
  /** The names of the packages that it needs. */
  readonly needs: readonly string[];
}

/** The names and licences of what an executable contains beside yara-orm, as their authors ask of whoever hands it on. */
export function thirdPartyNotices(): string {
  const [own, ...others] = withAllNeeded(describedIn(ROOT));
  return [
    `The executable yara-orm ${own.version} contains the following software.`,
    `Bun ${Bun.version}, https://bun.com: MIT, with parts under other licences (JavaScriptCore: LGPL-2.0 among them).\nThey are listed at https://bun.com/docs/project/license, which also says how to replace them.`,
    ...others.map(noticeOf).sort(),
  ].join(`\n\n${"-".repeat(80)}\n\n`);
}

/** A package, and after it each that it needs, that those need, and so on. */
function withAllNeeded(first: Package): [Package, ...Package[]] {
  const found: [Package, ...Package[]] = [first];
  // A list gives what is added while it is gone through, too.
  for (const { folder, needs } of found) {
    for (const name of needs) {
      const needed = folderOf(name, folder);
      if (!found.some((known) => known.folder === needed)) found.push(describedIn(needed));
    }
  }
  return found;
}

/** Where an import of that name in a folder finds its package: in the nearest node_modules that has it. */
function folderOf(name: string, from: string): string {
  const folder = join(from, "node_modules", name);
  if (existsSync(folder)) return folder;
  if (from === ROOT) throw new Error(`the package ${name} is not installed`);
  return folderOf(name, dirname(from));
}

function noticeOf({ folder, name, version, license }: Package): string {
  const file = readdirSync(folder).find((entry) => /^licen[cs]e(\.\w+)?$/i.test(entry));
  const text = file === undefined ? "" : `\n\n${readFileSync(join(folder, file), "utf8").trim()}`;
  return `${name} ${version}, https://www.npmjs.com/package/${name}: ${license}${text}`;
}

function describedIn(folder: string): Package {
  const path = join(folder, "package.json");
  const found: unknown = JSON.parse(readFileSync(path, "utf8"));
  if (
    typeof found === "object" &&
    found !== null &&
    "name" in found &&
    "version" in found &&
    "license" in found
  ) {
    const { name, version, license } = found;
    const needs = "dependencies" in found ? Object.keys(Object(found.dependencies)) : [];
    return { folder, name: String(name), version: String(version), license: String(license), needs };
  }
  throw new Error(`${path} has no name, no version or no license`);
}
