import { expect, test } from "bun:test";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { UsageError } from "../../src/errors.ts";
import { isUpToDate } from "../../src/workflow/up-to-date.ts";
import { describeDatabases } from "../support/databases.ts";
import { failure, temporaryFolder, write } from "../support/temporary-folder.ts";

const CREATE =
  'CREATE TABLE "orm_migrations" ("id" INTEGER PRIMARY KEY, "app" VARCHAR(255), "name" VARCHAR(255))';

describeDatabases("isUpToDate", (db) => {
  test("is true where the files are exactly what is applied, in whichever order, and false otherwise", async () => {
    const { connection } = await db.create();
    // Loading one would fail.
    const folder = temporaryFolder({ "0001_a.ts": "throw 1;", "0002_b.ts": "throw 2;" });
    const now = (app = "models") => isUpToDate(connection, folder, app);
    expect(await now()).toBe(false);
    await connection.execute([CREATE]);
    expect(await now()).toBe(false);
    await connection.execute([`INSERT INTO "orm_migrations" VALUES (1, 'models', '0002_b')`]);
    expect(await now()).toBe(false);
    await connection.execute([`INSERT INTO "orm_migrations" VALUES (2, 'models', '0001_a')`]);
    expect(await now()).toBe(true);
    expect(await now("other")).toBe(false);

    // What no migration is and nobody could take for one.
    for (const name of ["_helper.ts", "types.d.ts", "notes.md"]) write(folder, name, "");
    mkdirSync(join(folder, "folder.ts"));
    expect(await now()).toBe(true);
    // Of these somebody has to be told.
    write(folder, "5_short.ts", "");
    expect(await now()).toBe(false);
    rmSync(join(folder, "5_short.ts"));
    rmSync(join(folder, "0001_a.ts"));
    expect(await now()).toBe(false);
    write(folder, "0001_a.ts", "");
    write(folder, "0003_c.ts", "");
    expect(await now()).toBe(false);
    rmSync(join(folder, "0003_c.ts"));
    expect(await now()).toBe(true);
    // A folder with the name of a migration is refused, but not here.
    mkdirSync(join(folder, "0003_folder.ts"));
    expect(await now()).toBe(false);
  });

  test("a record that no file could have makes it false, and so do quotes in it", async () => {
    const { connection } = await db.create();
    const folder = temporaryFolder({ "0001_a.ts": "" });
    await connection.execute([CREATE, `INSERT INTO "orm_migrations" VALUES (1, 'models', '0001_a","b')`]);
    expect(await isUpToDate(connection, folder, "models")).toBe(false);
  });

  test("says where there is no directory", async () => {
    const { connection } = await db.create();
    await connection.execute([CREATE]);
    const error = await failure(isUpToDate(connection, join(temporaryFolder(), "nope"), "models"));
    expect(error).toBeInstanceOf(UsageError);
  });
});
