import { expect, test } from "bun:test";
import type { Connection } from "../../../src/connection/connection.ts";
import { migrations as m } from "../../../src/operations/build.ts";
import type { Operation } from "../../../src/operations/types.ts";
import { EMPTY_SCHEMA } from "../../../src/schema/schema.ts";
import { onlyPostgres } from "../../support/databases.ts";
import { changesOf, expectSchema, invertedChanges, migrate } from "../../support/migrating.ts";

/** Applies the operations as one migration and reverts them, and compares the database with the state each time. */
async function thereAndBack(
  connection: Connection,
  given: readonly Operation[],
  operations: readonly Operation[],
): Promise<void> {
  const before = changesOf(given, EMPTY_SCHEMA);
  await migrate(connection, before);
  const schema = before.at(-1)?.after ?? EMPTY_SCHEMA;
  const changes = changesOf(operations, schema);
  await migrate(connection, changes);
  await expectSchema(connection, changes.at(-1)?.after ?? schema);
  await migrate(connection, invertedChanges(changes));
  await expectSchema(connection, schema);
}

onlyPostgres("changes of columns that depend on each other", (db) => {
  test("an identity becomes a float, and one again", async () => {
    const { connection } = await db.create();
    await thereAndBack(
      connection,
      [m.createTable("t", { id: m.int({ pk: true }) })],
      [m.alterColumn("t", "id", m.float())],
    );
  });

  test("an enum is replaced under foreign keys between its columns, and the rows stay", async () => {
    const { connection } = await db.create();
    const mood = m.createEnum("mood", ["sad", "ok"]);
    const kind = m.createTable("kind", {
      mood: m.enum("mood", { pk: true }),
      // A table can refer to itself as well.
      opposite: m.enum("mood", { null: true, references: { table: "kind", column: "mood" } }),
    });
    const user = m.createTable("user", {
      mood: m.enum("mood", { references: { table: "kind", column: "mood", onDelete: "cascade" } }),
    });
    const reordered = [m.alterEnum("mood", ["ok", "sad"])];
    await thereAndBack(connection, [mood, kind, user], reordered);
    await connection.execute([
      `INSERT INTO "kind" VALUES ('sad', NULL), ('ok', 'sad')`,
      `INSERT INTO "user" VALUES ('ok')`,
    ]);
    const { after } = changesOf([mood, kind, user], EMPTY_SCHEMA).at(-1) ?? expect.unreachable();
    await migrate(connection, changesOf(reordered, after));
    expect(await connection.query(`SELECT "mood" FROM "kind" ORDER BY 1`)).toEqual([
      { mood: "ok" },
      { mood: "sad" },
    ]);
    expect(await connection.query(`SELECT "mood" FROM "user"`)).toEqual([{ mood: "ok" }]);
  });

  test("an enum is replaced under indexes that compare with its values", async () => {
    const { connection } = await db.create();
    const table = m.createTable(
      "t",
      { mood: m.enum("mood"), other: m.enum("mood") },
      {
        indexes: [
          { columns: ["other"], where: "mood = 'sad' AND other = 'ok'", name: "some" },
          { columns: [{ expression: "mood = 'ok'" }], name: "computed" },
          { columns: ["mood"], name: "plain" },
        ],
        checks: [{ expression: "mood <> 'bad' OR mood = other", name: "good" }],
      },
    );
    await thereAndBack(
      connection,
      [m.createEnum("mood", ["sad", "ok", "bad"]), table],
      [m.dropConstraint("t", "good"), m.alterEnum("mood", ["ok", "sad"])],
    );
  });

  test("a value that is added can be used by an index of the same transaction", async () => {
    const { connection } = await db.create();
    await thereAndBack(
      connection,
      [m.createEnum("mood", ["sad", "ok"]), m.createTable("t", { mood: m.enum("mood") })],
      [
        m.alterEnum("mood", ["sad", "ok", "new"]),
        m.createIndex("t", ["mood"], { where: "mood = 'new'", name: "news" }),
      ],
    );
  });

  test("a check of a column with a too long name follows its name and its type", async () => {
    const { connection } = await db.create();
    const long = "a_column_with_a_name_that_is_much_longer_than_what_postgresql_can_keep";
    await thereAndBack(
      connection,
      [m.createTable("t", { id: m.int({ pk: true }), [long]: m.int() })],
      [
        m.addConstraint("t", { check: `"${long}" IN (1, 2, 3) AND ${long} > 0`, name: "small" }),
        m.alterColumn("t", long, m.bigInt()),
      ],
    );
  });
});
