import { expect, test } from "bun:test";
import { MigrationManager } from "../../src/index.ts";
import { installVirtualModule } from "../../src/virtual-module.ts";
import { describeDatabases } from "../support/databases.ts";
import { failure, temporaryFolder } from "../support/temporary-folder.ts";

installVirtualModule();

const files = {
  "0001_a.ts": `import { migrations as m } from "yara-orm";
export const operations = [m.createTable("a", { id: m.int({ pk: true }) })];
`,
};

describeDatabases("the tables of what is applied", (db) => {
  const COUNT = `SELECT CAST(count(*) AS INTEGER) AS n FROM "orm_migration_details"`;

  test("are made where one of them is there already, with what is in it", async () => {
    const { connection } = await db.create();
    const directory = temporaryFolder(files);
    const other = new MigrationManager({ directory, connection, app: "other" });
    expect(await other.upgrade()).toEqual(["0001_a"]);
    await connection.execute(['DROP TABLE "orm_migrations"', 'DROP TABLE "a"']);
    const manager = new MigrationManager({ directory, connection });
    expect(await manager.upgrade()).toEqual(["0001_a"]);
    expect((await manager.history()).map(({ name }) => name)).toEqual(["0001_a"]);
    expect(await connection.query(COUNT)).toEqual([{ n: 2 }]);
  });

  test("that cannot be made are named, and nothing is applied", async () => {
    const { connection } = await db.create();
    await connection.execute(['CREATE VIEW "orm_migration_details" AS SELECT 1 AS one']);
    const manager = new MigrationManager({ directory: temporaryFolder(files), connection });
    const error = await failure(manager.upgrade());
    expect(error.message).toContain("what is in the applied migrations cannot be read");
    expect(await manager.history()).toEqual([]);
    await connection.execute(['CREATE TABLE "a" ("id" INTEGER)']);
  });
});
