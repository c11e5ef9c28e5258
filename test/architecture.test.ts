import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";

const SRC = join(import.meta.dir, "../src");

/** The folders of src, and the files that lie directly in it, from the bottom to the top. Imports go down only. */
const LAYERS: readonly (readonly string[])[] = [
  ["open-question.ts", "shown.ts"],
  ["errors.ts"],
  [
    "before-imports.ts",
    "duration.ts",
    "file-error.ts",
    "file-kind.ts",
    "much-to-do.ts",
    "nearest.ts",
    "shell-word.ts",
    "version.ts",
  ],
  ["create-file.ts", "shape.ts"],
  ["load-error.ts", "replace-file.ts"],
  ["import-module.ts"],
  ["schema"],
  ["connection"],
  ["operations"],
  ["dialects"],
  ["models"],
  ["autodetector"],
  ["migrations"],
  ["source"],
  ["executor"],
  ["verifier"],
  ["settings", "model-modules.ts", "declarations.ts"],
  ["manager-options.ts"],
  ["detect.ts", "manager-arguments.ts"],
  ["workflow"],
  ["manager.ts", "inferred-types.ts"],
  ["session.ts"],
  ["project.ts"],
  ["index.ts"],
  ["virtual-module.ts"],
  ["terminal"],
  ["commands"],
  ["main.ts", "nothing-to-do.ts"],
  ["cli.ts", "without-bun.ts"],
];

interface SourceFile {
  /** Relative to src. */
  readonly path: string;
  readonly text: string;
  /** Without comments and types. */
  readonly code: string;
  readonly imports: readonly string[];
}

const ANY_TYPE = /(?:[:<|&,[]|=>|\bas|\bextends)\s*any\b(?!\s*[(:"])/;

const transpiler = new Bun.Transpiler({ loader: "ts" });

const files: readonly SourceFile[] = [...new Bun.Glob("**/*.ts").scanSync(SRC)].sort().map((path) => {
  const text = readFileSync(join(SRC, path), "utf8");
  // Types are imported as well, so this is read from the text.
  const specifiers = text.matchAll(
    /^(?:import|export)\b[^;"]*?\bfrom "([^"\n]+)"|^import "([^"\n]+)"|\bimport\("([^"\n]+)"\)/gm,
  );
  const imports = [...specifiers].map((found) => found.slice(1).find((part) => part !== undefined) ?? "");
  return { path, text, code: transpiler.transformSync(text), imports };
});

test("every file has a layer, and every layer has files", () => {
  const known = LAYERS.flat();
  expect(files.map(placeOf).filter((place) => !known.includes(place))).toEqual([]);
  expect(known.filter((place) => !files.some((file) => placeOf(file) === place))).toEqual([]);
});

test("imports go down only", () => {
  const upwards = files.flatMap((file) =>
    file.imports
      .filter((specifier) => specifier.startsWith("."))
      .map((specifier) => relative(SRC, join(SRC, dirname(file.path), specifier)))
      .filter((target) => !target.startsWith(".."))
      .filter((target) => placeOf({ path: target }) !== placeOf(file))
      .filter((target) => layerOf({ path: target }) >= layerOf(file))
      .map((target) => `${file.path} imports ${target}`),
  );
  expect(upwards).toEqual([]);
});

test("the start loads neither operations nor dialects, and no module of the runtime that takes long to load", () => {
  // Most starts of an application find nothing to do: what is imported on their way is in all of them.
  const [loaded, builtIn] = loadedWith("main.ts");
  expect(
    loaded.filter((path) => /^(schema|operations|dialects|models|autodetector|source)\//.test(path)),
  ).toEqual(["schema/compare-text.ts"]);
  expect(builtIn).toEqual(["bun:sqlite", "node:fs", "node:path"]);
});

test("what every start loads is one file", () => {
  const [loaded, builtIn] = loadedWith("cli.ts");
  expect(loaded).toEqual(["cli.ts", "terminal/ready-texts.ts"]);
  expect(builtIn).toEqual([]);
  // For an answer that needs a database: these two, and what they take of the runtime.
  const [loadedNext, builtInNext] = loadedWith("nothing-to-do.ts");
  expect(loadedNext).toEqual(["connection/peek-sqlite.ts", "connection/sqlite-file.ts", "nothing-to-do.ts"]);
  expect(builtInNext).toEqual(["bun:sqlite", "node:fs"]);
});

test("an application that has models loads nothing that works on migrations, and no dialect", () => {
  const [loaded] = loadedWith("index.ts");
  expect(loaded.filter((path) => /^(autodetector|source|executor|verifier|workflow)\//.test(path))).toEqual(
    [],
  );
  expect(loaded.filter((path) => path.startsWith("migrations/"))).toEqual(["migrations/directory.ts"]);
  expect(loaded).not.toContain("manager-arguments.ts");
  const ofDialects = loaded.filter((path) => path.startsWith("dialects/"));
  expect(ofDialects).not.toContain("dialects/postgres/dialect.ts");
  expect(ofDialects.filter((path) => !/(values|types|quoting)\.ts$/.test(path))).toEqual([]);
});

test("of what lies outside src, only the manifest is imported", () => {
  const outside = files.flatMap(({ path, imports }) =>
    imports
      .filter((specifier) => relative(SRC, join(SRC, dirname(path), specifier)).startsWith(".."))
      .map((specifier) => `${path} imports ${specifier}`),
  );
  expect(outside).toEqual(["version.ts imports ../package.json"]);
});

test("each package is used in its place only", () => {
  expect(placesThatImport("bun:sqlite")).toEqual(["connection"]);
  expect(placesThatImport("postgres")).toEqual(["connection"]);
  expect(placesThatImport("citty")).toEqual(["commands"]);
  expect(placesThatImport("kleur")).toEqual(["terminal"]);
  expect(placesThatImport("@inquirer/core")).toEqual(["terminal"]);
  // The text of migration files has an import of "yara-orm" in it.
  const packages = files.flatMap(({ imports }) =>
    imports.filter((specifier) => !/^(\.|node:|yara-orm$)/.test(specifier)),
  );
  expect([...new Set(packages)].sort()).toEqual([
    "@inquirer/core",
    "bun:sqlite",
    "citty",
    "kleur",
    "postgres",
  ]);
});

test("only the terminal prints", () => {
  expect(pathsWith(/\bconsole\b|\bprocess\.std(out|err)\b|\bBun\.std(out|err)\b/)).toSatisfy((paths) =>
    paths.every((path) => path.startsWith("terminal/")),
  );
});

test("the process is ended in one place, or before it has begun", () => {
  // The user's modules may leave timers and sockets open, which would keep a finished command running.
  const exits = files.flatMap(({ path, code }) => [...code.matchAll(/\bprocess\.exit\(/g)].map(() => path));
  expect([...new Set(exits)]).toEqual(["cli.ts", "main.ts"]);
  expect(pathsWith(/\bprocess\.(abort|reallyExit|kill)\b|\bexitCode\s*=/)).toEqual([]);
});

test("databases are told apart by dialects and connections only", () => {
  const paths = pathsWith(/\bdialect(?:\.name|Name)?\s*[!=]==\s*["'`]|["'`]\s*[!=]==\s*[\w.]*dialect\b/i);
  expect(paths.filter((path) => !/^(dialects|connection)\//.test(path))).toEqual([]);
});

test("there is no any, and no default export", () => {
  const anywhere = files.filter(({ text }) => ANY_TYPE.test(withoutProse(text))).map(({ path }) => path);
  expect(anywhere).toEqual([]);
  expect(pathsWith(/^export default\b|\bas default\b/m)).toEqual([]);
});

/** What an import of that file loads: the files, and the modules of the runtime. */
function loadedWith(entry: string): readonly [files: readonly string[], builtIn: readonly string[]] {
  const found = new Set([entry]);
  const builtIn = new Set<string>();
  // A set gives what is added while it is gone through, too.
  for (const path of found) {
    const text = (files.find((file) => file.path === path)?.text ?? "").replace(/^#!.*/, "");
    for (const { kind, path: specifier } of transpiler.scanImports(text)) {
      if (kind !== "import-statement") continue;
      if (specifier.startsWith(".")) found.add(relative(SRC, join(SRC, dirname(path), specifier)));
      else builtIn.add(specifier);
    }
  }
  return [[...found].sort(), [...builtIn].sort()];
}

/** The folder of src that a file is in, or the file itself. */
function placeOf({ path }: { readonly path: string }): string {
  return path.split("/", 1)[0] ?? path;
}

function layerOf(file: { readonly path: string }): number {
  return LAYERS.findIndex((places) => places.includes(placeOf(file)));
}

function placesThatImport(specifier: string): string[] {
  return [...new Set(files.filter((file) => file.imports.includes(specifier)).map(placeOf))];
}

function pathsWith(pattern: RegExp): string[] {
  return files.filter(({ code }) => pattern.test(code)).map(({ path }) => path);
}

/** A source text without its comments and without what stands in quotes. */
function withoutProse(text: string): string {
  const prose =
    /\/\*[\s\S]*?\*\/|(?<![:\\])\/\/[^\n]*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`/g;
  return text.replaceAll(prose, "");
}
