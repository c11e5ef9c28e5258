import { describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import fc from "fast-check";
import { MigrationError } from "../../src/errors.ts";
import { migrations as m } from "../../src/operations/build.ts";
import type { Operation } from "../../src/operations/types.ts";
import { dataEqual } from "../../src/schema/compare.ts";
import type { Table } from "../../src/schema/table.ts";
import { printEmptyMigration, printMigration } from "../../src/source/migration-file.ts";
import { PROPERTY_TIMEOUT, propertyOptions } from "../support/runs.ts";
import { operation } from "./arbitraries.ts";

const ROOT = join(import.meta.dir, "../..");

const one = (printed: Operation) =>
  printMigration({ dependencies: [], operations: [printed] })
    .split("export const operations = [\n")[1]
    ?.replace(/\];\n$/, "");

const tableOf = (parts: Partial<Table>): Operation => ({
  kind: "createTable",
  table: {
    name: "t",
    columns: ["a", "b"].map((name) => ({ name, type: { kind: "int" }, nullable: false })),
    primaryKey: [],
    foreignKeys: [],
    uniques: [],
    checks: [],
    indexes: [],
    ...parts,
  },
});

/** The file as the runtime reads it, with the builders in place of the import. */
function load(source: string): { dependencies: unknown; operations: unknown; atomic: unknown } {
  const body = source
    .replace(/^import .*$/m, "")
    .replaceAll(/^export const (\w+)(: [\w[\]]+)? = /gm, "exported.$1 = ");
  const code = new Bun.Transpiler({ loader: "ts" }).transformSync(`function run(m, exported) {${body}}`);
  const exported = { dependencies: undefined, operations: undefined, atomic: undefined };
  new Function("m", "exported", `${code}; run(m, exported);`)(m, exported);
  return exported;
}

describe("printMigration", () => {
  test("prints a whole file with the short forms of the builders", () => {
    const source = printMigration({
      dependencies: ["0001_initial"],
      operations: [
        m.createTable(
          "user",
          {
            id: m.int({ pk: true }),
            email: m.char({ maxLength: 255, unique: true }),
            author_id: m.int({ references: { table: "user", column: "id", onDelete: "cascade" } }),
          },
          { indexes: [{ columns: ["email", "author_id"] }] },
        ),
        m.addColumn("user", "age", m.int({ null: true }), { fill: 10n }),
      ],
    });
    expect(source).toBe(`import { migrations as m } from "yara-orm";

export const dependencies = ["0001_initial"];

export const operations = [
  m.createTable(
    "user",
    {
      id: m.int({ pk: true }),
      email: m.char({ maxLength: 255, unique: true }),
      author_id: m.int({ references: { table: "user", column: "id", onDelete: "cascade" } }),
    },
    { indexes: [{ columns: ["email", "author_id"] }] },
  ),
  m.addColumn("user", "age", m.int({ null: true }), { fill: 10n }),
];
`);
  });

  test("says atomic only where it is false, and types what is empty", () => {
    expect(
      printMigration({ dependencies: [], operations: [], atomic: false }),
    ).toBe(`import type { Operation } from "yara-orm";

export const dependencies: string[] = [];

export const atomic = false;

export const operations: Operation[] = [];
`);
    expect(
      printMigration({ dependencies: ["a"], operations: [m.dropTable("x")], atomic: true }),
    ).not.toContain("atomic");
  });

  test(
    "what is loaded is what was printed (law 5)",
    () => {
      fc.assert(
        fc.property(
          fc.array(operation, { minLength: 1, maxLength: 3 }),
          fc.array(fc.string()),
          fc.boolean(),
          (operations, dependencies, atomic) => {
            const source = printMigration({ dependencies, operations, atomic });
            const loaded = load(source);
            expect(loaded.dependencies).toEqual(dependencies);
            expect(loaded.atomic).toBe(atomic ? undefined : false);
            if (!dataEqual(loaded.operations, operations)) expect(loaded.operations).toEqual(operations);
            expect(dataEqual(loaded.operations, operations)).toBe(true);
            expect(printMigration({ dependencies, operations, atomic })).toBe(source);
          },
        ),
        propertyOptions,
      );
    },
    PROPERTY_TIMEOUT,
  );

  test("says whether a key counts wherever the builder would decide otherwise", () => {
    const id = { name: "id", type: { kind: "int" }, nullable: false } as const;
    expect(one(tableOf({ columns: [{ ...id, autoIncrement: true }], primaryKey: ["id"] }))).toBe(
      '  m.createTable("t", { id: m.int({ pk: true }) }),\n',
    );
    expect(one(tableOf({ columns: [id], primaryKey: ["id"] }))).toBe(
      '  m.createTable("t", { id: m.int({ pk: true, autoIncrement: false }) }),\n',
    );
    expect(one(tableOf({ columns: [{ ...id, default: { value: 1 } }], primaryKey: ["id"] }))).toBe(
      '  m.createTable("t", { id: m.int({ pk: true, default: 1 }) }),\n',
    );
    expect(one(tableOf({ columns: [{ ...id, type: { kind: "uuid" } }], primaryKey: ["id"] }))).toBe(
      '  m.createTable("t", { id: m.uuid({ pk: true }) }),\n',
    );
  });

  test("keeps the order of constraints that the columns cannot give back", () => {
    const unique = (column: string) => ({ kind: "unique", columns: [column] }) as const;
    const operation = tableOf({ uniques: [unique("b"), unique("a"), unique("a")] });
    expect(one(operation)).toBe(`  m.createTable(
    "t",
    {
      a: m.int(),
      b: m.int({ unique: true }),
    },
    { uniques: [{ columns: ["a"] }, { columns: ["a"] }] },
  ),
`);
  });

  test("prints a composite key and integer-like column names without reordering them", () => {
    const columns = ["10", "2"].map((name) => ({ name, type: { kind: "int" }, nullable: false }) as const);
    expect(one(tableOf({ columns, primaryKey: ["2", "10"] }))).toBe(`  m.createTable(
    "t",
    [
      ["10", m.int()],
      ["2", m.int()],
    ],
    { primaryKey: ["2", "10"] },
  ),
`);
  });

  test("prints SQL of several lines as it was written", () => {
    expect(one(m.runSQL("UPDATE a\nSET b = `c` || '$" + "{d}'"))).toBe(
      "  m.runSQL(`UPDATE a\nSET b = \\`c\\` || '\\$" + "{d}'`),\n",
    );
    expect(one(m.runSQL('DROP VIEW "v"', { reverse: [] }))).toBe(
      "  m.runSQL('DROP VIEW \"v\"', { reverse: [] }),\n",
    );
  });

  test("refuses what a file cannot hold", () => {
    expect(() => one(m.runCode(() => {}))).toThrow(MigrationError);
    const added = m.addColumn("t", "a", m.int());
    expect(() => one({ ...added, unique: { kind: "unique", columns: ["a", "b"] } })).toThrow(
      "the column t.a is added with a constraint that covers other columns",
    );
  });
});

const LONG = "x".repeat(60);
const everything = printMigration({
  dependencies: [`0001_${LONG}`, `0002_${LONG}`],
  operations: [
    m.createEnum("mood", ["fine", "sad"]),
    m.createTable("a b", [
      ["1", m.int()],
      ["__proto__", m.enum("mood", { default: "fine", comment: LONG + LONG })],
    ]),
    m.createTable(
      LONG,
      { id: m.bigInt({ pk: true }), amount: m.decimal({ maxDigits: 10, decimalPlaces: 2, default: "1.00" }) },
      {
        checks: [{ name: "positive", expression: { postgres: LONG, sqlite: `'${LONG}'` } }],
        comment: 'a "b"',
      },
    ),
    m.addColumn(LONG, "created", m.datetime({ default: m.sql({ postgres: "now()", sqlite: "(1)" }) })),
    m.addColumn("t", "u", m.uuid({ unique: { name: "u" }, null: true, default: m.sql(LONG + LONG) })),
    m.addColumn("t", "u", m.json({ default: { a: [1, -2.5e300, null, { b: LONG, [LONG]: LONG }] } })),
    m.alterColumn("t", "u", m.char({ maxLength: 3 }), { using: LONG, fill: m.sql("a") }),
    m.createIndex(LONG, ["a", LONG], { unique: true }),
    m.addConstraint("t", { primaryKey: ["a"] }),
    m.addConstraint("t", {
      foreignKey: [LONG],
      references: { table: "u", columns: ["v"] },
      onDelete: "cascade",
    }),
    m.runSQL(["a", "b\nc"], { reverse: { postgres: [], sqlite: LONG } }),
  ],
});

test("lines break where the formatter breaks them", async () => {
  const biome = Bun.spawn(
    [join(ROOT, "node_modules/.bin/biome"), "format", "--line-width=100", "--stdin-file-path=migration.ts"],
    { cwd: ROOT, stdin: Buffer.from(everything), stdout: "pipe", stderr: "pipe" },
  );
  expect(await new Response(biome.stdout).text()).toBe(everything);
});

test("what is printed type-checks in strict mode", async () => {
  const directory = mkdtempSync(join(tmpdir(), "yara-printed-"));
  try {
    const files = {
      "everything.ts": everything,
      "none.ts": printMigration({ dependencies: [], operations: [] }),
      "empty.ts": printEmptyMigration([]),
      // Shows that the types are those of the library, and that errors would be seen.
      "wrong.ts": 'import { migrations as m } from "yara-orm";\nm.dropTable(1);',
      "tsconfig.json": JSON.stringify({
        extends: join(ROOT, "tsconfig.json"),
        compilerOptions: {
          noUnusedLocals: false,
          typeRoots: [join(ROOT, "node_modules/@types")],
          paths: { "yara-orm": [join(ROOT, "src/index.ts")] },
        },
        include: ["*.ts"],
      }),
    };
    for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
    const tsc = Bun.spawn([join(ROOT, "node_modules/.bin/tsc"), "-p", directory], {
      stdout: "pipe",
      stderr: "pipe",
    });
    const errors = (await new Response(tsc.stdout).text())
      .split("\n")
      .filter((line) => line.includes(basename(directory)));
    expect(errors).toHaveLength(1);
    expect(errors[0]).toContain("wrong.ts(2,13): error TS2345");
  } finally {
    rmSync(directory, { recursive: true });
  }
}, 30_000);

test("indexes that are built and dropped concurrently say so", () => {
  const operations = [
    m.createIndex("t", ["a"], { unique: true, concurrently: true }),
    m.dropIndex("t", "i", { concurrently: true }),
    m.dropIndex("t", "j"),
  ];
  const text = printMigration({ dependencies: [], operations });
  expect(text).toContain('m.createIndex("t", ["a"], { unique: true, concurrently: true }),');
  expect(text).toContain('m.dropIndex("t", "i", { concurrently: true }),\n  m.dropIndex("t", "j"),');
});
