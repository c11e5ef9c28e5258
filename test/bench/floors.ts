import { writeFileSync } from "node:fs";
import { join } from "node:path";

/** The least that a single-file executable of Bun costs for some work; each reads what to work on from its arguments. */
const SOURCES = {
  bare: "console.log(1);",
  sqlite: `import { Database } from "bun:sqlite";
const [, , file] = process.argv;
const database = new Database(file, { readwrite: true, create: true, strict: true, safeIntegers: true });
database.run("PRAGMA foreign_keys = ON");
const query = database.query("SELECT name FROM orm_migrations WHERE app = 'models' ORDER BY id");
console.log(query.all().length);
database.close();`,
  /** The same, and it looks whether there is a file for each. */
  "sqlite-and-files": `import { Database } from "bun:sqlite";
import { readdirSync } from "node:fs";
const [, , file, folder] = process.argv;
const database = new Database(file, { readwrite: true, create: true, strict: true, safeIntegers: true });
database.run("PRAGMA foreign_keys = ON");
const query = database.query("SELECT name FROM orm_migrations WHERE app = 'models' ORDER BY id");
const names = new Set(query.all().map(({ name }) => name));
console.log(readdirSync(folder).every((entry) => names.has(entry.slice(0, -3))));
database.close();`,
  postgres: `import postgres from "postgres";
const [, , url] = process.argv;
const sql = postgres(url, { max: 1, prepare: false, fetch_types: false, connection: { application_name: "floor" } });
const rows = await sql.unsafe("SELECT name FROM orm_migrations WHERE app = $1 ORDER BY id", ["models"]);
console.log(rows.length);
await sql.end();`,
  apply: `import { readFileSync } from "node:fs";
import postgres from "postgres";
const [, , url, file] = process.argv;
const sql = postgres(url, { max: 1, prepare: false, fetch_types: false, connection: { application_name: "floor" } });
const { create, migrations } = JSON.parse(readFileSync(file, "utf8"));
await sql.unsafe(create);
for (const text of migrations) await sql.unsafe(text);
await sql.end();`,
} as const;

export type Floor = keyof typeof SOURCES;

/** Compiles one with the flags of the tool's own executable; returns its path. */
export async function buildFloor(folder: string, floor: Floor): Promise<string> {
  // The driver is found from here.
  const entry = join(import.meta.dir, `.floor-${floor}-${process.pid}.ts`);
  const outfile = join(folder, `floor-${floor}`);
  writeFileSync(entry, SOURCES[floor]);
  try {
    await Bun.build({
      entrypoints: [entry],
      target: "bun",
      format: "esm",
      bytecode: true,
      minify: { whitespace: true, syntax: true, identifiers: false },
      compile: {
        outfile,
        autoloadBunfig: false,
        autoloadDotenv: false,
        autoloadPackageJson: true,
        autoloadTsconfig: true,
      },
      throw: true,
    });
  } finally {
    await Bun.file(entry).delete();
  }
  return outfile;
}
