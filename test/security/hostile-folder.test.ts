import { expect, test } from "bun:test";
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { requireBinary, run, yaraOrm } from "../support/binary.ts";
import { describeDatabases } from "../support/databases.ts";
import { temporaryFolder, write } from "../support/temporary-folder.ts";

const MARKER = "evil-was-here";

/** Code that leaves a file behind when it runs. */
function evil(folder: string): string {
  return `require("node:fs").writeFileSync(${JSON.stringify(join(folder, MARKER))}, "");
module.exports = { migrations: {}, defineModel() {}, fields: {}, bold: String };
`;
}

/** They use what others may want to put another module in the place of. */
const BUILTINS = `import { readFileSync } from "node:fs";
import { sep } from "path";
import { Database } from "bun:sqlite";
import { $ } from "bun";

const used = [readFileSync, Database, $].map((one) => typeof one).join() + sep.length;
if (used !== "function,function,function1") throw new Error("not the module of the runtime");
`;

const PROJECT = {
  "models.ts": `import { defineModel, fields } from "yara-orm";
${BUILTINS}
export const User = defineModel("User", { name: fields.text(), age: fields.int({ null: true }) });
`,
  "migrations/0001_initial.ts": `import { migrations as m } from "yara-orm";
${BUILTINS}
export const operations = [m.createTable("user", { id: m.int({ pk: true }), name: m.text() })];
`,
};

const PRELOAD =
  'preload = ["./evil.js"]\n\n[run]\npreload = ["./evil.js"]\n\n[test]\npreload = ["./evil.js"]\n';
const VARIABLES = `BUN_OPTIONS="--preload ./evil.js"
BUN_BE_BUN=1
BUN_INSPECT=ws://127.0.0.1:0/x?wait=1
BUN_INSPECT_PRELOAD=./evil.js
BUN_CONFIG_FILE=bunfig.toml
NODE_OPTIONS="--require ./evil.js"
NODE_PATH=.
`;

type Plant = Readonly<Record<string, string>>;

function tsconfig(...names: readonly string[]): string {
  const paths = Object.fromEntries(names.map((name) => [name, ["./evil.js"]]));
  return JSON.stringify({
    compilerOptions: { baseUrl: ".", paths, jsx: "react-jsx", jsxImportSource: "evil" },
  });
}

function packages(names: readonly string[], code: string): Plant {
  return Object.fromEntries(
    names.flatMap((name) => [
      [`node_modules/${name}/package.json`, JSON.stringify({ name, version: "9.9.9", main: "index.js" })],
      [`node_modules/${name}/index.js`, code],
    ]),
  );
}

/** What somebody may have put into the folder, by what it is; `evil.js` is beside it. */
function plants(folder: string): Readonly<Record<string, Plant>> {
  const code = evil(folder);
  return {
    "bunfig.toml": { "bunfig.toml": PRELOAD, ".bunfig.toml": PRELOAD },
    ".env": { ".env": VARIABLES, "bunfig.toml": PRELOAD },
    ".env.local": { ".env.local": VARIABLES },
    ".env.production": {
      ".env.production": VARIABLES,
      ".env.development": VARIABLES,
      ".env.test": VARIABLES,
    },
    "a copy of yara-orm": packages(["yara-orm"], code),
    "packages that the tool is made of": packages(["postgres", "citty", "kleur", "kleur/colors"], code),
    "packages with the names of builtin modules": packages(
      ["bun", "fs", "path", "bun:sqlite", "node:fs"],
      code,
    ),
    "a file yara-orm.ts": {
      "yara-orm.ts": code,
      "yara-orm/index.ts": code,
      "postgres.ts": code,
      "bun.ts": code,
    },
    "tsconfig.json with paths": {
      "tsconfig.json": tsconfig(
        "yara-orm",
        "bun",
        "bun:*",
        "node:*",
        "node:fs",
        "fs",
        "path",
        "postgres",
        "kleur",
      ),
    },
    "tsconfig.json with paths for everything": { "tsconfig.json": tsconfig("*") },
    "tsconfig.json with paths for absolute names": {
      "tsconfig.json": tsconfig("/*", `${folder}/*`, "file:*", "./*"),
    },
    "tsconfig.json that extends another": {
      "tsconfig.json": JSON.stringify({ extends: "./elsewhere/tsconfig.json" }),
      "elsewhere/tsconfig.json": tsconfig("*", "/*", "yara-orm"),
      "elsewhere/evil.js": code,
    },
    "package.json": {
      "package.json": JSON.stringify({
        name: "yara-orm",
        main: "./evil.js",
        module: "./evil.js",
        exports: { ".": "./evil.js", "./*": "./evil.js" },
        imports: { "#x": "./evil.js", "yara-orm": "./evil.js", "#*": "./evil.js" },
        browser: { "yara-orm": "./evil.js", fs: "./evil.js" },
        scripts: { preinstall: "bun evil.js", prepare: "bun evil.js", upgrade: "bun evil.js" },
        workspaces: ["*"],
        patchedDependencies: { "yara-orm@9.9.9": "evil.js" },
      }),
    },
    ".npmrc and bun.lock": {
      ".npmrc": "script-shell=./evil.js\nnode-options=--require ./evil.js\n",
      "bun.lock":
        '{ "lockfileVersion": 1, "workspaces": {}, "packages": { "yara-orm": ["yara-orm@9.9.9", "", {}, ""] } }',
    },
  };
}

const NAMES = Object.keys(plants("/"));

function hostile(name: string): string {
  const cwd = temporaryFolder(PROJECT);
  for (const [path, text] of Object.entries({ "evil.js": evil(cwd), ...plants(cwd)[name] }))
    write(cwd, path, text);
  return cwd;
}

describeDatabases("nothing runs because of", (db) => {
  test.each(NAMES)("%s", async (name) => {
    const url = await db.createUrl();
    const cwd = hostile(name);
    const lines = [
      [["--version"], /^\d/],
      [["init"], /^migrations directory exists/],
      [["upgrade", "--db", url], /^applied: 0001_initial\n$/],
      [["makemigrations"], /^created 0002_user_age\.ts\n$/],
      [["upgrade", "--db", url, "--debug"], /^applied: 0002_user_age\n$/],
      [["check", "--db", url], /^no problems found\n$/],
    ] as const;
    for (const [words, printed] of lines) {
      const { stdout, stderr, code } = await yaraOrm(words, { cwd });
      expect({ words, code, stderr }).toMatchObject({ words, code: 0 });
      expect(stdout).toMatch(printed);
      expect(existsSync(join(cwd, MARKER))).toBe(false);
    }
  });
});

test("the runtime by itself would run it: the marker works", async () => {
  const env = { BUN_BE_BUN: "1" };
  const cases = [
    ["bunfig.toml", ["-e", "0"]],
    ["tsconfig.json with paths", ["-e", 'import "postgres";']],
    ["tsconfig.json with paths for everything", ["models.ts"]],
    ["a copy of yara-orm", ["-e", 'import "yara-orm";']],
  ] as const;
  for (const [name, words] of cases) {
    const cwd = hostile(name);
    await run([requireBinary(), ...words], { cwd, env });
    expect({ name, ran: existsSync(join(cwd, MARKER)) }).toEqual({ name, ran: true });
  }
});

test("what is named is run, and not what has the usual name", async () => {
  const safe = temporaryFolder({ ...PROJECT, "other.config.ts": "export default {};\n" });
  const cwd = temporaryFolder();
  const code = evil(cwd);
  for (const path of [
    "models.ts",
    "src/models.ts",
    "migrations/0001_initial.ts",
    "yara.config.ts",
    "evil.js",
  ]) {
    write(cwd, path, code);
  }
  write(cwd, "tsconfig.json", tsconfig("*", "/*"));
  write(cwd, "bunfig.toml", PRELOAD);
  const named = ["--dir", join(safe, "migrations"), "--models", join(safe, "models.ts")];
  const config = ["--config", join(safe, "other.config.ts")];
  const made = await yaraOrm(["makemigrations", ...named, ...config], { cwd });
  expect(made).toMatchObject({ code: 0, stdout: "created 0002_user_age.ts\n" });
  const applied = await yaraOrm(["upgrade", "--db", "app.db", ...named, ...config], { cwd });
  expect(applied).toMatchObject({ code: 0, stdout: "applied: 0001_initial, 0002_user_age\n" });
  expect(existsSync(join(cwd, MARKER))).toBe(false);

  for (const words of [
    ["--version"],
    ["--help"],
    ["upgrade", "--help"],
    ["upgrade", "--wrong"],
    ["nothing"],
    [],
  ]) {
    await yaraOrm(words, { cwd });
    expect(existsSync(join(cwd, MARKER))).toBe(false);
  }
  // The control: without the names it is the folder's own files that are asked for.
  await yaraOrm(["makemigrations"], { cwd });
  expect(existsSync(join(cwd, MARKER))).toBe(true);
});

test("of the environment, the variables of the runtime that SECURITY.md names speak to it, and no others", async () => {
  const cwd = hostile("bunfig.toml");
  const upgrade = async (env: Record<string, string>) => {
    rmSync(join(cwd, "app.db"), { force: true });
    const finished = await yaraOrm(["upgrade", "--db", "app.db"], { cwd, env });
    return { ran: existsSync(join(cwd, MARKER)), code: finished.code, stdout: finished.stdout };
  };
  const harmless = { ran: false, code: 0, stdout: "applied: 0001_initial\n" };
  const variables: readonly Record<string, string>[] = [
    { BUN_INSPECT_PRELOAD: "./evil.js" },
    { BUN_INSPECT_CONNECT_TO: "ws://127.0.0.1:1" },
    { BUN_CONFIG_FILE: "bunfig.toml" },
    { BUN_CONFIG_PRELOAD: "./evil.js" },
    { BUN_BE_BUN: "0" },
    { NODE_OPTIONS: "--require ./evil.js --import ./evil.js" },
    { NODE_PATH: "." },
    { NODE_REPL_EXTERNAL_MODULE: "./evil.js" },
    { HOME: cwd, XDG_CONFIG_HOME: cwd },
  ];
  for (const env of variables) expect({ env, ...(await upgrade(env)) }).toEqual({ env, ...harmless });
  // BUN_INSPECT opens a debugger, which waits for someone where the URL says so. These two nobody can switch off in an executable of Bun: whoever sets them runs what they like, as with LD_PRELOAD.
  expect(await upgrade({ BUN_OPTIONS: "--preload ./evil.js" })).toEqual({ ...harmless, ran: true });
  const version = await yaraOrm(["--version"], { cwd, env: { BUN_BE_BUN: "1" } });
  expect(version.stdout).toBe(`${Bun.version}\n`);
});

test("a missing package is an error, and nothing asks a registry for it", async () => {
  const asked: string[] = [];
  await using registry = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch(request) {
      asked.push(new URL(request.url).pathname);
      return new Response("", { status: 404 });
    },
  });
  const cwd = temporaryFolder({
    "models.ts": 'import "no-such-package";\nimport "no-such-package-either@1.0.0";\n',
    ".npmrc": `registry=${registry.url}\n`,
    "bunfig.toml": `[install]\nauto = "force"\nregistry = "${registry.url}"\n`,
    "package.json": '{ "dependencies": { "no-such-package": "1.0.0" } }',
  });
  const env = { HOME: cwd, BUN_CONFIG_REGISTRY: registry.url.href, NPM_CONFIG_REGISTRY: registry.url.href };
  for (const more of [{}, { BUN_OPTIONS: "--install=force" }, { BUN_CONFIG_INSTALL_AUTO: "force" }]) {
    const refused = await yaraOrm(["makemigrations"], { cwd, env: { ...env, ...more } });
    expect(refused).toMatchObject({ code: 1, stdout: "" });
    expect(refused.stderr).toStartWith('error: models.ts:1:8: cannot find module "no-such-package"\n');
    expect(refused.stderr).toContain("hint: install the package");
  }
  expect(asked).toEqual([]);
  // The control: Bun itself asks.
  await run([requireBinary(), "--install=force", "models.ts"], { cwd, env: { ...env, BUN_BE_BUN: "1" } });
  expect(asked).toEqual(["/no-such-package"]);
});
