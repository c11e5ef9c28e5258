import { describe, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describeDatabases } from "../support/databases.ts";
import { parseScript, runScript } from "../support/script.ts";

/** A script is many processes, which a busy machine may keep waiting. */
const TIMEOUT_MS = 60_000;

// The quickstart of the project's README is a script like the others.
const scripts = ["../../README.md", ...readdirSync(import.meta.dir).sort()]
  .filter((name) => name.endsWith(".md") && name !== "README.md")
  .map((name) => ({ name, document: readFileSync(join(import.meta.dir, name), "utf8") }));

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
