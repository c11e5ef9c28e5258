import { expect, test } from "bun:test";
import type { Connection } from "../../../src/connection/connection.ts";
import { openConnection } from "../../../src/connection/open.ts";
import { parseDatabaseUrl } from "../../../src/connection/url.ts";
import { migrations as m } from "../../../src/index.ts";
import { EMPTY_SCHEMA } from "../../../src/schema/schema.ts";
import { verifyEverywhere } from "../../../src/verifier/databases.ts";
import { compareDatabase } from "../../../src/verifier/drift.ts";
import { onlyPostgres } from "../../support/databases.ts";
import { dialectFor } from "../../support/dialects.ts";
import { changesOf, expectSchema, invertedChanges, migrate } from "../../support/migrating.ts";
import { rejection } from "../../support/rejection.ts";

const operations = [
  m.createExtension("citext"),
  m.createTable("user", {
    id: m.int({ pk: true }),
    name: m.raw({ postgres: "citext", sqlite: "TEXT" }, { unique: true, default: "Nobody" }),
  }),
];
const changes = changesOf(operations, EMPTY_SCHEMA);
const after = changes.at(-1)?.after ?? EMPTY_SCHEMA;
const dialect = dialectFor("postgres");

async function installed(connection: Connection): Promise<string[]> {
  const rows = await connection.query<{ place: string }>(
    "SELECT extnamespace::regnamespace || '.' || extname AS place FROM pg_extension WHERE extname <> 'plpgsql'",
  );
  return rows.map(({ place }) => place);
}

onlyPostgres("an extension", (db) => {
  test("that is missing is made, and dropped by going back", async () => {
    const { connection } = await db.create();
    await migrate(connection, changes);
    await expectSchema(connection, after);
    expect(await installed(connection)).toEqual(["public.citext"]);
    await migrate(connection, invertedChanges(changes));
    expect(await installed(connection)).toEqual([]);
    await expectSchema(connection, EMPTY_SCHEMA);
  });

  test.each(["public", "elsewhere"])("that somebody has installed in %s stays", async (place) => {
    const { connection } = await db.create();
    await connection.execute([
      "CREATE SCHEMA elsewhere",
      `CREATE EXTENSION citext SCHEMA ${place}`,
      "SET search_path = public, elsewhere",
    ]);
    const drift = await compareDatabase({ connection, dialect }, EMPTY_SCHEMA);
    expect(drift.differences).toEqual([]);
    await migrate(connection, changes);
    const { differences, unsupported } = await compareDatabase({ connection, dialect }, after);
    expect(differences).toEqual([]);
    expect(unsupported.filter(({ path }) => path.startsWith("extension "))).toEqual([]);
    await migrate(connection, invertedChanges(changes));
    expect(await installed(connection)).toEqual([`${place}.citext`]);
  });

  test("that others need by now stays", async () => {
    const { connection } = await db.create();
    await migrate(connection, changes);
    await connection.execute(["CREATE TABLE other (name citext)", "INSERT INTO other VALUES ('Ada')"]);
    await migrate(connection, invertedChanges(changes));
    expect(await installed(connection)).toEqual(["public.citext"]);
    expect(await connection.query("SELECT * FROM other WHERE name = 'ADA'")).toHaveLength(1);
  });

  test("of which the schema knows and the database does not is a difference", async () => {
    const { connection } = await db.create();
    const { differences, operations: mend } = await compareDatabase({ connection, dialect }, after);
    expect(differences.map(({ mark, path }) => `${mark} ${path}`)).toEqual([
      "- extension citext",
      "- table user",
    ]);
    expect(mend[0]).toEqual(m.createExtension("citext"));
  });

  test("that the role may not make is told with what to do", async () => {
    const { connection, url } = await db.create();
    const role = `yara_role_${crypto.randomUUID().replaceAll("-", "")}`;
    await connection.execute([`CREATE ROLE ${role} LOGIN PASSWORD 'secret'`]);
    try {
      const other = await openConnection({ ...postgresUrl(url), user: role, password: "secret" });
      try {
        const error = await rejection(migrate(other, changesOf(operations.slice(0, 1), EMPTY_SCHEMA)));
        expect(error.message).toContain("create extension citext");
        expect(error).toMatchObject({
          hint: expect.stringContaining(
            'ask an administrator to run CREATE EXTENSION "citext" in this database',
          ),
        });
      } finally {
        await other.close();
      }
    } finally {
      await connection.execute([`DROP ROLE ${role}`]);
    }
  });

  test("that the server has not is told with what to do", async () => {
    const { connection } = await db.create();
    const error = await rejection(
      migrate(connection, changesOf([m.createExtension("nowhere")], EMPTY_SCHEMA)),
    );
    expect(error).toMatchObject({
      hint: expect.stringContaining("install the extension nowhere on the server"),
    });
  });

  test.each([[], ["CREATE EXTENSION citext"]])(
    "is left by a verification as it was: %p",
    async (...prepare) => {
      const { connection, url } = await db.create();
      await connection.execute(prepare);
      const before = await installed(connection);
      const migration = { name: "0001_initial", path: "", dependencies: [], operations, atomic: true };
      const verified = await verifyEverywhere([migration], { database: url, lenient: false });
      expect(verified.map(({ outcome }) => outcome)).toEqual(["reversible", "reversible"]);
      expect(await installed(connection)).toEqual(before);
    },
  );
});

function postgresUrl(url: string) {
  const parsed = parseDatabaseUrl(url);
  if (parsed.dialect !== "postgres") throw new Error("not a URL of PostgreSQL");
  return parsed;
}
