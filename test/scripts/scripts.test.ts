import { describe, test } from "bun:test";
import { onlySqlite } from "../support/databases.ts";
import { SCRIPT_TIMEOUT, scriptDocuments } from "../support/documents.ts";
import { parseScript, runScript } from "../support/script.ts";

describe("script", () => {
  for (const { name, document } of scriptDocuments(false)) {
    test(name, () => runScript(parseScript(document)), SCRIPT_TIMEOUT);
  }
});

onlySqlite("script", (db) => {
  for (const { name, document } of scriptDocuments(true)) {
    const run = async () => {
      await runScript(parseScript(document), { name: db.name, url: await db.createUrl() });
    };
    test(name, run, SCRIPT_TIMEOUT);
  }
});
