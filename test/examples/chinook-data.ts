import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Connection } from "../../src/connection/connection.ts";
import type { DialectName } from "../../src/schema/expression.ts";
import type { Table } from "../../src/schema/table.ts";

const GIVEN = process.env.YARA_CHINOOK_DATA;
const FOLDER = resolve(GIVEN ?? join(import.meta.dir, "../../../shared/data"));

const FILES: Readonly<Record<DialectName, string>> = {
  postgres: join(FOLDER, "chinook-postgres.sql"),
  sqlite: join(FOLDER, "chinook-sqlite.sql"),
};

/** Why Chinook's own rows cannot be loaded here; undefined where they can, and where a folder was named. */
export const noChinookData: string | undefined =
  GIVEN !== undefined || Object.values(FILES).every((file) => existsSync(file))
    ? undefined
    : `no chinook-postgres.sql and chinook-sqlite.sql in ${FOLDER}, set YARA_CHINOOK_DATA to their folder`;

/** The INSERT statements of Chinook's script; on SQLite its names in brackets are written in snake_case. */
export function chinookInserts(dialect: DialectName): string[] {
  const script = readFileSync(FILES[dialect], "utf8");
  const inserts = script
    .slice(script.indexOf("\nINSERT INTO "))
    .trim()
    .split(/;\s*\n(?=INSERT INTO |$)/);
  return inserts.map((insert) => {
    // The names stand in the first line alone, the values in the others.
    const [names = "", ...values] = insert.split("\n");
    return [dialect === "sqlite" ? inSnakeCase(names) : names, ...values].join("\n");
  });
}

/** The statements of Chinook's script that create its tables, keys and indexes, with time zones on PostgreSQL. */
export function chinookDefinitions(dialect: DialectName): string[] {
  const script = readFileSync(FILES[dialect], "utf8");
  const [, definitions = ""] = /\n(CREATE TABLE [\s\S]*?)\n\/\*+\s+Populate Tables/.exec(script) ?? [];
  const statements = definitions.replace(/\/\*[\s\S]*?\*\//g, "").split(/;\s*/);
  return statements
    .filter(Boolean)
    .map((statement) =>
      dialect === "sqlite" ? inSnakeCase(statement) : statement.replace(/\bTIMESTAMP\b/g, "TIMESTAMPTZ"),
    );
}

/** How many rows the statements insert, by table: a row is a line. */
export function rowsOfInserts(inserts: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const insert of inserts) {
    const table = /^INSERT INTO \[?(\w+)/.exec(insert)?.[1];
    if (table === undefined) throw new Error(`no table in ${insert.slice(0, 60)}`);
    counts[table] = (counts[table] ?? 0) + insert.split("\n").filter((line) => /^\s*\(/.test(line)).length;
  }
  return counts;
}

/** What is in a table: the number of its rows, and a digest of all values of these columns. */
export interface Contents {
  readonly rows: number;
  readonly digest: string;
}

/** What is in these columns of each table, by the name of the table. */
export async function contentsOf(
  connection: Connection,
  tables: readonly Table[],
): Promise<Record<string, Contents>> {
  const contents: Record<string, Contents> = {};
  for (const table of tables) {
    const list = table.columns.map(({ name }, at) => `${asText(connection.dialect, name)} AS c${at}`);
    const order = table.primaryKey.map((name) => `"${name}"`);
    const rows = await connection.query(
      `SELECT ${list.join(", ")} FROM "${table.name}" ORDER BY ${order.join(", ")}`,
    );
    const digest = new Bun.CryptoHasher("sha256");
    for (const row of rows) digest.update(`${JSON.stringify(row)}\n`);
    contents[table.name] = { rows: rows.length, digest: digest.digest("hex") };
  }
  return contents;
}

/** The value as the database writes it: on SQLite as a literal, which also tells text, integers and floats apart. */
function asText(dialect: DialectName, column: string): string {
  return dialect === "sqlite" ? `quote("${column}")` : `"${column}"::text`;
}

function inSnakeCase(names: string): string {
  return names.replace(/\[(\w+)\]/g, (_, name: string) =>
    name.replace(/(?<=[a-z])(?=[A-Z])/g, "_").toLowerCase(),
  );
}
