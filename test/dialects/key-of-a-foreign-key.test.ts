import { expect, test } from "bun:test";
import { migrations as m } from "../../src/operations/build.ts";
import type { Operation } from "../../src/operations/types.ts";
import { EMPTY_SCHEMA } from "../../src/schema/schema.ts";
import { describeDatabases, onlyPostgres } from "../support/databases.ts";
import { changesOf, expectSchema, invertedChanges, migrate } from "../support/migrating.ts";
import { rejection } from "../support/rejection.ts";

const reference = { table: "Team", column: "code", onDelete: "cascade", deferrable: "deferred" } as const;

/** Two tables whose foreign keys found one key when they were made. */
const tables: readonly Operation[] = [
  m.createTable("Team", {
    id: m.int({ pk: true, autoIncrement: false }),
    code: m.int({ unique: true }),
    parent: m.int({ null: true, references: reference }),
  }),
  m.createTable("player", { team: m.int({ references: reference }) }),
];

const rows = [
  `INSERT INTO "Team" (id, code, parent) VALUES (1, 7, NULL)`,
  `INSERT INTO "Team" (id, code, parent) VALUES (2, 8, 7)`,
  "INSERT INTO player (team) VALUES (8)",
];

/** Each is a migration. The key that comes second is the one that is left, and the first one comes back as the last. */
const histories: Readonly<Record<string, readonly Operation[]>> = {
  "a unique constraint": [
    m.addConstraint("Team", { unique: ["code"], name: "Team codes" }),
    m.dropConstraint("Team", "Team_code_key"),
  ],
  "a unique index": [
    m.createIndex("Team", ["code"], { unique: true, name: "Team codes" }),
    m.dropConstraint("Team", "Team_code_key"),
  ],
  "the primary key": [
    m.dropConstraint("Team", "Team_pkey"),
    m.addConstraint("Team", { primaryKey: ["code"] }),
    m.dropConstraint("Team", "Team_code_key"),
  ],
};

describeDatabases("a foreign key", (db) => {
  for (const [what, operations] of Object.entries(histories)) {
    test(`lets its key go where ${what} is left, there and back`, async () => {
      const { connection } = await db.create();
      const start = changesOf(tables, EMPTY_SCHEMA);
      await migrate(connection, start);
      await connection.execute(rows);
      const changes = changesOf(operations, start.at(-1)?.after ?? EMPTY_SCHEMA);
      for (const change of [...changes, ...invertedChanges(changes)]) {
        await migrate(connection, [change]);
        await expectSchema(connection, change.after);
        const error = await rejection(connection.execute(["INSERT INTO player (team) VALUES (9)"]));
        expect(error.message).toMatch(/foreign key/i);
      }
      expect(await connection.query("SELECT team FROM player")).toEqual([{ team: 8 }]);
    });
  }
});

onlyPostgres("a foreign key that no migration knows", (db) => {
  test("keeps its key where no other one is left", async () => {
    const { connection } = await db.create();
    const changes = changesOf(tables.slice(0, 1), EMPTY_SCHEMA);
    await migrate(connection, changes);
    await connection.execute([`CREATE TABLE own (team integer REFERENCES "Team" (id))`]);
    const dropped = changesOf([m.dropConstraint("Team", "Team_pkey")], changes.at(-1)?.after ?? EMPTY_SCHEMA);
    const error = await rejection(migrate(connection, dropped));
    expect(error.message).toContain("own_team_fkey on table own depends on index");
  });
});
