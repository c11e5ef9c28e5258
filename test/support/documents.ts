import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const ROOT = join(import.meta.dir, "../..");

/** A document that is a script. */
export interface ScriptDocument {
  readonly name: string;
  readonly document: string;
}

/** The scripts of test/scripts, the guides, and the quickstart of the README: those that need a database, or the others. */
export function scriptDocuments(needsDatabase: boolean): ScriptDocument[] {
  return ["README.md", ...documentsIn("docs"), ...documentsIn("test/scripts")]
    .filter((path) => path !== "test/scripts/README.md")
    .map((path) => ({
      name: path.replace("test/scripts/", ""),
      document: readFileSync(join(ROOT, path), "utf8"),
    }))
    .filter(({ document }) => document.includes("$DB") === needsDatabase);
}

function documentsIn(folder: string): string[] {
  const names = readdirSync(join(ROOT, folder)).sort();
  return names.filter((name) => name.endsWith(".md")).map((name) => `${folder}/${name}`);
}

/** A script is many processes, which a busy machine may keep waiting. In milliseconds. */
export const SCRIPT_TIMEOUT = 60_000;
