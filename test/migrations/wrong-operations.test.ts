import { expect, test } from "bun:test";
import { listMigrationFiles } from "../../src/migrations/files.ts";
import { loadMigrations } from "../../src/migrations/loader.ts";
import { parseMeaning } from "../../src/migrations/stored-migration.ts";
import { installVirtualModule } from "../../src/virtual-module.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

installVirtualModule();

/** What is said of a file with this in its list of operations. */
async function problemOf(operation: string): Promise<string> {
  const folder = temporaryFolder({
    "0001_wrong.ts": `import { migrations as m } from "yara-orm";\nexport const operations = [${operation}];`,
  });
  try {
    await loadMigrations((await listMigrationFiles(folder)).files);
  } catch (error) {
    return error instanceof Error
      ? (error.message.split("\n")[0] ?? "").replace(/^.*0001_wrong\.ts:/, "").trim()
      : "";
  }
  return "";
}

const WRONG: readonly (readonly [operation: string, problem: string])[] = [
  ["m.createTable('t')", "createTable of t has no columns"],
  ["m.createTable('t', { id: 'int' })", 'createTable of t: the column id is "int", not a column'],
  ["m.createTable('t', ['id'])", 'createTable of t: a column is "id", not [name, spec]'],
  ["m.createTable('t', { id: m.int }, {})", "createTable of t: the column id is a function, not a column"],
  [
    "m.createTable('t', { id: m.int({ nul: true }) })",
    'createTable of t: the column id has no "nul": did you mean null?',
  ],
  [
    "m.createTable('t', { id: m.int({ null: 1 }) })",
    "table.columns[0].nullable is 1, neither true nor false",
  ],
  [
    "m.createTable('t', { id: m.char({}) })",
    "table.columns[0].type.maxLength is undefined, not a whole number from 1",
  ],
  [
    "m.createTable('t', { id: m.decimal({ maxDigits: 5 }) })",
    "table.columns[0].type.decimalPlaces is undefined, not a whole number from 0",
  ],
  ["m.createTable(7, { id: m.int() })", "createTable: 7 is no name"],
  [
    "m.createTable('t', { id: m.int() }, { index: [] })",
    'createTable of t has no "index": did you mean indexes?',
  ],
  [
    "m.createTable('t', { id: m.int({ references: { table: 'u' } }) })",
    'references of id names no column of "u"',
  ],
  [
    "m.createTable('t', { id: m.int({ references: { table: 'u', column: 'id', onDelet: 'cascade' } }) })",
    'references of id has no "onDelet": did you mean onDelete?',
  ],
  [
    "m.createTable('t', { id: m.int({ references: { table: 'u', column: 'id', onDelete: 'CASCADE' } }) })",
    'table.foreignKeys[0].onDelete is "CASCADE", not one of noAction, restrict, cascade, setNull, setDefault',
  ],
  ["m.addColumn('t', 'a', m.char())", "m.char does not say its size"],
  ["m.addColumn('t', 'a')", "addColumn of t.a is undefined, not a column"],
  ["m.addColumn('t', 'a', m.int(), { fil: 1 })", 'addColumn of t.a has no "fil": did you mean fill?'],
  ["m.addColumn('t', 'a', m.int({ default: () => 1 }))", "column.default.value is a function, not a value"],
  [
    "m.addColumn('t', 'a', m.datetime({ default: new Date() }))",
    "column.default.value is an object of the class Date",
  ],
  [
    "m.alterColumn('t', 'a', m.int(), { using: m.sql('a + 1') })",
    "using is m.sql(...), which stands where there could be a plain value, too: give its text",
  ],
  ["m.alterColumn('t', 'a', m.int(), { use: 'a' })", 'alterColumn of t.a has no "use"'],
  [
    "m.addConstraint('t', { kind: 'check', expression: 'a > 0' })",
    "addConstraint of t does not say which constraint",
  ],
  ["m.addConstraint('t', { check: 'a > 0' })", "constraint.name is undefined, not a name"],
  ["m.addConstraint('t', { unique: 'a' })", 'constraint.columns is "a", not an array'],
  [
    "m.addConstraint('t', { unique: ['a'], nullNotDistinct: true })",
    'constraint has no "nullNotDistinct": did you mean nullsNotDistinct?',
  ],
  ["m.createIndex('t', ['a'], { using: 'gin' })", 'index has no "using"'],
  ["m.createIndex('t', ['a'], { method: 'btree' })", 'index.method is "btree", not one of hash, gin'],
  [
    "m.dropIndex('t', 'i', { concurently: true })",
    'dropIndex of i has no "concurently": did you mean concurrently?',
  ],
  ["m.addColumn('t', new Set([1]), m.int(), { x: 1 })", "addColumn: an object is no name"],
  ["m.dropColumn('t')", "column is undefined, not a name"],
  ["m.renameTable('t')", "to is undefined, not a name"],
  ["m.runSQL('SELECT 1', { revers: [] })", 'runSQL has no "revers": did you mean reverse?'],
  ["m.runSQL(null)", "sql is null, not an object"],
  ["m.runSQL({ postgres: 'SELECT 1' })", "sql.sqlite is undefined, not an array"],
  ["m.runCode('later')", 'forward is "later", not a function'],
  ["m.createEnum('e', 'a')", 'type.values is "a", not an array'],
  ["m.createView('v', { postgres: 'SELECT 1' })", "view.definition.sqlite is undefined, not text"],
  ["m.createTrigger('t', 'x', { timing: 'after', events: ['truncate'] })", "trigger.events[0] is"],
  ["{ kind: 'dropTable', table: 't', cascade: true }", 'it has no "cascade": it has table'],
  ["{ kind: 'dropTable', get table() { throw new Error('no') } }", "operations[0] cannot be read: no"],
  [
    "(() => { const around = { kind: 'custom', name: 'around', operations: [] }; around.operations.push(around); return around; })()",
    "operations[0] (around)[0] is a part of itself",
  ],
  [
    "(() => { const loop = []; loop.push(loop); return m.addColumn('t', 'a', m.json({ default: loop })); })()",
    "contains itself",
  ],
];

for (const [operation, problem] of WRONG) {
  test(`${operation} is refused`, async () => expect(await problemOf(operation)).toContain(problem));
}

test("what a database keeps of an operation that is none is not taken for one", () => {
  const stored = (operation: string) =>
    parseMeaning(`{"dependencies":[],"atomic":true,"operations":[${operation}]}`);
  expect(stored('{"kind":"dropTable","table":"t"}')?.operations).toHaveLength(1);
  expect(stored('{"kind":"dropTable","table":7}')).toBeUndefined();
  expect(stored('{"kind":"createTable","table":{"name":"t"}}')).toBeUndefined();
});

for (const [exported, problem] of [
  ["timeouts = new Proxy({}, { ownKeys() { throw new Error('trap'); } })", "trap"],
  [
    "dependencies = new Proxy([], { get() { throw { no: 'error' }; } })",
    "an object was thrown, which is no error",
  ],
] as const) {
  test(`a file whose exports cannot be read is refused: ${exported}`, async () => {
    const folder = temporaryFolder({
      "0001_wrong.ts": `export const operations = [];\nexport const ${exported};`,
    });
    const loading = loadMigrations((await listMigrationFiles(folder)).files);
    await expect(loading).rejects.toThrow(`0001_wrong.ts: what it exports cannot be read: ${problem}`);
  });
}
