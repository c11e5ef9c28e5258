import { expect, test } from "bun:test";
import type { Connection } from "../../../src/connection/connection.ts";
import { migrations as m } from "../../../src/operations/build.ts";
import type { Operation } from "../../../src/operations/types.ts";
import { EMPTY_SCHEMA } from "../../../src/schema/schema.ts";
import { onlyPostgres } from "../../support/databases.ts";
import { changesOf, expectSchema, invertedChanges, migrate } from "../../support/migrating.ts";

const given = [
  m.createTable("t", { id: m.int({ pk: true }), name: m.text({ null: true }) }),
  m.createTable("child", { t_id: m.int({ references: { table: "t", column: "id" } }) }),
];

const wide = m.bigInt({ autoIncrement: true });

/** A table as an older program made it: it counts by `serial`, which the state takes for an identity. */
const SERIAL = [
  'CREATE TABLE t (id serial CONSTRAINT "t_pkey" PRIMARY KEY, name text)',
  'CREATE TABLE child (t_id int NOT NULL CONSTRAINT "child_t_id_fkey" REFERENCES t (id))',
  "INSERT INTO t (name) VALUES ('a'), ('b')",
  "INSERT INTO child VALUES (2)",
];

onlyPostgres("a table that counts by serial", (db) => {
  const adopted = async () => {
    const { connection } = await db.create();
    await connection.execute(SERIAL);
    await expectSchema(connection, state());
    return connection;
  };

  test.each<[title: string, ...operations: Operation[]]>([
    ["a column that does not count", m.alterColumn("t", "id", m.int())],
    ["a text", m.dropConstraint("child", "child_t_id_fkey"), m.alterColumn("t", "id", m.text())],
    ["a wider column that does not count", m.alterColumn("t", "id", m.bigInt())],
    ["a table and column of other names", m.renameTable("t", "u"), m.renameColumn("u", "id", "key")],
    ["a wider column of another name", m.renameColumn("t", "id", "key"), m.alterColumn("t", "key", wide)],
    ["a table without the column", ...withoutKey(), m.dropColumn("t", "id")],
  ])("becomes %s, and is what it was after going back", async (_, ...operations) => {
    const connection = await adopted();
    const changes = changesOf(operations, state());
    await migrate(connection, changes);
    await expectSchema(connection, changes.at(-1)?.after ?? state());
    if (operations.some(({ kind }) => kind === "dropColumn")) return;
    await migrate(connection, invertedChanges(changes));
    await expectSchema(connection, state());
    await connection.execute(["INSERT INTO t (name) VALUES ('c')"]);
    expect(await connection.query("SELECT id FROM t ORDER BY 1")).toEqual([{ id: 1 }, { id: 2 }, { id: 3 }]);
  });

  test("leaves no sequence behind where it no longer counts, and counts on where it does again", async () => {
    const connection = await adopted();
    const changes = changesOf([m.alterColumn("t", "id", m.int())], state());
    await migrate(connection, changes);
    expect(await sequences(connection)).toEqual([]);
    await migrate(connection, invertedChanges(changes));
    await connection.execute(["INSERT INTO t (name) VALUES ('c')"]);
    expect(await connection.query("SELECT max(id) AS id FROM t")).toEqual([{ id: 3 }]);
    expect(await sequences(connection)).toEqual([{ type: "integer" }]);
  });

  test("counts beyond the old type when it gets a wider one", async () => {
    const connection = await adopted();
    await connection.execute(["SELECT setval('t_id_seq', 2147483647)"]);
    const changes = changesOf([m.alterColumn("t", "id", wide)], state());
    await migrate(connection, changes);
    await connection.execute(["INSERT INTO t (name) VALUES ('c')"]);
    expect(await connection.query("SELECT max(id)::text AS id FROM t")).toEqual([{ id: "2147483648" }]);
    // Back there is no room for that row.
    await expect(migrate(connection, invertedChanges(changes))).rejects.toThrow("out of range");
    expect(await sequences(connection)).toEqual([{ type: "bigint" }]);
  });

  test("keeps a sequence that is not its own, and one that another table uses", async () => {
    const connection = await adopted();
    const plain = changesOf([m.alterColumn("t", "id", m.int())], state());
    await connection.execute(["CREATE TABLE other (id int DEFAULT nextval('t_id_seq'))"]);
    await expect(migrate(connection, plain)).rejects.toThrow("t_id_seq");
    await connection.execute(["ALTER SEQUENCE t_id_seq OWNED BY NONE"]);
    await migrate(connection, plain);
    expect(await sequences(connection)).toEqual([{ type: "integer" }]);
  });
});

function state() {
  return changesOf(given, EMPTY_SCHEMA).at(-1)?.after ?? EMPTY_SCHEMA;
}

function withoutKey(): Operation[] {
  return [m.dropConstraint("child", "child_t_id_fkey"), m.dropConstraint("t", "t_pkey")];
}

async function sequences(connection: Connection) {
  return connection.query("SELECT data_type::text AS type FROM pg_sequences");
}
