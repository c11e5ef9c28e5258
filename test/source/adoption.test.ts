import { expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { DialectName } from "../../src/schema/expression.ts";
import { adopt, typeErrors } from "../support/adoption.ts";
import { APPLICATION_DATABASES } from "../support/application-databases.ts";
import { describeDatabases, onlyPostgres } from "../support/databases.ts";
import { FOREIGN_DATABASES } from "../support/foreign-databases.ts";

const DATABASES: Readonly<Record<string, Partial<Readonly<Record<DialectName, readonly string[]>>>>> = {
  ...FOREIGN_DATABASES,
  ...APPLICATION_DATABASES,
};

const LISTED: Readonly<Record<DialectName, Readonly<Record<string, readonly string[]>>>> = {
  postgres: {
    "an application made by Rails": ["enum unused: is used by no column that is expressed: a"],
    "a shop in the manner of Prisma": ['table User, column roles: has the type "Role"[]'],
  },
  sqlite: {
    "a tracker in the manner of Drizzle": [
      "table __drizzle_migrations, column id: is of the primary key and may hold NULL: here it is NOT NULL",
    ],
    "a list that grew by itself": [
      "table kinds, column name: is of the primary key and may hold NULL: here it is NOT NULL",
      "table items, column kind: is of the primary key and may hold NULL: here it is NOT NULL",
      "table items, column year: is of the primary key and may hold NULL: here it is NOT NULL",
      "table items, constraint items_kind_name_fkey: sets a default where none is",
      "table kinds, column : has an empty name",
    ],
    "a shop like Northwind": [
      "table Customers, column CustomerID: is of the primary key and may hold NULL: here it is NOT NULL",
      "table Order Details, constraint Order Details_OrderID_fkey: sets NULL where NOT NULL is",
    ],
  },
};

describeDatabases("models of a database that others made", (db) => {
  test("lead to the same database, and have no type errors", async () => {
    const folders: string[] = [];
    for (const [title, { [db.name]: statements }] of Object.entries(DATABASES)) {
      if (statements === undefined) continue;
      const { folder, listed } = await adopt(db, statements);
      folders.push(folder);
      expect([title, listed]).toEqual([title, LISTED[db.name][title] ?? []]);
    }
    expect(await typeErrors(folders)).toEqual([]);
  }, 60_000);
});

const { folder: DATA, missing: missingChinook } = sharedData(["chinook-postgres.sql", "chinook-sqlite.sql"]);
const { missing: missingPagila } = sharedData(["pagila-schema.sql"]);

describeDatabases("models of Chinook", (db) => {
  test.skipIf(missingChinook !== undefined)(
    `lead to the same database${because(missingChinook)}`,
    async () => {
      const script = readFileSync(join(DATA, `chinook-${db.name}.sql`), "utf8");
      const [, definitions = ""] = /\n(CREATE TABLE [\s\S]*?)\n\/\*+\s+Populate Tables/.exec(script) ?? [];
      const statements = definitions
        .replace(/\/\*[\s\S]*?\*\//g, "")
        .split(/;\s*/)
        .filter((statement) => statement.trim() !== "");
      const { folder, tables, listed } = await adopt(db, statements);
      expect(tables).toBe(11);
      const ALWAYS = "is GENERATED ALWAYS AS IDENTITY: here it is BY DEFAULT";
      expect(listed.filter((line) => !line.endsWith(ALWAYS))).toEqual([]);
      expect(await typeErrors([folder])).toEqual([]);
    },
    60_000,
  );
});

onlyPostgres("models of Pagila", (db) => {
  test.skipIf(missingPagila !== undefined)(
    `lead to the same database as far as they can, and list the rest${because(missingPagila)}`,
    async () => {
      // Loaded by the server at once, as psql does it: functions have semicolons in them.
      const { connection } = await db.create();
      await connection.execute([pagila(readFileSync(join(DATA, "pagila-schema.sql"), "utf8"))]);
      await connection.execute(["SET search_path TO public"]);
      const { folder, tables, listed } = await adopt(db, connection);
      expect(tables).toBe(16);
      expect(await typeErrors([folder])).toEqual([]);
      for (const line of [
        "table film, column release_year: has the type year",
        "table payment: is partitioned by RANGE (payment_date), with 55 partitions",
        "domain year: is a type without a field",
        "function last_updated(): is code in the database",
      ]) {
        expect(listed).toContain(line);
      }
      const kinds = listed.map((line) => /^(?:table \w+, )?([a-z ]+) /.exec(line)?.[1]);
      expect([...new Set(kinds)].sort()).toEqual([
        ...["aggregate", "column", "domain", "function", "materialized view", "table", "trigger"],
        "view",
      ]);
    },
    60_000,
  );
});

/** Pagila as every PostgreSQL from version 12 on without further extensions can load it. */
function pagila(script: string): string {
  return script
    .replaceAll("uuidv7()", "gen_random_uuid()")
    .replace(/CREATE EXTENSION[^;]*;/, "")
    .replace(/COMMENT ON EXTENSION[^;]*;/, "")
    .replace("public.vector(20)", "real[]")
    .replace(/CREATE INDEX film_embedding_embedding_hnsw_idx[^;]*;/, "")
    .replace("VIRTUAL", "STORED")
    .replaceAll(/ALTER [^;]* OWNER TO postgres;/g, "");
}

/** The folder with scripts that are too large for this repository, and what is missing in it. */
function sharedData(files: readonly string[]): { folder: string; missing: string | undefined } {
  const given = process.env.YARA_CHINOOK_DATA;
  const folder = given ?? join(import.meta.dir, "../../../shared/data");
  const missing = files.filter((file) => !existsSync(join(folder, file)));
  if (given !== undefined || missing.length === 0) return { folder, missing: undefined };
  return { folder, missing: `no ${missing.join(" and ")} in ${folder}` };
}

function because(missing: string | undefined): string {
  return missing === undefined ? "" : `: SKIPPED, ${missing}`;
}
