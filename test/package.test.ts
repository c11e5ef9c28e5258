import { expect, test } from "bun:test";
import { mkdirSync, statSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import manifest from "../package.json" with { type: "json" };
import { version } from "../src/version.ts";
import { requireBinary, run } from "./support/binary.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

const ROOT = join(import.meta.dir, "..");

const MODELS = `import { defineModel, fields } from "yara-orm";

export const User = defineModel("User", { name: fields.text(), age: fields.int({ null: true }) });
`;

const APP = `import { MigrationManager, YaraOrm } from "yara-orm";
import { User } from "./models.ts";

await YaraOrm.init("sqlite:///app.db");
const manager = new MigrationManager({ directory: "migrations", app: "models", models: "models.ts" });
const user = await User.objects.create({ name: "Ada" });
const age: number | null = user.age;
console.log(JSON.stringify([await manager.makeMigrations(), await manager.upgrade(), await manager.heads(), user.name, age]));
await YaraOrm.close();
`;

/** The archive that would be published. */
async function pack(): Promise<{ readonly path: string; readonly files: readonly string[] }> {
  // What is in dist has been built with the executable.
  requireBinary();
  const folder = temporaryFolder();
  const env = { PATH: process.env.PATH ?? "", HOME: folder };
  const packed = await run([process.execPath, "pm", "pack", "--ignore-scripts", "--destination", folder], {
    cwd: ROOT,
    env,
  });
  if (packed.code !== 0) throw new Error(packed.stderr);
  const path = join(folder, `yara-orm-${version}.tgz`);
  const { stdout } = await run(["tar", "-tzf", path], { cwd: folder, env });
  return {
    path,
    files: stdout
      .trimEnd()
      .split("\n")
      .map((name) => name.replace(/^package\//, "")),
  };
}

/** A Bun project that has the package as the registry would install it. */
async function project(): Promise<string> {
  const folder = temporaryFolder({
    "package.json": '{ "name": "app", "type": "module" }',
    "tsconfig.json":
      '{ "compilerOptions": { "strict": true, "module": "Preserve", "moduleResolution": "bundler", "target": "ESNext", "lib": ["ESNext", "DOM"], "allowImportingTsExtensions": true, "noEmit": true, "types": [] } }',
    "models.ts": MODELS,
    "app.ts": APP,
  });
  mkdirSync(join(folder, "node_modules/.bin"), { recursive: true });
  mkdirSync(join(folder, "node_modules/yara-orm"));
  const { path } = await pack();
  const unpacking = [
    "tar",
    "-xzf",
    path,
    "-C",
    join(folder, "node_modules/yara-orm"),
    "--strip-components=1",
  ];
  expect(await run(unpacking, { cwd: folder, env: { PATH: process.env.PATH ?? "" } })).toMatchObject({
    code: 0,
  });
  for (const name of Object.keys(manifest.dependencies)) {
    mkdirSync(dirname(join(folder, "node_modules", name)), { recursive: true });
    symlinkSync(join(ROOT, "node_modules", name), join(folder, "node_modules", name));
  }
  symlinkSync("../yara-orm/dist/cli.js", join(folder, "node_modules/.bin/yara-orm"));
  return folder;
}

test("the package is a command line and a library in a Bun project", async () => {
  const cwd = await project();
  const env = { PATH: process.env.PATH ?? "" };
  // As `bunx yara-orm` runs it; the link is started by name because there may be no other bun than this one.
  const program = join(cwd, "node_modules/.bin/yara-orm");
  const yaraOrm = async (...words: string[]) =>
    await run([process.execPath, program, ...words], { cwd, env });

  expect((await yaraOrm("init")).stdout).toBe("created migrations directory: migrations\n");
  expect((await yaraOrm("makemigrations")).stdout).toBe("created 0001_initial.ts\n");
  expect((await yaraOrm("upgrade", "--db", "app.db")).stdout).toBe("applied: 0001_initial\n");

  const app = await run([process.execPath, "run", "app.ts"], { cwd, env });
  expect(app.stderr).toBe("");
  expect(JSON.parse(app.stdout)).toEqual([null, [], [{ name: "0001_initial", applied: true }], "Ada", null]);
});

test("the types of the package compile in a strict project", async () => {
  const cwd = await project();
  const tsc = [process.execPath, join(ROOT, "node_modules/typescript/bin/tsc"), "-p", "."];
  expect(await run(tsc, { cwd, env: { PATH: process.env.PATH ?? "" } })).toEqual({
    stdout: "",
    stderr: "",
    code: 0,
  });
});

test("the package has what it needs and nothing of its development", async () => {
  const { path, files } = await pack();
  for (const file of [
    "package.json",
    "README.md",
    "LICENSE",
    "CHANGELOG.md",
    "docs/json-output.schema.json",
    "dist/cli.js",
    "dist/index.js",
    "dist/types/index.d.ts",
  ]) {
    expect(files).toContain(file);
  }
  const others = files.filter(
    (name) =>
      !/^(package\.json|README\.md|LICENSE|CHANGELOG\.md|docs\/json-output\.schema\.json)$/.test(name) &&
      !/^dist\/(cli|index|chunk-[\w]+)\.js$/.test(name) &&
      !/^dist\/types\/.*\.d\.ts$/.test(name),
  );
  expect(others).toEqual([]);
  expect(statSync(path).size).toBeLessThan(1_000_000);
});
