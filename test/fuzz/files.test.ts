import { test } from "bun:test";
import type { Chooser } from "../support/chooser.ts";
import { damaged, oddName, withOdd } from "./expressions.ts";
import { FUZZ_TIMEOUT, fuzz } from "./holds.ts";

const HEAD = 'import { migrations as m } from "yara-orm";\n';

const FIRST = `${HEAD}export const operations = [
  m.createTable("t", { id: m.int({ pk: true }), name: m.text({ null: true }) }),
];
`;

/** Operations whose values may become others. */
const OPERATIONS: readonly [string, ...string[]] = [
  'm.createTable(\u00ab"u"\u00bb, \u00ab{ id: m.int(\u00ab{ pk: \u00abtrue\u00bb }\u00bb), \u00abname\u00bb: m.char({ maxLength: \u00ab20\u00bb, default: \u00ab"x"\u00bb }) }\u00bb)',
  'm.createTable("u", { id: \u00abm.int({ references: \u00ab{ table: \u00ab"t"\u00bb, column: \u00ab"id"\u00bb, onDelete: \u00ab"cascade"\u00bb }\u00bb })\u00bb }, \u00ab{ primaryKey: \u00ab["id"]\u00bb, checks: \u00ab[{ name: \u00ab"c"\u00bb, expression: \u00ab"id > 0"\u00bb }]\u00bb }\u00bb)',
  'm.dropTable(\u00ab"t"\u00bb)',
  'm.renameTable(\u00ab"t"\u00bb, \u00ab"v"\u00bb)',
  'm.addColumn(\u00ab"t"\u00bb, \u00ab"age"\u00bb, \u00abm.int({ null: \u00abtrue\u00bb, unique: \u00abtrue\u00bb })\u00bb, \u00ab{ fill: \u00ab1\u00bb }\u00bb)',
  'm.addColumn("t", "list", m.array(\u00abm.text()\u00bb, \u00ab{ null: true }\u00bb))',
  'm.addColumn("t", "raw", m.raw(\u00ab"text"\u00bb, { null: true, default: \u00abm.sql("1")\u00bb }))',
  'm.addColumn("t", "sum", m.decimal({ maxDigits: \u00ab5\u00bb, decimalPlaces: \u00ab2\u00bb, default: \u00ab"1.5"\u00bb }))',
  'm.dropColumn(\u00ab"t"\u00bb, \u00ab"name"\u00bb)',
  'm.alterColumn(\u00ab"t"\u00bb, \u00ab"name"\u00bb, \u00abm.text()\u00bb, \u00ab{ fill: \u00ab"-"\u00bb, using: \u00ab"name"\u00bb }\u00bb)',
  'm.renameColumn(\u00ab"t"\u00bb, \u00ab"name"\u00bb, \u00ab"title"\u00bb)',
  'm.createIndex(\u00ab"t"\u00bb, \u00ab[\u00ab"name"\u00bb]\u00bb, \u00ab{ name: \u00ab"i"\u00bb, unique: \u00abtrue\u00bb, where: \u00ab"id > 0"\u00bb }\u00bb)',
  'm.createIndex("t", [\u00ab{ expression: \u00ab"lower(name)"\u00bb, order: \u00ab"desc"\u00bb }\u00bb], { name: "e" })',
  'm.addConstraint(\u00ab"t"\u00bb, \u00ab{ unique: \u00ab["name"]\u00bb, name: \u00ab"once"\u00bb }\u00bb)',
  'm.addConstraint("t", \u00ab{ check: \u00ab"id > 0"\u00bb, name: \u00ab"positive"\u00bb }\u00bb)',
  'm.addConstraint("t", \u00ab{ foreignKey: \u00ab["id"]\u00bb, references: \u00ab{ table: \u00ab"t"\u00bb, columns: \u00ab["id"]\u00bb }\u00bb }\u00bb)',
  'm.dropConstraint(\u00ab"t"\u00bb, \u00ab"t_pkey"\u00bb)',
  'm.createEnum(\u00ab"mood"\u00bb, \u00ab["a", \u00ab"b"\u00bb]\u00bb)',
  'm.createView(\u00ab"w"\u00bb, \u00ab"SELECT id FROM t"\u00bb, \u00ab{ materialized: \u00abtrue\u00bb }\u00bb)',
  'm.createTrigger(\u00ab"t"\u00bb, \u00ab"tr"\u00bb, \u00ab{ timing: \u00ab"after"\u00bb, events: \u00ab["insert"]\u00bb, sqlite: \u00ab"SELECT 1;"\u00bb }\u00bb)',
  'm.alterComment(\u00ab"t"\u00bb, \u00ab"about"\u00bb)',
  'm.runSQL(\u00ab"SELECT 1"\u00bb, \u00ab{ reverse: \u00ab[]\u00bb }\u00bb)',
  "m.runCode(\u00abasync ({ db }) => { await db.query(\u00ab'SELECT 1'\u00bb); }\u00bb, \u00ab() => {}\u00bb)",
  "m.runCode(async () => { throw \u00abnew Error('own')\u00bb; })",
];

const COMMANDS: readonly [readonly string[], ...(readonly string[])[]] = [
  ["upgrade", "--db", "app.db"],
  ["upgrade", "--db", "app.db", "--json"],
  ["upgrade", "--db", "app.db", "--plan"],
  ["upgrade", "--db", "app.db", "--dry-run"],
  ["sqlmigrate", "2", "--dialect", "postgres"],
  ["sqlmigrate", "2", "--backward"],
  ["makemigrations", "--empty"],
  ["makemigrations"],
  ["check", "--db", "app.db"],
  ["verify"],
  ["heads", "--db", "app.db"],
];

const MODEL =
  'import { defineModel, fields } from "yara-orm";\nexport const T = defineModel("T", { name: fields.text({ null: true }) });\n';

function migration(choose: Chooser): string {
  const operations = Array.from({ length: 1 + choose.below(3) }, () => choose.oneOf(OPERATIONS));
  const text = `${HEAD}export const dependencies = \u00ab[\u00ab"0001_t"\u00bb]\u00bb;
export const atomic = \u00abtrue\u00bb;
${choose.chance(20) ? 'export const timeouts = \u00ab{ lock: \u00ab"1s"\u00bb }\u00bb;' : ""}
export const operations = \u00ab[${operations.join(", ")}]\u00bb;
`;
  // The marks are taken from the inside out, so that what is around what was replaced may be, too.
  let done = text;
  for (let round = 0; round < 6; round += 1) done = withOdd(choose, done);
  return done.replaceAll(/[\u00ab\u00bb]/g, "");
}

test(
  "migrations of any values",
  () =>
    fuzz((choose) => ({
      files: { "models.ts": MODEL, "migrations/0001_t.ts": FIRST, "migrations/0002_b.ts": migration(choose) },
      words: choose.oneOf(COMMANDS),
    })),
  FUZZ_TIMEOUT,
);

test(
  "migrations of any bytes",
  () =>
    fuzz((choose) => ({
      files: {
        "models.ts": MODEL,
        "migrations/0001_t.ts": FIRST,
        "migrations/0002_b.ts": damaged(choose, migration(choose)),
      },
      words: choose.oneOf(COMMANDS),
    })),
  FUZZ_TIMEOUT,
);

const FIELDS: readonly [string, ...string[]] = [
  "fields.int(\u00ab{ default: \u00ab1\u00bb }\u00bb)",
  "fields.char(\u00ab{ maxLength: \u00ab20\u00bb, unique: \u00abtrue\u00bb }\u00bb)",
  "fields.text(\u00ab{ null: \u00abtrue\u00bb, index: \u00abtrue\u00bb }\u00bb)",
  "fields.decimal(\u00ab{ maxDigits: \u00ab6\u00bb, decimalPlaces: \u00ab2\u00bb }\u00bb)",
  'fields.foreignKey(\u00ab() => T\u00bb, \u00ab{ onDelete: \u00ab"cascade"\u00bb }\u00bb)',
  'fields.foreignKey(\u00ab"T"\u00bb)',
  'fields.enum(\u00ab["a", \u00ab"b"\u00bb]\u00bb, \u00ab{}\u00bb)',
  "fields.array(\u00abfields.int()\u00bb, \u00ab{ null: true }\u00bb)",
  "fields.json(\u00ab{ default: \u00ab{}\u00bb }\u00bb)",
  'fields.datetime(\u00ab{ default: \u00ab"now"\u00bb }\u00bb)',
];

test(
  "models of any values",
  () =>
    fuzz((choose) => {
      const list = Array.from(
        { length: 1 + choose.below(3) },
        (_, index) =>
          `${choose.chance(5) ? `[${oddName(choose)}]` : `f${index}`}: \u00ab${choose.oneOf(FIELDS)}\u00bb`,
      );
      const options =
        '\u00ab{ table: \u00ab"things"\u00bb, indexes: \u00ab[{ fields: \u00ab["f0"]\u00bb }]\u00bb, uniqueTogether: \u00ab[["f0"]]\u00bb }\u00bb';
      let text = `import { defineModel, fields } from "yara-orm";
export const T = defineModel(\u00ab"T"\u00bb, \u00ab{ ${list.join(", ")} }\u00bb${choose.chance(50) ? `, ${options}` : ""});
`;
      for (let round = 0; round < 6; round += 1) text = withOdd(choose, text);
      text = text.replaceAll(/[\u00ab\u00bb]/g, "");
      return {
        files: { "models.ts": choose.chance(30) ? damaged(choose, text) : text },
        words: choose.oneOf<readonly string[]>([["makemigrations"], ["check"], ["makemigrations", "--json"]]),
      };
    }),
  FUZZ_TIMEOUT,
);

test(
  "a config of any values and bytes",
  () =>
    fuzz((choose) => {
      let text = `import { defineConfig } from "yara-orm";
export default \u00abdefineConfig(\u00ab{ dir: \u00ab"migrations"\u00bb, app: \u00ab"shop"\u00bb, db: \u00ab"sqlite:///app.db"\u00bb, models: \u00ab["models.ts"]\u00bb }\u00bb)\u00bb;
`;
      for (let round = 0; round < 5; round += 1) text = withOdd(choose, text, 20);
      text = text.replaceAll(/[\u00ab\u00bb]/g, "");
      return {
        files: {
          "models.ts": MODEL,
          "migrations/0001_t.ts": FIRST,
          "yara.config.ts": choose.chance(30) ? damaged(choose, text) : text,
        },
        words: choose.oneOf<readonly string[]>([
          ["heads"],
          ["upgrade"],
          ["makemigrations"],
          ["check", "--json"],
        ]),
      };
    }),
  FUZZ_TIMEOUT,
);
