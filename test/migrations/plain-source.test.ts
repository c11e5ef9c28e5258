import { beforeAll, describe, expect, test } from "bun:test";
import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { MigrationError } from "../../src/errors.ts";
import { listMigrationFiles } from "../../src/migrations/files.ts";
import { loadMigrations } from "../../src/migrations/loader.ts";
import { evaluatePlain, readPlainModule } from "../../src/migrations/plain-source.ts";
import { migrations } from "../../src/operations/build.ts";
import { dataEqual } from "../../src/schema/compare.ts";
import { printMigration } from "../../src/source/migration-file.ts";
import { installVirtualModule } from "../../src/virtual-module.ts";
import { operation } from "../source/arbitraries.ts";
import { failure, temporaryFolder } from "../support/temporary-folder.ts";

/** How many texts are tried. */
const CASES = 1000;

beforeAll(installVirtualModule);

const HEAD = 'import { migrations as m } from "yara-orm";\n';

const plain = (rest: string) => evaluatePlain(HEAD + rest);

describe("evaluatePlain", () => {
  test("reads what makemigrations writes, and what is written like that", () => {
    const text = `
export const dependencies: string[] = ["0001_a"];
// export const operations = [];
export const atomic = false;
/* "not a string
export const operations = [ */
export const timeouts = { lock: "2s", statement: null, "odd key": -1.5 };
export const operations = [
  m.createTable("t", { id: m.int({ pk: true }), note: m.text({ null: true }) }, { indexes: [{ columns: ["id"] }] }), // "
  m.runSQL("SELECT 'it''s // no comment \\u0041 \\"', \\n 1", { reverse: [] }),
];
`;
    const module = plain(text);
    expect(Object.keys(module ?? {})).toEqual(["dependencies", "operations", "atomic", "timeouts"]);
    expect(module).toMatchObject({
      dependencies: ["0001_a"],
      atomic: false,
      timeouts: { lock: "2s", statement: null, "odd key": -1.5 },
      operations: [{ kind: "createTable" }, { kind: "runSQL" }],
    });
  });

  test("reads texts of megabytes", () => {
    const sql = "a".repeat(20_000_000);
    for (const quote of ['"', "'"]) {
      const module = plain(`export const operations = [m.runSQL(${quote}\\n${sql}\\n${quote})];`);
      expect(dataEqual(module?.operations, [migrations.runSQL(`\n${sql}\n`)])).toBe(true);
    }
  });

  test("of whatever makemigrations writes it knows the data, and takes most of it for plain", () => {
    let known = 0;
    fc.assert(
      fc.property(fc.array(operation, { minLength: 1, maxLength: 5 }), (operations) => {
        const module = evaluatePlain(printMigration({ dependencies: ["0001_a"], operations }));
        if (module === undefined) return;
        known += 1;
        expect(dataEqual(module.operations, operations)).toBe(true);
        expect(module.dependencies).toEqual(["0001_a"]);
      }),
      { numRuns: CASES },
    );
    expect(known).toBeGreaterThan(CASES * 0.8);
  });

  test.each([
    ["another import", 'import { readFileSync } from "node:fs";\nexport const operations = [];'],
    ["code", "export const operations = [m.runCode(async ({ db }) => { await db.run(1); })];"],
    ["a function", "function f() { return []; }\nexport const operations = f();"],
    ["a name", "export const operations = [process];"],
    ["a name of its own", "const name = 1;\nexport const operations = [name];"],
    ["a default export", "export default [];"],
    ["another constant", "export const helper = [];"],
    ["a call of something else", "export const operations = [fetch()];"],
    ["a member", "export const operations = [m.int.name];"],
    ["a builder that is not called", "export const operations = [m.int];"],
    ["an operator", "export const operations = [1 / 2];"],
    ["a regular expression", 'export const operations = [/"/, 1, /"/];'],
    ["a template", "export const operations = [`a`];"],
    ["a template with code", `export const operations = [\`\${"x"}\`];`],
    ["spread", "export const operations = [...[]];"],
    ["an assignment", "export const operations = (m.x = []);"],
    ["a method", "export const operations = [{ get() { return 1; } }];"],
    ["a shorthand", "export const operations = [{ m }];"],
    ["another type", "export const operations: unknown[] = [];"],
    ["a type over two lines", "export const dependencies: string\n[] = [];"],
    ["an assertion", "export const operations = [] as const;"],
    ["an escaped name", "export const operations = [\\u0066etch()];"],
    ["a name that is not of ASCII", "export const operations = [é];"],
    ["an end that is none", "export const operations = [] // ;\nexport default 1"],
    ["let", "export let operations = [];"],
    ["a number of old times", "export const operations = [010];"],
    ["a key that is a call", "export const operations = [{ m.int: 2 }];"],
    ["parentheses", "export const operations = ([]);"],
    ["a builder that is none", "export const operations = [m.constructor()];"],
    ["a string that does not end", 'export const operations = ["];'],
    ["a bracket that does not end", "export const operations = ["],
    ["a bracket too many", "export const operations = []];"],
    ["one export twice", "export const atomic = true;\nexport const atomic = true;"],
    ["a label", "await: export const operations = [];"],
    ["a word of modules", "await: true;\nexport const operations = [];"],
    ["an end of the function", "export const operations = [];\n} {"],
    ["a comment of old scripts", "export const operations = [];\n--> nothing"],
    ["two exports in a line", "export const atomic = true; export const operations = [];"],
    ["a bigint", "export const operations = [1n];"],
    ["a string over two lines", 'export const operations = ["a\\\nb"];'],
    ["what follows a comment that a lone CR ends", "// \rfetch();\nexport const operations = [];"],
    ["what follows a comment that U+2028 ends", "// \u2028fetch();\nexport const operations = [];"],
    ["a string in which U+2028 ends the line", 'export const operations = ["\u2028export const x = 1"];'],
  ])("leaves a file with %s to the runtime", (_, rest) => {
    expect(plain(rest)).toBeUndefined();
  });

  test.each([
    ["the prototype of an object", 'export const operations = [{ "__proto__": null }];'],
    ["a number of a constant", "export const operations = [-true];"],
    ["a key that is a number", "export const operations = [{ 1: 2 }];"],
    ["a hole", "export const operations = [, 1];"],
    ["an escape that is rare", 'export const operations = ["\\x41"];'],
    ["an end of the line for a semicolon", "export const atomic = true\nexport const operations = [];"],
    ["an export in a comment", "/*\nexport const operations = [1];\n*/\nexport const operations = [2];"],
    ["numbers of all kinds", "export const operations = [0, -0, 1.50, 1e3, 2e-7, - 1, 1 - 2];"],
    ["strings of all kinds", String.raw`export const operations = ["\u{1F600}\0\v", 'it\'s', "\\"];`],
    ["nothing", ""],
  ])("reads %s as the runtime does", async (_, rest) => {
    const folder = temporaryFolder({ "0001_a.ts": HEAD + rest });
    const { ...imported } = await import(join(folder, "0001_a.ts"));
    expect(plain(rest)).toEqual(imported);
  });

  test.each([
    ["without an import", "export const operations = [];"],
    [
      "that imports the builders from elsewhere",
      'import { migrations as m } from "./m.ts";\nexport const operations = [];',
    ],
    ["that imports more", 'import { migrations as m, sql } from "yara-orm";\nexport const operations = [];'],
    ["with a mark of its encoding", `\ufeff${HEAD}export const operations = [];`],
  ])("leaves a file %s to the runtime", (_, text) => {
    expect(evaluatePlain(text)).toBeUndefined();
  });

  test("what it reads the runtime reads as well, whatever was changed in a text", async () => {
    const pieces = [
      '"',
      "'",
      "`",
      "/*",
      "*/",
      "//",
      "\n",
      "\r",
      "\u2028",
      ";",
      ",",
      "[",
      "]",
      "(",
      ")",
      "{",
      "}",
      ":",
      "m.",
      'm.sql("x")',
      "true",
      "null",
      "-1",
      "0.5",
      "export const atomic = true;",
      "export const ",
      "x",
      "\\",
      "constructor",
      "__proto__: null,",
      "atomic: true;",
      '["a"]',
      "${",
      "=",
    ];
    const text = `export const dependencies: string[] = ["0001_a"];

export const operations = [
  m.createTable("t", { id: m.int({ pk: true }), note: m.text({ null: true, default: "a // \\"b\\"" }) }),
  m.runSQL("SELECT '/*' || \\"x\\"", { reverse: [] }), // why: "because"
];
`;
    const changed = fc
      .tuple(fc.nat(text.length), fc.nat(3), fc.array(fc.constantFrom(...pieces), { maxLength: 3 }))
      .map(([at, less, more]) => text.slice(0, at) + more.join("") + text.slice(at + less));
    const texts = fc.sample(changed, CASES).filter((one) => {
      try {
        return plain(one) !== undefined;
      } catch {
        return false;
      }
    });
    expect(texts.length).toBeGreaterThan(CASES / 20);
    const folder = temporaryFolder(Object.fromEntries(texts.map((one, at) => [`m${at}.ts`, HEAD + one])));
    for (const [at, one] of texts.entries()) {
      const { ...imported } = await import(join(folder, `m${at}.ts`));
      expect(plain(one)).toEqual(imported);
    }
  }, 120_000);
});

describe("loadMigrations", () => {
  test("takes files of both kinds in their order, and tells what a builder refuses with its place", async () => {
    const folder = temporaryFolder({
      "0001_a.ts": `${HEAD}export const operations = [m.dropTable("a")];\n`,
      "0002_b.ts": `${HEAD}const name = "b";\nexport const operations = [m.dropTable(name)];\n`,
      "0003_c.ts": `${HEAD}export const operations = [m.dropTable("c")];\n`,
    });
    const { files } = await listMigrationFiles(folder);
    const loaded = await loadMigrations(files);
    expect(loaded.map(({ name, operations }) => [name, operations])).toMatchObject([
      ["0001_a", [{ kind: "dropTable", table: "a" }]],
      ["0002_b", [{ kind: "dropTable", table: "b" }]],
      ["0003_c", [{ kind: "dropTable", table: "c" }]],
    ]);

    const broken = temporaryFolder({
      "0001_a.ts": `${HEAD}export const operations = [\n  m.dropTable("a"),\n  m.dropTabel("b"),\n];\n`,
    });
    const error = await failure(loadMigrations((await listMigrationFiles(broken)).files));
    expect(error).toBeInstanceOf(MigrationError);
    expect(error.message).toContain("0001_a.ts:4:");
    expect(error.message).toContain("dropTabel");
  });

  test("opens nothing that is no file", async () => {
    const text = `${HEAD}export const operations = [];\n`;
    const folder = temporaryFolder({ "0001_a.ts": text, "0002_b.ts": text.repeat(2) });
    mkdirSync(join(folder, "0003_c.ts"));
    symlinkSync("0001_a.ts", join(folder, "0004_d.ts"));
    symlinkSync("nowhere", join(folder, "0005_e.ts"));
    Bun.spawnSync(["/usr/bin/mkfifo", join(folder, "0006_f.ts")]);
    const { files } = await listMigrationFiles(folder);
    const read = files.map(({ path, isFile }) => readPlainModule(path, isFile) !== undefined);
    expect(read).toEqual([true, false, false, true, false, false]);
  });
});
