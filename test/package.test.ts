import { expect, test } from "bun:test";
import { readFileSync, statSync, symlinkSync } from "node:fs";
import { delimiter, join } from "node:path";
import manifest from "../package.json" with { type: "json" };
import { version } from "../src/version.ts";
import { requireBinary, run } from "./support/binary.ts";
import { onlyPostgres } from "./support/databases.ts";
import { unnamedTypes } from "./support/declared-types.ts";
import { serveRegistry } from "./support/registry.ts";
import { temporaryFolder, write } from "./support/temporary-folder.ts";

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

// @ts-expect-error: the row has no such key.
export const wrong = () => User.objects.create({ nam: "Ada" });
`;

/** One on SQLite, whose models have queries, and one on PostgreSQL beside it. */
const TWO_DATABASES = `import { type ConnectOptions, defineModel, fields, MigrationManager, YaraOrm } from "yara-orm";
import { User } from "./models.ts";

const Invoice = defineModel("Invoice", { total: fields.int() });
await YaraOrm.init("sqlite:///app.db");
const options: ConnectOptions = { waitMs: 10_000, onNotice: (message) => console.error(message) };
const billing = await YaraOrm.connect(process.argv[2] ?? "", options);
const managers = [
  new MigrationManager({ directory: "app", models: [User] }),
  new MigrationManager({ directory: "billing", models: [Invoice], connection: billing }),
];
const files = await Promise.all(managers.map((manager) => manager.makeMigrations()));
const applied = await Promise.all(managers.map((manager) => manager.upgrade()));
const { name } = await User.objects.create({ name: "Ada" });
const invoices = await billing.query("SELECT * FROM invoice");
console.log(JSON.stringify([files, applied, [name, billing.dialect, invoices.length]]));
await billing.close();
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

const FILES = {
  "package.json": '{ "name": "app", "type": "module" }',
  "tsconfig.json":
    '{ "compilerOptions": { "strict": true, "module": "Preserve", "moduleResolution": "bundler", "target": "ESNext", "lib": ["ESNext", "DOM"], "allowImportingTsExtensions": true, "noEmit": true, "types": [] } }',
  "models.ts": MODELS,
  "app.ts": APP,
};

const BUN_ADD = [process.execPath, "add", "yara-orm"];
const NPM_INSTALL = ["npm", "install", "--no-audit", "--no-fund", "yara-orm"];

/** A fresh project, into which a package manager has installed the package from a registry. */
async function project(install: readonly string[]) {
  const { path } = await pack();
  const archive = await Bun.file(path).bytes();
  const registry = await serveRegistry({ manifest, archive });
  const cwd = temporaryFolder(FILES);
  const home = temporaryFolder();
  const env = { PATH: withBun(), HOME: home, npm_config_registry: registry, npm_config_cache: home };
  const installed = await run(install, { cwd, env: { ...env, BUN_INSTALL_CACHE_DIR: join(home, "bun") } });
  if (installed.code !== 0) throw new Error(`${installed.stdout}${installed.stderr}`);
  return { cwd, env };
}

/** The PATH of these tests with this very Bun in it. */
function withBun(): string {
  const folder = temporaryFolder();
  symlinkSync(process.execPath, join(folder, "bun"));
  return `${folder}${delimiter}${process.env.PATH}`;
}

for (const { name, install, start } of [
  { name: "Bun", install: BUN_ADD, start: [process.execPath, "x", "yara-orm"] },
  // Who runs the tests with npm has Node.js.
  { name: "Node.js with Bun", install: NPM_INSTALL, start: ["npx", "--no-install", "yara-orm"] },
] as const) {
  test(`the package is a command line and a library in a project of ${name}`, async () => {
    const { cwd, env } = await project(install);
    const yaraOrm = async (...words: string[]) => await run([...start, ...words], { cwd, env });

    expect(await yaraOrm("--version")).toMatchObject({ stdout: `${version}\n`, code: 0 });
    expect((await yaraOrm("init")).stdout).toBe("created migrations directory: migrations\n");
    expect((await yaraOrm("makemigrations")).stdout).toBe("created 0001_initial.ts\n");
    expect((await yaraOrm("upgrade", "--db", "app.db")).stdout).toBe("applied: 0001_initial\n");
    expect(await yaraOrm("no-such-command")).toMatchObject({ code: 2 });

    const app = await run([process.execPath, "run", "app.ts"], { cwd, env });
    expect(app.stderr).toBe("");
    expect(JSON.parse(app.stdout)).toEqual([
      null,
      [],
      [{ name: "0001_initial", applied: true }],
      "Ada",
      null,
    ]);
  });
}

onlyPostgres("an application with two databases", (db) => {
  test("has a manager on each, at once", async () => {
    const { cwd, env } = await project(BUN_ADD);
    write(cwd, "two.ts", TWO_DATABASES);
    const app = await run([process.execPath, "run", "two.ts", await db.createUrl()], { cwd, env });
    expect(app).toMatchObject({ code: 0, stderr: "" });
    expect(JSON.parse(app.stdout)).toEqual([
      ["0001_initial.ts", "0001_initial.ts"],
      [["0001_initial"], ["0001_initial"]],
      ["Ada", "postgres", 0],
    ]);
  });
});

test("the package says to Node.js that it needs Bun", async () => {
  const { cwd, env } = await project(BUN_ADD);
  const says = /^error: yara-orm runs on Bun, and this is Node\.js v\d.*\nhint: install Bun beside it .*\n$/;
  for (const word of ["--version", "upgrade"]) {
    expect(await run(["node", "node_modules/.bin/yara-orm", word], { cwd, env })).toEqual({
      stdout: "",
      stderr: expect.stringMatching(says),
      code: 2,
    });
  }
  const imported = await run(
    ["node", "-e", 'import("yara-orm").catch((error) => console.log(error.message))'],
    {
      cwd,
      env,
    },
  );
  expect(imported).toMatchObject({ code: 0, stderr: "" });
  expect(`error: ${imported.stdout}`).toMatch(says);
});

test("the types of the package compile in a strict project", async () => {
  const { cwd, env } = await project(BUN_ADD);
  const tsc = [process.execPath, join(ROOT, "node_modules/typescript/bin/tsc"), "-p", "."];
  expect(await run(tsc, { cwd, env })).toEqual({
    stdout: "",
    stderr: "",
    code: 0,
  });
});

test("a project that emits declarations can name every type that it infers", async () => {
  const { cwd, env } = await project(BUN_ADD);
  write(cwd, "every-type.ts", readFileSync(join(ROOT, "test/support/every-type.ts"), "utf8"));
  const emit = ["--noEmit", "false", "--declaration", "--emitDeclarationOnly", "--outDir", "declared"];
  const tsc = [process.execPath, join(ROOT, "node_modules/typescript/bin/tsc"), "-p", ".", ...emit];
  for (const resolution of [[], ["--module", "nodenext", "--moduleResolution", "nodenext"]])
    expect(await run([...tsc, ...resolution], { cwd, env })).toEqual({ stdout: "", stderr: "", code: 0 });
  expect(readFileSync(join(cwd, "declared/every-type.d.ts"), "utf8")).toContain(
    'export declare const status: () => Promise<import("yara-orm").Status>;',
  );
});

test("every type of which its declarations speak can be imported", () => {
  requireBinary();
  expect(unnamedTypes(join(ROOT, "dist/types/index.d.ts"))).toEqual([]);
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
    "dist/without-bun.js",
    "dist/types/index.d.ts",
  ]) {
    expect(files).toContain(file);
  }
  const others = files.filter(
    (name) =>
      !/^(package\.json|README\.md|LICENSE|CHANGELOG\.md|docs\/json-output\.schema\.json)$/.test(name) &&
      !/^dist\/(cli|index|without-bun|chunk-[\w]+)\.js$/.test(name) &&
      !/^dist\/types\/.*\.d\.ts$/.test(name),
  );
  expect(others).toEqual([]);
  expect(statSync(path).size).toBeLessThan(1_000_000);
});
