import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import fc from "fast-check";
import { MigrationError } from "../../src/errors.ts";
import { listMigrationFiles } from "../../src/migrations/files.ts";
import { loadMigrations } from "../../src/migrations/loader.ts";
import { dataEqual } from "../../src/schema/compare.ts";
import { printMigration } from "../../src/source/migration-file.ts";
import { operation } from "../source/arbitraries.ts";
import { failure, temporaryFolder, write } from "../support/temporary-folder.ts";

const BUILDERS = join(import.meta.dir, "../../src/operations/build.ts");
const IMPORT = `import { migrations as m } from "${BUILDERS}";\n`;

const load = async (folder: string, options = {}) =>
  loadMigrations((await listMigrationFiles(folder)).files, options);

describe("loadMigrations", () => {
  test("loads what the files export, in the order of the files", async () => {
    const folder = temporaryFolder({
      "0002_b.ts": `${IMPORT}export const dependencies = ["0001_a"];
export const operations = [m.runSQL("SELECT 1"), m.runCode(() => {})];
export const atomic = false;`,
      "0001_a.ts": "export const operations = [];",
    });
    const [first, second] = await load(folder);
    expect(first).toEqual({
      name: "0001_a",
      path: join(folder, "0001_a.ts"),
      dependencies: [],
      operations: [],
      atomic: true,
    });
    expect(second).toMatchObject({ name: "0002_b", dependencies: ["0001_a"], atomic: false });
    expect(second?.operations.map(({ kind }) => kind)).toEqual(["runSQL", "runCode"]);
  });

  test("a printed file loads to the data that was printed (law 5)", async () => {
    const histories = fc.sample(fc.array(operation, { minLength: 20, maxLength: 20 }), 10);
    const files = histories.map((operations, index) => [
      `${index + 1000}_m.ts`,
      printMigration({ dependencies: ["\ud800'\""], operations }).replace(
        '"yara-orm"',
        JSON.stringify(BUILDERS),
      ),
    ]);
    const loaded = await load(temporaryFolder(Object.fromEntries(files)));
    expect(loaded).toHaveLength(histories.length);
    for (const [index, { operations, dependencies }] of loaded.entries()) {
      expect(dependencies).toEqual(["\ud800'\""]);
      expect(operations.findIndex((one, at) => !dataEqual(one, histories[index]?.[at]))).toBe(-1);
    }
  });

  test("reads a file again that was changed or repaired after it was loaded", async () => {
    const folder = temporaryFolder({
      "0001_a.ts": `export const operations = []; export const atomic = true;`,
    });
    expect((await load(folder))[0]?.atomic).toBe(true);
    write(folder, "0001_a.ts", "export const operations = []; export const atomic = false;");
    expect((await load(folder))[0]?.atomic).toBe(false);
    write(folder, "0001_a.ts", "export const operations = [;");
    expect((await failure(load(folder))).message).toContain("SyntaxError");
    write(folder, "0001_a.ts", "export const operations = [];");
    expect((await load(folder))[0]?.atomic).toBe(true);
  });

  test("shows every problem of every file at once", async () => {
    const folder = temporaryFolder({
      "0001_syntax.ts": "export const operations = [\n  1 +;\n];",
      "0002_none.ts": "export const operation = [];",
      "0003_default.ts": "export default [];",
      "0004_type.ts":
        'export const operations = "x"; export const dependencies = [1]; export const atomic = "no";',
      "0005_elements.ts": `${IMPORT}export const operations = [
  m.dropTable("a"), null, m.dropTable, [m.dropTable("b")], m.int(), { kind: "addColum" }, Promise.resolve(),
];`,
      "0006_fine.ts": "export const operations = [];",
      "0007_thrown.ts": `${IMPORT}\nexport const operations = [m.addColumn("t", "c", m.int({ pk: true }))];`,
    });
    const error = await failure(load(folder));
    expect(error).toBeInstanceOf(MigrationError);
    expect(error.message.replaceAll(`${folder}/`, "")).toBe(`0001_syntax.ts:2:6: SyntaxError: Unexpected ;
    2 |   1 +;
      |      ^
0002_none.ts: exports no operations
    hint: it needs: export const operations = [...]; (it exports "operation")
0003_default.ts: exports no operations
    hint: it needs: export const operations = [...]; (it exports "default")
0004_type.ts: operations is "x", not an array
0004_type.ts: dependencies is not an array of names
    hint: as in: export const dependencies = ["0001_initial"];
0004_type.ts: atomic is "no", neither true nor false
0005_elements.ts: operations[1] is null, not an operation
    hint: operations are made by the builders of migrations, as in m.addColumn(...)
0005_elements.ts: operations[2] is a function, not an operation
    hint: call it
0005_elements.ts: operations[3] is an array, not an operation
    hint: spread it with three dots: ...list
0005_elements.ts: operations[4] is an object, not an operation
    hint: operations are made by the builders of migrations, as in m.addColumn(...)
0005_elements.ts: operations[5] is of the unknown kind "addColum"
    hint: did you mean addColumn?
0005_elements.ts: operations[6] is a promise, not an operation
    hint: operations are made by the builders of migrations, as in m.addColumn(...)
0007_thrown.ts:3:30: addColumn of t.c says pk
    3 | export const operations = [m.addColumn("t", "c", m.int({ pk: true }))];
      |                              ^
    hint: a primary key is added by m.addConstraint(table, { primaryKey: ["..."] }) after its column`);
  });

  test("gives up on a file that never finishes loading", async () => {
    const folder = temporaryFolder({
      "0001_hangs.ts": "await new Promise(() => {}); export const operations = [];",
      "0002_fine.ts": "export const operations = [];",
    });
    const { message } = await failure(load(folder, { timeoutMs: 200 }));
    expect(message).toBe(`${join(folder, "0001_hangs.ts")}: did not finish loading within 0.2 seconds
    hint: a top-level await in it, or in a module that it imports, does not end`);
  });

  test("says which file is gone", async () => {
    const path = join(temporaryFolder(), "0001_gone.ts");
    const { message } = await failure(loadMigrations([{ name: "0001_gone", number: 1, path, isFile: true }]));
    expect(message).toBe(`${path}: cannot be loaded: there is no such file`);
  });
});
