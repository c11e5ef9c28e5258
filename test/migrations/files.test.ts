import { expect, test } from "bun:test";
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { MigrationError, UsageError } from "../../src/errors.ts";
import { listMigrationFiles, requireDirectory } from "../../src/migrations/files.ts";
import { writeMigration } from "../../src/migrations/write.ts";
import { failure, temporaryFolder } from "../support/temporary-folder.ts";

const WRITE = join(import.meta.dir, "../../src/migrations/write.ts");

test("lists migration files by number and imports none", async () => {
  const folder = temporaryFolder({
    "10000_later.ts": "throw new Error('imported');",
    "0002_b.ts": "",
    "0001_a.ts": "",
    "_helper.ts": "",
    ".0003_hidden.ts": "",
    "0004_types.d.ts": "",
    "notes.md": "",
    "5_short.ts": "",
    "0006-dash.ts": "",
    "0007_script.js": "",
  });
  mkdirSync(join(folder, "0008_folder.ts"));
  const { files, ignored } = await listMigrationFiles(folder);
  expect(files).toEqual([
    { name: "0001_a", number: 1, path: join(folder, "0001_a.ts"), isFile: true },
    { name: "0002_b", number: 2, path: join(folder, "0002_b.ts"), isFile: true },
    // It is refused when it is loaded.
    { name: "0008_folder", number: 8, path: join(folder, "0008_folder.ts"), isFile: false },
    { name: "10000_later", number: 10000, path: join(folder, "10000_later.ts"), isFile: true },
  ]);
  expect(ignored).toEqual(["0006-dash.ts", "0007_script.js", "5_short.ts"]);
});

test("says how to make the directory that is not there", async () => {
  const error = await failure(listMigrationFiles(join(temporaryFolder(), "nope")));
  expect(error).toBeInstanceOf(UsageError);
  expect(error.message).toContain("there is no migrations directory");
  expect(error.hint).toContain("yara-orm init");
  const file = join(temporaryFolder({ "a.ts": "" }), "a.ts");
  expect((await failure(listMigrationFiles(file))).message).toBe(
    `the migrations directory ${file} is a file`,
  );
});

test("a directory is required without being read", () => {
  const folder = temporaryFolder({ "a.ts": "" });
  requireDirectory(folder);
  expect(() => requireDirectory(join(folder, "nope"))).toThrow("there is no migrations directory");
  expect(() => requireDirectory(join(folder, "a.ts"))).toThrow("is a file");
});

test("writes a file whole and leaves nothing else", () => {
  const folder = temporaryFolder();
  expect(writeMigration(folder, "0001_a", "export {};\n")).toBe("0001_a.ts");
  expect(readdirSync(folder)).toEqual(["0001_a.ts"]);
  expect(readFileSync(join(folder, "0001_a.ts"), "utf8")).toBe("export {};\n");
});

test("never overwrites a file, also when two write at once", async () => {
  const folder = temporaryFolder({ "0001_a.ts": "old" });
  const error = await failure((async () => writeMigration(folder, "0001_a", "new"))());
  expect(error).toBeInstanceOf(MigrationError);
  expect(error.message).toContain("exists already");
  expect(readFileSync(join(folder, "0001_a.ts"), "utf8")).toBe("old");

  const code = `import { writeMigration } from ${JSON.stringify(WRITE)};
await Bun.stdin.text();
writeMigration(${JSON.stringify(folder)}, "0002_b", process.argv[1]);`;
  const writers = ["x", "y"].map((text) =>
    Bun.spawn([process.execPath, "-e", code, text], { stdin: "pipe", stderr: "pipe" }),
  );
  for (const { stdin } of writers) stdin.end();
  const codes = await Promise.all(writers.map(({ exited }) => exited));
  expect(codes.toSorted()).toEqual([0, 1]);
  expect(readFileSync(join(folder, "0002_b.ts"), "utf8")).toBe(codes[0] === 0 ? "x" : "y");
  expect(readdirSync(folder).sort()).toEqual(["0001_a.ts", "0002_b.ts"]);
});

test("says where it could not write", async () => {
  const folder = join(temporaryFolder(), "nope");
  const error = await failure((async () => writeMigration(folder, "0001_a", ""))());
  expect(error).toBeInstanceOf(MigrationError);
  expect(error.message).toContain(`${join(folder, "0001_a.ts")} cannot be written: `);
});
