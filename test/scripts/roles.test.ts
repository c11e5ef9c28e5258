import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Connection } from "../../src/connection/connection.ts";
import { openConnection } from "../../src/connection/open.ts";
import { type Finished, yaraOrm } from "../support/binary.ts";
import { type PostgresCluster, startPostgresCluster } from "../support/postgres-server.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const FILES = {
  "migrations/0001_item.ts": `import { migrations as m } from "yara-orm";
export const operations = [m.createTable("item", { id: m.int({ pk: true }), name: m.text({ null: true }) })];
`,
  "migrations/0002_size.ts": `import { migrations as m } from "yara-orm";
export const dependencies = ["0001_item"];
export const operations = [
  m.addColumn("item", "size", m.int({ null: true })),
  m.runSQL("INSERT INTO other VALUES (1)", { reverse: [] }),
];
`,
};

/** A role that may log in and nothing else, in a database of somebody else. */
describe("a role that lacks a right", () => {
  let server: PostgresCluster;
  let owner: Connection;
  let url: string;
  beforeAll(async () => {
    server = await startPostgresCluster("embedded", {});
    const admin = await openConnection(server.url);
    await admin.execute(["CREATE DATABASE shop", 'CREATE ROLE "the app" LOGIN']);
    await admin.close();
    url = server.url.replace("postgres@", "the%20app@").replace(/postgres$/, "shop");
    owner = await openConnection(server.url.replace(/postgres$/, "shop"));
  });
  afterAll(async () => {
    await owner?.close();
    await server?.stop();
  });

  const asApp = (...words: string[]) => yaraOrm([...words, "--db", url], { cwd: temporaryFolder(FILES) });

  /** Fails with both lines, has done nothing, and what the hint says mends it. */
  async function refuses(refused: Finished, error: string, grant: string): Promise<void> {
    expect(refused).toMatchObject({ code: 1, stdout: "" });
    expect(refused.stderr).toContain(error);
    expect(refused.stderr).toContain(grant);
    await owner.execute([grant]);
  }

  test("is told which one and how it is given, each in its turn", async () => {
    await refuses(
      await asApp("upgrade", "1"),
      "error: the table orm_migrations cannot be created: permission denied for schema public (42501)",
      'GRANT USAGE, CREATE ON SCHEMA public TO "the app"',
    );
    // Somebody else has made the first migration.
    const done = ["upgrade", "1", "--db", server.url.replace(/postgres$/, "shop")];
    expect((await yaraOrm(done, { cwd: temporaryFolder(FILES) })).code).toBe(0);
    await owner.execute(["CREATE TABLE other (a integer)", "REVOKE ALL ON SCHEMA public FROM public"]);

    const own = 'GRANT SELECT, INSERT, UPDATE, DELETE ON orm_migrations TO "the app"';
    const unread = "the applied migrations cannot be read: permission denied for table orm_migrations";
    const heads = await asApp("heads");
    expect(heads.code).toBe(1);
    expect(heads.stderr).toContain(unread);
    await refuses(await asApp("upgrade"), unread, own);
    await refuses(
      await asApp("upgrade"),
      "permission denied for table orm_migration_details",
      'GRANT SELECT, INSERT, UPDATE, DELETE ON orm_migration_details TO "the app"',
    );
    await refuses(
      await asApp("upgrade"),
      "error: applying 0002_size failed at operation 1 of 2 (add column size to item): must be owner of table item",
      'ALTER TABLE item OWNER TO "the app"',
    );
    await refuses(
      await asApp("upgrade"),
      "error: applying 0002_size failed at operation 2 of 2 (run SQL): permission denied for table other",
      'GRANT SELECT, INSERT ON other TO "the app"',
    );
    // The column of the failed tries is not there.
    expect((await asApp("diff")).stdout).toBe("+ table other\n");
    expect(await asApp("upgrade")).toMatchObject({ code: 0, stdout: "applied: 0002_size\n" });
    expect(await owner.query("SELECT a FROM other")).toEqual([{ a: 1 }]);
  });

  test("may look at the plan where it may only read", async () => {
    await owner.execute(["CREATE ROLE reader LOGIN", "GRANT USAGE ON SCHEMA public TO reader"]);
    await owner.execute(["GRANT SELECT ON orm_migrations, orm_migration_details, item TO reader"]);
    await owner.execute(["DELETE FROM orm_migrations WHERE name = '0002_size'"]);
    const reader = url.replace("the%20app@", "reader@");
    const plan = await yaraOrm(["upgrade", "--plan", "--db", reader], { cwd: temporaryFolder(FILES) });
    expect(plan).toMatchObject({ code: 0, stdout: "0002_size\n  add column size to item\n  run SQL\n" });
    expect((await yaraOrm(["heads", "--db", reader], { cwd: temporaryFolder(FILES) })).stdout).toContain(
      "[ ] 0002_size",
    );
  });

  test("that may not make a database is told who may", async () => {
    const missing = url.replace(/shop$/, "Shop%202");
    const refused = await yaraOrm(["upgrade", "--create-db", "--db", missing], {
      cwd: temporaryFolder(FILES),
    });
    expect(refused).toMatchObject({ code: 1, stdout: "" });
    expect(refused.stderr).toContain("error: permission denied to create database");
    expect(refused.stderr).toContain('CREATE DATABASE "Shop 2" OWNER "the app"');
  });

  test("that may not connect is told so", async () => {
    await owner.execute(["REVOKE CONNECT ON DATABASE shop FROM public"]);
    await refuses(
      await asApp("upgrade"),
      'permission denied for database "shop"',
      'GRANT CONNECT ON DATABASE shop TO "the app"',
    );
    expect((await asApp("heads")).code).toBe(0);
  });
});
