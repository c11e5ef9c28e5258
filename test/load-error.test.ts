import { expect, test } from "bun:test";
import { join } from "node:path";
import { YaraError } from "../src/errors.ts";
import { importModules } from "../src/import-module.ts";
import { explainLoadError, renderProblem } from "../src/load-error.ts";
import { failure, temporaryFolder } from "./support/temporary-folder.ts";

/** What importing `entry.ts` is reported as, with paths relative to the folder. */
async function reported(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = temporaryFolder(files);
  const error = await failure(importModules([join(folder, "entry.ts")]));
  expect(error).toBeInstanceOf(YaraError);
  return error.message.replaceAll(`${folder}/`, "");
}

test("modules come back by path", async () => {
  const folder = temporaryFolder({ "a.ts": "export const a = 1;", "b.json": '{ "b": 2 }' });
  const paths = [join(folder, "a.ts"), join(folder, "b.json")];
  const modules = await importModules(paths);
  expect([...modules.keys()]).toEqual(paths);
  expect(modules.get(join(folder, "a.ts"))?.a).toBe(1);
  expect(modules.get(join(folder, "b.json"))?.b).toBe(2);
});

test("a syntax error in an imported file is reported there, below a mark", async () => {
  expect(
    await reported({ "entry.ts": 'import "./inner.ts";', "inner.ts": "export const a = 1;\n\tlet b = ;\n" }),
  ).toBe("inner.ts:2:10: SyntaxError: Unexpected ;\n    2 | \tlet b = ;\n      | \t        ^");
});

test("several syntax errors are all reported", async () => {
  const message = await reported({ "entry.ts": "const a = 1;\nconst a = 2;\nconst b = 1;\nconst b = 2;\n" });
  expect(message.match(/^entry\.ts:\d+:\d+: SyntaxError: .*$/gm)).toEqual([
    'entry.ts:2:7: SyntaxError: "a" has already been declared',
    'entry.ts:4:7: SyntaxError: "b" has already been declared',
  ]);
});

test("a missing file and a missing package are reported where they are imported", async () => {
  expect(
    await reported({ "entry.ts": '// nope\nimport { x } from "./nope.ts";\nx();' }),
  ).toBe(`entry.ts:2:19: cannot find module "./nope.ts"
    2 | import { x } from "./nope.ts";
      |                   ^`);
  expect(await reported({ "entry.ts": "import x from 'no-such-package-of-ours';\nx();" })).toEndWith(
    "hint: install the package, or run the command in the project that has it in node_modules",
  );
});

test("a missing export is reported where it is imported", async () => {
  expect(
    await reported({
      "entry.ts": 'import { yes } from "./inner.ts";\nimport { no } from "./inner.ts";\nyes(no);',
      "inner.ts": "export const yes = String;",
    }),
  ).toBe(`entry.ts:2:10: "inner.ts" has no export named "no"
    2 | import { no } from "./inner.ts";
      |          ^`);
});

test("a thrown error is reported at the line that threw", async () => {
  expect(
    await reported({
      "entry.ts": 'import { fail } from "./inner.ts";\nfail();',
      "inner.ts": "export function fail(): never {\n  throw new RangeError('too far');\n}",
    }),
  ).toBe(`inner.ts:2:13: RangeError: too far
    2 |   throw new RangeError('too far');
      |             ^`);
  expect(await reported({ "entry.ts": "const a = 1;\nawait null;\nmissing(a);" })).toStartWith(
    "entry.ts:3:1: ReferenceError: missing is not defined\n    3 | missing(a);\n",
  );
});

test("what is thrown need not be an error", async () => {
  expect(await reported({ "entry.ts": "throw { code: 7 };" })).toMatch(
    /^entry\.ts: threw \{\s+code: 7,\s+\}, which is not an Error$/,
  );
});

test("modules that fail over one they share report it once", async () => {
  const folder = temporaryFolder({
    "a.ts": 'import "./inner.ts"; export {};',
    "b.ts": 'import "./inner.ts"; export {};',
    "inner.ts": "let = = 1;",
  });
  const { message } = await failure(importModules([join(folder, "a.ts"), join(folder, "b.ts")]));
  expect(message.match(/SyntaxError/g)).toHaveLength(1);
});

test("a line that is too long to show leaves the place", () => {
  const problem = { message: "x", file: "a.ts", line: 1, column: 2, lineText: "y".repeat(500) };
  expect(renderProblem(problem)).toBe("a.ts:1:2: x");
  expect(renderProblem({ message: "x", file: "a.ts", hint: "z" })).toBe("a.ts: x\n    hint: z");
  expect(renderProblem({ message: "x" })).toBe("x");
});

test("frames of the runtime, of packages and of this library are nobody's fault", () => {
  const error = new TypeError("no");
  const own = join(import.meta.dir, "../src/index.ts");
  error.stack = `TypeError: no
    at inner (${own}:1:1)
    at other (/app/node_modules/lib/index.js:3:4)
    at moduleEvaluation (native:1:11)
    at run (/$bunfs/root/yara-orm:7:8)
    at async load (file:///app/my%20models.ts:12:5)`;
  expect(explainLoadError(error, "/app/entry.ts")).toEqual([
    {
      message: "TypeError: no",
      file: "/app/my models.ts",
      line: 12,
      column: 5,
      lineText: undefined,
      hint: undefined,
    },
  ]);
});

test("an AggregateError of the file's own is an error, also an empty one", async () => {
  expect(await reported({ "entry.ts": "throw new AggregateError([]);" })).toStartWith(
    "entry.ts:1:11: AggregateError",
  );
  const cyclic = "const error = new AggregateError([1], 'two');\nerror.errors.push(error);\nthrow error;";
  expect(await reported({ "entry.ts": cyclic })).toStartWith("entry.ts:1:19: AggregateError: two");
});
