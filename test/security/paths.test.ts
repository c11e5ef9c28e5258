import { expect, test } from "bun:test";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { type Finished, run, yaraOrm } from "../support/binary.ts";
import { describeDatabases } from "../support/databases.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const MODELS = `import { defineModel, fields } from "yara-orm";

export const User = defineModel("User", { name: fields.text() });
`;

const MIGRATION = `import { migrations as m } from "yara-orm";

export const operations = [m.createTable("user", { id: m.int({ pk: true }), name: m.text() })];
`;

const KEPT = "export const kept = true;\n";

/** A project and, beside it, a folder that nothing may be written into. */
function project(files: Readonly<Record<string, string>> = {}): {
  root: string;
  cwd: string;
  outside: string;
} {
  const root = temporaryFolder({ "app/models.ts": MODELS, "outside/kept.ts": KEPT, ...files });
  return { root, cwd: join(root, "app"), outside: join(root, "outside") };
}

function expectUntouched(outside: string): void {
  expect(readdirSync(outside)).toEqual(["kept.ts"]);
  expect(readFileSync(join(outside, "kept.ts"), "utf8")).toBe(KEPT);
}

/** The first line on stderr is an error, and no stack. */
function expectRefusal({ stdout, stderr, code }: Finished, wanted: { code: number; says: string }): void {
  expect({ code, stdout }).toEqual({ code: wanted.code, stdout: "" });
  expect(stderr.split("\n").find((line) => line.startsWith("error:"))).toContain(wanted.says);
  expect(stderr).not.toContain("--debug");
}

test("no name of a migration leads out of its folder", async () => {
  const { cwd, root, outside } = project();
  const names = [
    "../../x",
    "../outside/kept",
    "/etc/x",
    `${outside}/x`,
    "a/b",
    "a\\b",
    "..",
    ".",
    "~",
    "C:x",
    "a:b",
  ];
  for (const name of [
    ...names,
    "CON.",
    "nul.txt",
    "x.ts",
    "a\nb",
    "\u202e",
    "a".repeat(101),
    "a".repeat(100_000),
  ]) {
    const refused = await yaraOrm(["makemigrations", `--name=${name}`], { cwd });
    expectRefusal(refused, { code: 2, says: "cannot be the name of a migration" });
    expect(refused.stderr.length).toBeLessThan(300);
  }
  expect(readdirSync(cwd)).toEqual(["models.ts"]);
  expect(readdirSync(root).sort()).toEqual(["app", "outside"]);
  expectUntouched(outside);
});

test("names that Windows keeps for devices are none with the number before them", async () => {
  const { cwd } = project();
  for (const name of ["CON", "nul", "com1", "-x", "a".repeat(100)]) {
    const made = await yaraOrm(["makemigrations", "--empty", `--name=${name}`], { cwd });
    expect(made).toMatchObject({ code: 0, stderr: "" });
  }
  const files = readdirSync(join(cwd, "migrations")).sort();
  expect(files).toEqual([
    "0001_CON.ts",
    "0002_nul.ts",
    "0003_com1.ts",
    "0004_-x.ts",
    `0005_${"a".repeat(100)}.ts`,
  ]);
});

test("a NUL character in a setting is refused, wherever it stands", async () => {
  const { cwd } = project();
  const settings = { dir: "migrations\\0/../../outside", app: "a\\0b", models: "models.ts\\0x" };
  for (const [key, value] of Object.entries(settings)) {
    writeFileSync(join(cwd, "yara.config.ts"), `export default { ${key}: "${value}" };\n`);
    const refused = await yaraOrm(["makemigrations"], { cwd });
    expectRefusal(refused, { code: 2, says: `yara.config.ts: ${key}: has a NUL character in it` });
  }
  writeFileSync(join(cwd, "yara.config.ts"), `export default { db: "sqlite:///a.db\\0" };\n`);
  mkdirSync(join(cwd, "migrations"));
  expectRefusal(await yaraOrm(["heads"], { cwd }), { code: 2, says: "a control character" });
  writeFileSync(join(cwd, ".env"), "YARA_CONFIG=a\0b\n");
  expectRefusal(await yaraOrm(["heads"], { cwd }), {
    code: 2,
    says: "the name of the configuration has a NUL character in it",
  });
});

test("a folder that cannot be the migrations directory is refused, and nothing is made", async () => {
  const { cwd, outside } = project();
  symlinkSync("nowhere", join(cwd, "dangling"));
  symlinkSync("loop", join(cwd, "loop"));
  const cases = [
    ["dangling", "it is a link to nowhere, which leads to no file"],
    ["loop", "it is a link to loop, which leads to no file"],
    ["models.ts", "is a file"],
    ["models.ts/x", "a file"],
    ["/dev/null", "is a file"],
    ["a".repeat(300), "too long"],
  ];
  for (const [dir = "", says = ""] of cases) {
    for (const command of ["init", "makemigrations"]) {
      const refused = await yaraOrm([command, "--dir", dir, "--quiet"], { cwd });
      expectRefusal(refused, { code: 2, says });
    }
  }
  expect(readdirSync(cwd).sort()).toEqual(["dangling", "loop", "models.ts"]);
  expectUntouched(outside);
});

test("a migrations directory that is a link is the folder that it leads to", async () => {
  const { cwd, root } = project({ "shared/_helper.ts": "" });
  symlinkSync("../shared", join(cwd, "migrations"));
  expect(await yaraOrm(["makemigrations"], { cwd })).toMatchObject({
    code: 0,
    stdout: "created 0001_initial.ts\n",
  });
  expect(readdirSync(join(root, "shared")).sort()).toEqual(["0001_initial.ts", "_helper.ts"]);
  expect(readlinkSync(join(cwd, "migrations"))).toBe("../shared");
  const again = await yaraOrm(["makemigrations", "--dir", "../outside/../app/migrations"], { cwd });
  expect(again).toMatchObject({ code: 0, stdout: "no changes detected\n" });
});

test("what is written never goes through a link and never takes the place of a file", async () => {
  const { cwd, outside } = project({ "app/migrations/0001_initial.ts": MIGRATION });
  const target = join(outside, "kept.ts");
  const inTheWay = join(cwd, "migrations/0002_empty.ts");
  symlinkSync(target, inTheWay);
  // The link has the name of a migration: it is loaded, and is none.
  expectRefusal(await yaraOrm(["makemigrations", "--empty"], { cwd }), {
    code: 1,
    says: "migrations/0002_empty.ts",
  });
  expect(readlinkSync(inTheWay)).toBe(target);

  symlinkSync(join(outside, "new.ts"), join(cwd, "out.ts"));
  symlinkSync(target, join(cwd, "other.ts"));
  for (const out of ["out.ts", "other.ts", "models.ts"]) {
    const refused = await yaraOrm(["inspect", "--db", "a.db", "--out", out], { cwd });
    expectRefusal(refused, { code: 2, says: `${out} exists already` });
  }
  const above = await yaraOrm(["inspect", "--db", "a.db", "--out", "models.ts/x.ts"], { cwd });
  expectRefusal(above, { code: 1, says: "models.ts cannot be created" });

  // The types for editors replace what has their name, not what that leads to; a tsconfig.json is never replaced.
  symlinkSync(target, join(cwd, "yara-orm.d.ts"));
  symlinkSync(join(outside, "tsconfig.json"), join(cwd, "tsconfig.json"));
  expect(await yaraOrm(["init"], { cwd })).toMatchObject({ code: 0 });
  expect(lstatSync(join(cwd, "yara-orm.d.ts")).isFile()).toBe(true);
  expect(lstatSync(join(cwd, "tsconfig.json")).isSymbolicLink()).toBe(true);
  expectUntouched(outside);
});

describeDatabases("what has the name of a migration and is none", (db) => {
  test("is refused without being opened", async () => {
    const url = await db.createUrl();
    const { cwd } = project();
    const migrations = join(cwd, "migrations");
    const path = join(migrations, "0001_x.ts");
    const cases: readonly (readonly [says: string, make: () => unknown])[] = [
      ["it is a folder", () => mkdirSync(path)],
      ["it is a pipe, a socket or a device", () => run(["/usr/bin/mkfifo", path], { cwd })],
      ["it is a pipe, a socket or a device", () => symlinkSync("/dev/zero", path)],
      ["it is a folder", () => symlinkSync("../../outside", path)],
      ["it is a link to nowhere.ts, which leads to no file", () => symlinkSync("nowhere.ts", path)],
      ["it is a link to 0001_x.ts, which leads to no file", () => symlinkSync("0001_x.ts", path)],
    ];
    for (const [says, make] of cases) {
      mkdirSync(migrations);
      await make();
      const refused = await yaraOrm(["upgrade", "--db", url], { cwd });
      expectRefusal(refused, { code: 1, says: `migrations/0001_x.ts: cannot be loaded: ${says}` });
      expect(await yaraOrm(["heads", "--db", url], { cwd })).toMatchObject({
        code: 0,
        stdout: "  [ ] 0001_x\n",
      });
      await run(["/bin/rm", "-r", migrations], { cwd });
    }
  });

  test("a link to a migration is one", async () => {
    const url = await db.createUrl();
    const { cwd, root } = project({ "shared/initial.ts": MIGRATION });
    mkdirSync(join(cwd, "migrations"));
    symlinkSync("../../shared/initial.ts", join(cwd, "migrations/0001_initial.ts"));
    expect(await yaraOrm(["upgrade", "--db", url], { cwd })).toMatchObject({
      code: 0,
      stdout: "applied: 0001_initial\n",
    });
    expect(await yaraOrm(["check", "--db", url], { cwd })).toMatchObject({ code: 0 });
    expect(existsSync(join(root, "shared/initial.ts"))).toBe(true);
  });
});

test("models: links to files count, and what is no file is refused without being opened", async () => {
  const { cwd } = project({
    "shared/tag.ts": MODELS.replaceAll("User", "Tag"),
    "app/all/user.ts": MODELS,
    "app/file/m?x.ts": MODELS,
    "app/file/m": MODELS,
  });
  symlinkSync("../../shared/tag.ts", join(cwd, "all/tag.ts"));
  for (const [models, dir] of [
    ["all", "a"],
    ["all/*.ts", "b"],
  ] as const) {
    const made = await yaraOrm(["makemigrations", "--models", models, "--json", "--dir", dir], {
      cwd,
    });
    expect(made).toMatchObject({ code: 0 });
    const file = readFileSync(join(cwd, dir, "0001_initial.ts"), "utf8");
    expect(file.match(/createTable\("\w+"/g)).toEqual(['createTable("tag"', 'createTable("user"']);
  }
  symlinkSync("nowhere.ts", join(cwd, "all/gone.ts"));
  symlinkSync("loop.ts", join(cwd, "loop.ts"));
  await run(["/usr/bin/mkfifo", "pipe.ts"], { cwd });
  const cases = [
    ["all", 1, "all/gone.ts: cannot be loaded: it is a link to nowhere.ts, which leads to no file"],
    ["loop.ts", 1, "loop.ts: cannot be loaded: it is a link to loop.ts"],
    ["pipe.ts", 1, "pipe.ts: cannot be loaded: it is a pipe, a socket or a device"],
    ["/dev/zero", 1, "/dev/zero: cannot be loaded: it is a pipe, a socket or a device"],
    ["file/m?x.ts", 1, "file/m?x.ts: cannot be loaded: there is a question mark in its path"],
    ["a".repeat(300), 2, "too long"],
  ] as const;
  for (const [models, code, says] of cases) {
    const refused = await yaraOrm(["makemigrations", "--models", models], { cwd });
    expectRefusal(refused, { code, says });
  }
});
