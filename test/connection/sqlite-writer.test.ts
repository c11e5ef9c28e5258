import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { join } from "node:path";
import { readLocks, sqliteWriter } from "../../src/connection/sqlite-writer.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

test("of the locks of a system, those count that somebody holds for writing", () => {
  expect(
    readLocks(`1: POSIX  ADVISORY  WRITE 4711 fe:00:2363556 1073741825 1073741825
1: -> POSIX  ADVISORY  WRITE 4712 fe:00:2363556 1073741825 1073741825
2: POSIX  ADVISORY  READ  4711 fe:00:2363556 1073741826 1073742335
3: FLOCK  ADVISORY  WRITE 708 00:14:55 0 EOF
4: OFDLCK ADVISORY  WRITE -1 00:2a:18446744073709551615 0 EOF
`),
  ).toEqual([
    { pid: 4711, device: "fe:00", inode: "2363556", first: 1073741825, last: 1073741825 },
    {
      pid: undefined,
      device: "00:2a",
      inode: "18446744073709551615",
      first: 0,
      last: Number.POSITIVE_INFINITY,
    },
  ]);
});

test.each(["DELETE", "WAL"])("who writes to a file is known on Linux, with the journal mode %s", (mode) => {
  const path = join(temporaryFolder({}), "app.db");
  expect(sqliteWriter(path)).toBeUndefined();
  using database = new Database(path, { create: true });
  using reader = new Database(path, { create: true });
  using other = new Database(join(temporaryFolder({}), "other.db"), { create: true });
  database.run(`PRAGMA journal_mode = ${mode}; CREATE TABLE item (id)`);
  other.run("BEGIN IMMEDIATE");
  reader.run("BEGIN; SELECT * FROM item");
  expect(sqliteWriter(path)).toBeUndefined();

  database.run("BEGIN IMMEDIATE");
  const writer = sqliteWriter(path);
  if (process.platform === "linux") {
    expect(writer).toEqual({ pid: process.pid, application: expect.any(String) });
    // Nobody was kept from anything by the question.
    database.run("INSERT INTO item VALUES (1)");
  } else expect(writer).toBeUndefined();

  database.run("ROLLBACK");
  expect(sqliteWriter(path)).toBeUndefined();
});
