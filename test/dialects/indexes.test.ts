import { expect, test } from "bun:test";
import { migrations as m } from "../../src/operations/build.ts";
import { applyOperation } from "../../src/operations/handlers.ts";
import type { Operation } from "../../src/operations/types.ts";
import { EMPTY_SCHEMA, type Schema } from "../../src/schema/schema.ts";
import { describeDatabases, onlyPostgres } from "../support/databases.ts";
import { changesOf, expectSchema, invertedChanges, migrate } from "../support/migrating.ts";

const tables = [
  m.createTable("team", { id: m.int(), code: m.int() }, { primaryKey: ["id", "code"] }),
  m.createTable(
    "user",
    {
      id: m.int({ pk: true }),
      name: m.text({ unique: { deferrable: "deferred" } }),
      age: m.int({ null: true, unique: { name: "ages", nullsNotDistinct: true } }),
      data: m.json({ null: true }),
      team_id: m.int({ null: true }),
      team_code: m.int({ null: true }),
    },
    {
      foreignKeys: [
        {
          columns: ["team_id", "team_code"],
          references: { table: "team", columns: ["id", "code"] },
          deferrable: "deferred",
        },
      ],
      indexes: [
        { columns: [{ column: "age", order: "desc", nulls: "last" }, { expression: "lower( name )" }] },
        { columns: ["age"], where: "age != 17 -- not yet", include: ["name"], name: "partial", unique: true },
        { columns: ["data"], method: "gin" },
        { columns: [{ column: "name", opclass: "text_pattern_ops" }], method: "hash", name: "hashed" },
        { columns: [{ column: "name", opclass: "text_ops" }], name: "usual" },
      ],
    },
  ),
];

/** Runs the operations one by one, and looks at the database after each, there and back. */
const thereAndBack: readonly Operation[] = [
  m.renameColumn("user", "name", "order"),
  m.renameColumn("user", "age", "years"),
  m.renameTable("user", "person"),
  m.alterColumn("person", "order", m.char({ maxLength: 70 })),
  m.alterColumn("person", "years", m.bigInt({ null: true })),
  m.dropIndex("person", "partial"),
  m.dropIndex("person", "person_data_idx"),
  m.dropConstraint("person", "ages"),
  m.addConstraint("person", { unique: ["years"], deferrable: "immediate" }),
  m.addColumn(
    "person",
    "boss",
    m.int({ null: true, references: { table: "person", column: "id", deferrable: "immediate" } }),
  ),
  m.createIndex("person", ["boss"], { where: { postgres: "boss IS NOT NULL", sqlite: "boss > 0" } }),
];

describeDatabases("indexes and constraints with all that they can have", (db) => {
  test("there and back", async () => {
    const { connection } = await db.create();
    await migrate(connection, changesOf(tables, EMPTY_SCHEMA));
    const schema = tables.reduce<Schema>((next, operation) => applyOperation(operation, next), EMPTY_SCHEMA);
    await expectSchema(connection, schema);
    const changes = changesOf(thereAndBack, schema);
    for (const change of changes) {
      await migrate(connection, [change]);
      await expectSchema(connection, change.after);
    }
    for (const change of invertedChanges(changes)) {
      await migrate(connection, [change]);
      await expectSchema(connection, change.after);
    }
    await migrate(connection, changes);
    await expectSchema(connection, changes.at(-1)?.after ?? schema);
    await migrate(connection, invertedChanges(changes));
    await expectSchema(connection, schema);
  });

  test("a named primary key there and back", async () => {
    const { connection } = await db.create();
    const start = [
      m.createTable(
        "team",
        { id: m.int({ autoIncrement: true }), code: m.int() },
        { primaryKey: { columns: ["id"], name: "pk_team" } },
      ),
      m.createTable("member", {
        team_id: m.int({ pk: true, references: { table: "team", column: "id" } }),
      }),
    ];
    const changes = changesOf(
      [
        ...start,
        m.renameTable("team", "crew"),
        m.renameTable("member", "sailor"),
        m.renameColumn("crew", "id", "number"),
        m.dropConstraint("sailor", "sailor_pkey"),
        m.addConstraint("sailor", { primaryKey: ["team_id"], name: "pk_sailor", deferrable: "deferred" }),
        m.dropConstraint("sailor", "sailor_team_id_fkey"),
        m.alterColumn("crew", "number", m.int()),
        m.dropConstraint("crew", "pk_team"),
        m.addConstraint("crew", { primaryKey: ["number", "code"] }),
      ],
      EMPTY_SCHEMA,
    );
    for (const change of [...changes, ...invertedChanges(changes)]) {
      await migrate(connection, [change]);
      await expectSchema(connection, change.after);
    }
  });

  test("a deferred foreign key is checked when the transaction ends", async () => {
    const { connection } = await db.create();
    await migrate(connection, changesOf(tables, EMPTY_SCHEMA));
    const user = "INSERT INTO \"user\" (name, team_id, team_code) VALUES ('a', 1, 2)";
    await connection.execute(["BEGIN", user, "INSERT INTO team (id, code) VALUES (1, 2)", "COMMIT"]);
    await expect(connection.execute(["BEGIN", user.replace("1, 2", "3, 4"), "COMMIT"])).rejects.toThrow();
    await connection.execute(["ROLLBACK"]).catch(() => {});
    expect(await connection.query('SELECT name FROM "user"')).toEqual([{ name: "a" }]);
  });

  test("a column with a deferred foreign key is filled and becomes NOT NULL at once", async () => {
    const { connection } = await db.create();
    const start = [
      m.createTable("team", { id: m.int({ pk: true }) }),
      m.createTable("user", {
        team_id: m.int({ null: true, references: { table: "team", column: "id", deferrable: "deferred" } }),
      }),
    ];
    const changes = changesOf(
      [...start, m.alterColumn("user", "team_id", m.int(), { fill: 7 })],
      EMPTY_SCHEMA,
    );
    await migrate(connection, changes.slice(0, 2));
    await connection.execute([
      "INSERT INTO team (id) VALUES (7)",
      'INSERT INTO "user" (team_id) VALUES (NULL)',
    ]);
    await migrate(connection, changes.slice(2));
    expect(await connection.query('SELECT team_id FROM "user"')).toEqual([{ team_id: 7 }]);
  });
});

onlyPostgres("indexes on PostgreSQL", (db) => {
  test("an index is made again where its expression would keep the cast to the old type", async () => {
    const { connection } = await db.create();
    const operations = [
      m.createTable(
        "t",
        { a: m.char({ maxLength: 9 }) },
        { indexes: [{ columns: ["a"], where: "a <> '1'" }] },
      ),
      m.alterColumn("t", "a", m.int()),
    ];
    const changes = changesOf(operations, EMPTY_SCHEMA);
    await migrate(connection, changes);
    await expectSchema(connection, changes.at(-1)?.after ?? EMPTY_SCHEMA);
  });
});
