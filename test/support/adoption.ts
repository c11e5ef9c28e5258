import { expect } from "bun:test";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { Connection } from "../../src/connection/connection.ts";
import { MigrationManager } from "../../src/manager.ts";
import type { InspectedModels, ManagerEvent } from "../../src/manager-options.ts";
import { compareSchemas } from "../../src/schema/compare.ts";
import { expressible } from "../../src/source/expressible.ts";
import { settle } from "../../src/verifier/settle.ts";
import { installVirtualModule } from "../../src/virtual-module.ts";
import type { DatabaseSource } from "./databases.ts";
import { dialectFor } from "./dialects.ts";
import { temporaryFolder, write } from "./temporary-folder.ts";

const ROOT = join(import.meta.dir, "../..");

/** A project whose models were made from a database. */
export interface Adopted extends InspectedModels {
  /** Of the project, with `models.ts` and the folder `migrations`. */
  readonly folder: string;
  readonly connection: Connection;
  /** `table film, column fulltext: has the type tsvector`, each. */
  readonly listed: readonly string[];
}

/**
 * Makes a database of the statements, or takes the one that there is, makes models of the database and a migration of the models, and fails unless a new database that
 * the migration makes is found to be the same, and the migration is taken for applied by the old one.
 * @param prepare what the new database needs that models cannot say
 */
export async function adopt(
  db: DatabaseSource,
  original: readonly string[] | Connection,
  prepare: readonly string[] = [],
): Promise<Adopted> {
  const connection = "query" in original ? original : (await db.create()).connection;
  if (!("query" in original)) await connection.execute([...original]);
  const folder = temporaryFolder();
  const inspected = await new MigrationManager({ connection }).inspect();
  write(folder, "models.ts", inspected.source);
  installVirtualModule();
  const options = { directory: join(folder, "migrations"), models: join(folder, "models.ts") };
  await new MigrationManager({ ...options, connection }).makeMigrations();

  const created = (await db.create()).connection;
  await created.execute([...prepare]);
  expect(await new MigrationManager({ ...options, connection: created }).upgrade()).toEqual(
    inspected.tables === 0 ? [] : ["0001_initial"],
  );
  const faked: string[] = [];
  const onEvent = (event: ManagerEvent) => {
    if (event.kind === "faked") faked.push(event.name);
  };
  const applied = await new MigrationManager({ ...options, connection, onEvent }).upgrade({
    fakeInitial: true,
  });
  expect(faked).toEqual(applied);
  const { differences } = await new MigrationManager({ ...options, connection }).diff();
  expect(differences).toEqual([]);
  const dialect = dialectFor(connection.dialect);
  const [old, made] = [await dialect.inspect(connection), await dialect.inspect(created)];
  const target = { connection: created, dialect };
  const settled = await settle(target, { live: made.schema, expected: expressible(old.schema).schema });
  expect(compareSchemas(settled.live, settled.expected)).toEqual([]);
  return {
    ...inspected,
    folder,
    connection,
    listed: inspected.unsupported.map(({ path, what }) => `${path}: ${what}`),
  };
}

/** What `tsc` finds wrong with the models of these projects, in strict mode. */
export async function typeErrors(folders: readonly string[]): Promise<string[]> {
  const directory = temporaryFolder({
    "tsconfig.json": JSON.stringify({
      extends: join(ROOT, "tsconfig.json"),
      compilerOptions: {
        typeRoots: [join(ROOT, "node_modules/@types")],
        paths: { "yara-orm": [join(ROOT, "src/index.ts")] },
      },
      include: folders.map((folder) => join(folder, "*.ts")),
    }),
  });
  const tsc = Bun.spawn([join(ROOT, "node_modules/.bin/tsc"), "-p", directory], { stdout: "pipe" });
  const lines = (await new Response(tsc.stdout).text()).split("\n").filter((line) => line !== "");
  expect(folders.flatMap((folder) => readdirSync(folder))).toContain("models.ts");
  return lines;
}
