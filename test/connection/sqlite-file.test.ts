import { Database } from "bun:sqlite";
import { describe, expect, spyOn, test } from "bun:test";
import {
  closeSync,
  cpSync,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  realpathSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { type Peek, peekSqlite } from "../../src/connection/peek-sqlite.ts";
import { readStoredRows, type StoredRows } from "../../src/connection/sqlite-file.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const TABLE = {
  name: "record",
  sql: 'CREATE TABLE "record" ("id" integer PRIMARY KEY, "app" text, "name" text)',
};

/** What the rows have in `app` and `name`, behind each other; undefined where there is anything else than two short texts. */
function textsStored({ text, count }: StoredRows): string[] | undefined {
  const found: string[] = [];
  for (let at = 0; at < text.length; ) {
    const size = text.charCodeAt(at);
    do at += 1;
    while (text.charCodeAt(at) > 127);
    const record = text.substr(at + 1, size);
    if (size > 127 || !record.startsWith("\x04\0") || !/^[\r-~]{2}[ -~]*$/.test(record.slice(2)))
      return undefined;
    found.push(record.slice(4));
    at += 1 + size;
  }
  return found.length === count ? found : undefined;
}

const PEEK: Peek = { sql: `SELECT "app" || "name" FROM "record"`, parameters: [], read: textsStored };

/** A database in a file, after these statements. */
function database(...statements: readonly string[]): string {
  const path = join(temporaryFolder(), "app.db");
  using made = new Database(path);
  for (const statement of statements) made.run(statement);
  return path;
}

/** What is read out of the pages alone. */
function fromPages(path: string): string[] | undefined {
  const descriptor = openSync(path, "r");
  try {
    const rows = readStoredRows(descriptor, TABLE);
    return rows && textsStored(rows);
  } finally {
    closeSync(descriptor);
  }
}

/** `count` further rows. */
const insert = (count: number) =>
  `INSERT INTO "record" ("app", "name") WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count})
    SELECT 'models', printf('%04d_name', i) FROM n`;

function saysSqlite(path: string): unknown[] {
  using opened = new Database(path, { readonly: true });
  return opened
    .query(PEEK.sql)
    .values()
    .map(([value]) => value);
}

const objects = (count: number) =>
  Array.from({ length: count }, (_, at) => `CREATE TABLE "t${at}" (id integer, "column_of_a_table" text)`);

describe("reads what SQLite reads from", () => {
  test.each<[string, readonly string[]]>([
    ["an empty table", [TABLE.sql]],
    ["one page", [TABLE.sql, insert(3)]],
    ["many pages", [TABLE.sql, insert(20_000)]],
    ["pages of 512 bytes", ["PRAGMA page_size = 512", TABLE.sql, insert(5_000)]],
    ["pages of 65,536 bytes", ["PRAGMA page_size = 65536", TABLE.sql, insert(5_000)]],
    ["a schema of many pages, at its beginning", [TABLE.sql, ...objects(300), insert(10)]],
    ["a schema of many pages, at its end", [...objects(300), TABLE.sql, insert(10)]],
    ["a file that shrinks by itself", ["PRAGMA auto_vacuum = FULL", ...objects(30), TABLE.sql, insert(900)]],
    ["a table whose last rows are gone", [TABLE.sql, insert(30), `DELETE FROM "record" WHERE "id" > 27`]],
    [
      "rows that were put together again",
      [TABLE.sql, insert(3_000), `DELETE FROM "record" WHERE "id" % 7 <> 0`, "VACUUM"],
    ],
    ["keys of many bytes", [TABLE.sql, `INSERT INTO "record" VALUES (0, 'x', 'a'), (1 << 55, 'b', 'c')`]],
    [
      "statements that go on in other pages",
      [
        `CREATE TABLE "record_of" (${Array.from({ length: 900 }, (_, at) => `"column_${at}" text`).join()})`,
        TABLE.sql,
      ],
    ],
    [
      "other objects with such names",
      [`CREATE VIEW "table" AS SELECT 'record'`, `CREATE TABLE "tablerecord" (x)`, TABLE.sql],
    ],
  ])("%s", (_, statements) => {
    const path = database(...statements);
    expect(fromPages(path)?.sort()).toEqual((saysSqlite(path) as string[]).sort());
  });
});

describe("leaves to SQLite", () => {
  test.each<[string, readonly string[]]>([
    ["a table that is missing", ["CREATE TABLE other (x)"]],
    ["a view", [`CREATE VIEW "record" AS SELECT 1 AS "id", 'models' AS "app", 'x' AS "name"`]],
    [
      "a table with other columns",
      ['CREATE TABLE "record" ("name" text, "app" text, "id" integer PRIMARY KEY)'],
    ],
    ["a table with a column more", [TABLE.sql, `ALTER TABLE "record" ADD COLUMN "more" text`, insert(3)]],
    ["UTF-16", ["PRAGMA encoding = 'UTF-16le'", TABLE.sql, insert(3)]],
    ["a row of several pages", [TABLE.sql, `INSERT INTO "record" ("app") VALUES (printf('%.9000c', 'x'))`]],
    ["a write-ahead log", ["PRAGMA journal_mode = WAL", TABLE.sql, insert(3)]],
    ["bytes", [TABLE.sql, `INSERT INTO "record" ("name") VALUES (x'00')`]],
    ["null", [TABLE.sql, `INSERT INTO "record" VALUES (7, NULL, 'x')`]],
    [
      "rows between which others were",
      [TABLE.sql, insert(3_000), `DELETE FROM "record" WHERE "id" % 7 <> 0`, insert(20)],
    ],
  ])("%s", (_, statements) => {
    const path = database(...statements);
    expect(fromPages(path)).toBeUndefined();
    if (statements.length > 1) expect(peekSqlite(path, TABLE, PEEK)).toEqual(saysSqlite(path));
  });

  test.each(["", "x", "x".repeat(5_000), "SQLite format 3\0", `SQLite format 3\0${"\x01".repeat(5_000)}`])(
    "what is no database: %j",
    (text) => {
      const path = join(temporaryFolder({ "app.db": text }), "app.db");
      expect(fromPages(path)).toBeUndefined();
    },
  );

  // As where a copy from before is put back, and the log is forgotten.
  test("a file that does not speak of its write-ahead log", () => {
    const path = database(TABLE.sql, insert(3));
    cpSync(path, `${path}.copy`);
    {
      using writer = new Database(path);
      writer.run("PRAGMA journal_mode = WAL");
      writer.run(`DELETE FROM "record" WHERE "id" = 3`);
      cpSync(`${path}-wal`, `${path}.log`);
    }
    cpSync(`${path}.copy`, path);
    cpSync(`${path}.log`, `${path}-wal`);
    expect(peekSqlite(path, TABLE, PEEK)).toEqual(["models0001_name", "models0002_name"]);
  });

  test("the log of a file that is linked to", () => {
    const path = database(TABLE.sql, insert(3));
    const link = join(temporaryFolder(), "link.db");
    symlinkSync(path, link);
    const isAsked = (): boolean => {
      let asked = false;
      const read = () => {
        asked = true;
        return undefined;
      };
      expect(peekSqlite(link, TABLE, { ...PEEK, read })).toHaveLength(3);
      return asked;
    };
    expect(isAsked()).toBeTrue();
    writeFileSync(`${path}-wal`, "");
    expect(isAsked()).toBeFalse();
  });
});

test("a damaged file is read to an end, whatever it says", () => {
  const path = database("PRAGMA page_size = 512", TABLE.sql, ...objects(20), insert(400));
  const sound = readFileSync(path);
  const damage = fc.array(fc.tuple(fc.nat(sound.length - 1), fc.nat(255)), { minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(damage, (bytes) => {
      const damaged = Buffer.from(sound);
      for (const [at, byte] of bytes) damaged[at] = byte;
      writeFileSync(path, damaged);
      const texts = fromPages(path);
      return texts === undefined || Array.isArray(texts);
    }),
    { numRuns: 1_000, seed: 1 },
  );
});

test("pages that lead in a circle are left to SQLite", () => {
  const path = database("PRAGMA page_size = 512", TABLE.sql, insert(4_000));
  const bytes = readFileSync(path);
  // All that the second page, at which the table begins, leads to is that page itself.
  expect(bytes[512]).toBe(5);
  for (let cell = 0; cell < bytes.readUInt16BE(512 + 3); cell += 1)
    bytes.writeUInt32BE(2, 512 + bytes.readUInt16BE(512 + 12 + cell * 2));
  writeFileSync(path, bytes);
  expect(fromPages(path)).toBeUndefined();
});

/** Each second transaction is taken back; with so small a cache most pages are written before it ends. */
const WRITER = `
  import { Database } from "bun:sqlite";
  const [, path, mode] = process.argv;
  for (let at = 0; ; at += 1) {
    // Who closes last writes the log back, and takes it away.
    using database = new Database(path);
    database.run("PRAGMA busy_timeout = 5000; PRAGMA journal_mode = " + mode);
    database.run("PRAGMA synchronous = OFF; PRAGMA cache_size = 1");
    if (at === 0) console.log("begun");
    for (let turn = 0; turn < 4; turn += 1) {
      database.run("BEGIN IMMEDIATE");
      const rest = at % 2 === 0 ? 0 : (at * 4 + turn) % 60;
      database.run(\`UPDATE "record" SET "app" = 'app\${at % 10}' || printf('%.\${rest}c', 'x')\`);
      database.run(turn % 2 === 0 ? "COMMIT" : "ROLLBACK");
      // From here on there is nothing between the rows, and a text of the same length stands where the last one stood.
      if (at % 2 === 0 && turn === 0) database.run("VACUUM");
    }
  }`;

test.each(["DELETE", "WAL"])(
  "while others write (%s), all or nothing of a transaction is read",
  async (mode) => {
    const path = database("PRAGMA page_size = 512", TABLE.sql, insert(300));
    const command = [process.execPath, "-e", WRITER, path, mode];
    await using writer = Bun.spawn(command, { stdout: "pipe", stderr: "inherit" });
    await writer.stdout.getReader().read();
    const apps = new Set<unknown>();
    let fromPages = 0;
    const readStored: Peek["read"] = (rows) => {
      const texts = textsStored(rows);
      if (texts !== undefined) fromPages += 1;
      return texts;
    };
    for (let read = 0; read < 1_500; ) {
      const found = peekSqlite(path, TABLE, { ...PEEK, read: readStored });
      if (found === undefined) continue;
      read += 1;
      expect(found).toHaveLength(300);
      const here = new Set(found.map((text) => String(text).slice(0, -"0001_name".length)));
      expect(here.size).toBe(1);
      for (const app of here) apps.add(app);
    }
    expect(writer.exitCode).toBeNull();
    // It has written meanwhile.
    expect(apps.size).toBeGreaterThan(5);
    expect(fromPages > 0).toBe(mode === "DELETE");
  },
);

// Else SQLite would lose its locks on it, and with a write-ahead log it believes in them up to the end.
test.skipIf(process.platform !== "linux")(
  "SQLite is done with the file before anything else closes it",
  () => {
    const close = Database.prototype.close;
    for (const statements of [[TABLE.sql], ["PRAGMA journal_mode = WAL", TABLE.sql]]) {
      const path = database(...statements);
      const open: number[] = [];
      using _ = spyOn(Database.prototype, "close").mockImplementation(function (this: Database) {
        open.push(openTimes(path));
        close.call(this);
      });
      expect(peekSqlite(path, TABLE, PEEK)).toBeDefined();
      expect(open).toEqual([2]);
      expect(openTimes(path)).toBe(0);
    }
  },
);

/** How often this process has opened a file. */
function openTimes(path: string): number {
  const descriptors = readdirSync("/proc/self/fd").map((descriptor) => `/proc/self/fd/${descriptor}`);
  return descriptors.filter((descriptor) => existsSync(descriptor) && realpathSync(descriptor) === path)
    .length;
}
