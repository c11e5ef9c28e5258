import { Database } from "bun:sqlite";
import { test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { yaraOrm } from "../support/binary.ts";
import type { Chooser } from "../support/chooser.ts";
import { onlyPostgres } from "../support/databases.ts";
import { FUZZ_TIMEOUT, fuzz } from "./holds.ts";

const FILES = {
  "migrations/0001_t.ts":
    'import { migrations as m } from "yara-orm";\nexport const operations = [m.createTable("t", { id: m.int({ pk: true }) })];\n',
  "migrations/0002_u.ts":
    'import { migrations as m } from "yara-orm";\nexport const dependencies = ["0001_t"];\nexport const atomic = false;\nexport const operations = [m.createTable("u", { id: m.int({ pk: true }) }), m.runSQL("SELECT 1", { reverse: [] })];\n',
};

const COMMANDS: readonly [readonly string[], ...(readonly string[])[]] = [
  ["upgrade"],
  ["upgrade", "--strict"],
  ["upgrade", "--plan"],
  ["downgrade"],
  ["heads"],
  ["history", "--json"],
  ["check"],
  ["diff"],
  ["resolve", "2", "--applied"],
  ["resolve", "2", "--resume"],
  ["resolve", "1", "--rehash"],
  ["inspect"],
];

const TABLES = ["orm_migrations", "orm_migration_details", "orm_progress"];

/** Values that such tables may hold, as SQL of both databases. */
const VALUES: readonly [string, ...string[]] = [
  "NULL",
  "''",
  "'models'",
  "'0001_t'",
  "'0002_u'",
  "'x'",
  "'{}'",
  "'[]'",
  "'null'",
  '\'{"dependencies":[],"atomic":true,"operations":[]}\'',
  '\'{"dependencies":[],"atomic":true,"operations":[{"kind":"dropTable","table":7}]}\'',
  '\'{"$":"function"}\'',
  "'2026-13-45'",
  "'not a time'",
  "'-infinity'",
  "'9999-12-31 23:59:59'",
  "'forward'",
  "'backward'",
  "'-1'",
  "'1'",
  "'99999999999999999999'",
  "'1e400'",
  "'\u001b[2J'",
  "'__proto__'",
  "'a,b'",
];

const NAMES: readonly [string, ...string[]] = [
  "id",
  "app",
  "name",
  "applied_at",
  "record_id",
  "checksum",
  "content",
  "meaning",
  "direction",
  "done",
  "total",
  "steps",
  "hashes",
  "doing",
  "state",
  "x",
];

/** Statements that make the tool's tables as somebody else might have them, or change those that it has made. */
function records(choose: Chooser): string[] {
  const statements: string[] = [];
  for (const table of TABLES) {
    switch (choose.below(4)) {
      case 0:
        break;
      case 1: {
        const columns = choose.some(NAMES, 6);
        statements.push(
          `DROP TABLE IF EXISTS ${table}`,
          `CREATE TABLE ${table} (${columns.map((name) => `${name} text`).join(", ")})`,
        );
        for (let row = choose.below(3); row > 0; row -= 1)
          statements.push(
            `INSERT INTO ${table} VALUES (${columns.map(() => choose.oneOf(VALUES)).join(", ")})`,
          );
        break;
      }
      case 2:
        statements.push(`UPDATE ${table} SET ${choose.oneOf(NAMES)} = ${choose.oneOf(VALUES)}`);
        break;
      default:
        statements.push(
          choose.oneOf([
            `DELETE FROM ${table}`,
            `DROP TABLE IF EXISTS ${table}`,
            `ALTER TABLE ${table} RENAME TO other_${table}`,
            `CREATE VIEW ${table} AS SELECT 1 AS id`,
          ]),
        );
    }
  }
  return statements;
}

test(
  "records of any contents (sqlite)",
  () =>
    fuzz((choose) => {
      const statements = records(choose);
      const words = [...choose.oneOf(COMMANDS), "--db", "app.db"];
      return {
        files: FILES,
        words,
        async prepare(folder) {
          await yaraOrm(["upgrade", "--db", "app.db"], { cwd: folder });
          const database = new Database(join(folder, "app.db"));
          for (const statement of statements) {
            try {
              database.run(statement);
            } catch {
              // Not every statement fits to what is there.
            }
          }
          database.close();
        },
      };
    }),
  FUZZ_TIMEOUT,
);

test(
  "a database file of any bytes",
  () =>
    fuzz((choose) => {
      const strokes = Array.from(
        { length: 1 + choose.below(8) },
        () => [choose.below(1 << 16), choose.below(256)] as const,
      );
      const cut = choose.chance(30) ? choose.below(1 << 16) : undefined;
      return {
        files: FILES,
        words: [...choose.oneOf(COMMANDS), "--db", "app.db"],
        async prepare(folder) {
          await yaraOrm(["upgrade", "--db", "app.db"], { cwd: folder });
          const path = join(folder, "app.db");
          const bytes = readFileSync(path);
          for (const [at, value] of strokes) bytes[at % bytes.length] = value;
          writeFileSync(path, cut === undefined ? bytes : bytes.subarray(0, cut % bytes.length));
        },
      };
    }),
  FUZZ_TIMEOUT,
);

onlyPostgres("a server", (db) => {
  test(
    "with records of any contents",
    async () => {
      const { url, connection } = await db.create();
      await fuzz((choose) => {
        const statements = records(choose);
        return {
          files: FILES,
          words: [...choose.oneOf(COMMANDS), "--db", url, "--lock-timeout", "5s"],
          async prepare(folder) {
            await connection.execute(["DROP SCHEMA public CASCADE", "CREATE SCHEMA public"]);
            await yaraOrm(["upgrade", "--db", url], { cwd: folder });
            for (const statement of statements) await connection.execute([statement]).catch(() => {});
          },
        };
      });
    },
    FUZZ_TIMEOUT,
  );
});
