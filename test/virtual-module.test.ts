import { expect, test } from "bun:test";
import { join } from "node:path";
import { temporaryFolder } from "./support/temporary-folder.ts";

const SOURCE = join(import.meta.dir, "../src");

/** Runs a program that serves the library and then imports `entry.ts`; returns what that exports as `seen`. */
async function seenBy(files: Readonly<Record<string, string>>): Promise<unknown> {
  const folder = temporaryFolder({
    ...files,
    "program.ts": `import * as library from "${SOURCE}/index.ts";
import { installVirtualModule } from "${SOURCE}/virtual-module.ts";
installVirtualModule();
installVirtualModule();
const { migrations, seen } = await import("./entry.ts");
console.log(JSON.stringify({ same: migrations === library.migrations, seen }));`,
  });
  // No --install: a package that is not served must be missing, not downloaded.
  const run = Bun.spawn([process.execPath, "--no-install", join(folder, "program.ts")], {
    cwd: folder,
    stdout: "pipe",
    stderr: "pipe",
  });
  const [out, err] = await Promise.all([new Response(run.stdout).text(), new Response(run.stderr).text()]);
  if ((await run.exited) !== 0) throw new Error(err);
  return JSON.parse(out);
}

const ENTRY = 'export { migrations } from "yara-orm";\nexport { seen } from "./inner.ts";';

test("files of a folder without node_modules import the library that runs them", async () => {
  const inner = 'import { migrations as m } from "yara-orm";\nexport const seen = m.dropTable("a");';
  expect(await seenBy({ "entry.ts": ENTRY, "inner.ts": inner })).toEqual({
    same: true,
    seen: { kind: "dropTable", table: "a" },
  });
});

test("another copy that is installed is not used, by packages neither", async () => {
  expect(
    await seenBy({
      "entry.ts": ENTRY,
      "inner.ts": 'export { seen } from "shared-models";',
      "node_modules/yara-orm/package.json": '{ "name": "yara-orm", "version": "9.9.9", "main": "index.js" }',
      "node_modules/yara-orm/index.js": "export const migrations = { installed: true };",
      "node_modules/shared-models/package.json": '{ "name": "shared-models", "main": "index.js" }',
      "node_modules/shared-models/index.js":
        'import { migrations } from "yara-orm";\nexport const seen = "installed" in migrations;',
    }),
  ).toEqual({ same: true, seen: false });
});
