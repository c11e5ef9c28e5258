import { describe, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describeDatabases } from "../support/databases.ts";
import { parseScript, runScript } from "../support/script.ts";

/** A script is many processes, which a busy machine may keep waiting. */
const TIMEOUT_MS = 60_000;

const ROOT = join(import.meta.dir, "../..");

// The quickstart of the project's README, and the guides, are scripts like the others.
const scripts = [
  "README.md",
  ...documentsIn("docs"),
  ...documentsIn("test/scripts").filter((path) => !path.endsWith("README.md")),
].map((path) => ({
  name: path.replace("test/scripts/", ""),
  document: readFileSync(join(ROOT, path), "utf8"),
}));

function documentsIn(folder: string): string[] {
  const names = readdirSync(join(ROOT, folder)).sort();
  return names.filter((name) => name.endsWith(".md")).map((name) => `${folder}/${name}`);
}

describe("script", () => {
  for (const { name, document } of scripts.filter(({ document }) => !document.includes("$DB"))) {
    test(name, () => runScript(parseScript(document)), TIMEOUT_MS);
  }
});

describeDatabases("script", (db) => {
  for (const { name, document } of scripts.filter(({ document }) => document.includes("$DB"))) {
    const run = async () => {
      await runScript(parseScript(document), { name: db.name, url: await db.createUrl() });
    };
    test(name, run, TIMEOUT_MS);
  }
});
