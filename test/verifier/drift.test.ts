import { expect, test } from "bun:test";
import { migrations as m } from "../../src/operations/build.ts";
import { EMPTY_SCHEMA } from "../../src/schema/schema.ts";
import { compareDatabase } from "../../src/verifier/drift.ts";
import { onlyPostgres } from "../support/databases.ts";
import { dialectFor } from "../support/dialects.ts";
import { changesOf, migrate } from "../support/migrating.ts";

onlyPostgres("an enum that no migration knows", (db) => {
  test("is drift where a column uses it, and otherwise only not compared, as no model can say it", async () => {
    const { connection } = await db.create();
    const target = { connection, dialect: dialectFor("postgres") };
    const changes = changesOf([m.createTable("t", { id: m.int({ pk: true }) })], EMPTY_SCHEMA);
    const schema = changes[0]?.after ?? EMPTY_SCHEMA;
    await migrate(connection, changes);
    await connection.execute(["CREATE TYPE mood AS ENUM ('sad', 'happy')"]);
    const idle = await compareDatabase(target, schema);
    expect(idle.differences).toEqual([]);
    expect(idle.unsupported).toEqual([{ path: "enum mood", what: "is used by no column" }]);

    await connection.execute(["ALTER TABLE t ADD mood mood"]);
    const used = await compareDatabase(target, schema);
    expect(used.differences.map(({ mark, path }) => `${mark} ${path}`)).toEqual([
      "+ enum mood",
      "+ table t, column mood",
    ]);
  });
});
