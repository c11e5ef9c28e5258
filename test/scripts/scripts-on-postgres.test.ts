import { test } from "bun:test";
import { onlyPostgres } from "../support/databases.ts";
import { SCRIPT_TIMEOUT, scriptDocuments } from "../support/documents.ts";
import { parseScript, runScript } from "../support/script.ts";

// The same as in scripts.test.ts: in a file of its own they run beside those on SQLite.
onlyPostgres("script", (db) => {
  for (const { name, document } of scriptDocuments(true)) {
    const run = async () => {
      await runScript(parseScript(document), { name: db.name, url: await db.createUrl() });
    };
    test(name, run, SCRIPT_TIMEOUT);
  }
});
