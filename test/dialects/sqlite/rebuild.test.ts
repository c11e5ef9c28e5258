import { expect, test } from "bun:test";
import type { Connection } from "../../../src/connection/connection.ts";
import { sqliteDialect } from "../../../src/dialects/sqlite/dialect.ts";
import { migrations as m } from "../../../src/operations/build.ts";
import type { Operation } from "../../../src/operations/types.ts";
import { EMPTY_SCHEMA, type Schema } from "../../../src/schema/schema.ts";
import { onlySqlite } from "../../support/databases.ts";
import { HOSTILE_NAMES } from "../../support/names.ts";
import { apply, drift, inverted, run } from "./apply.ts";

const start = [
  m.createTable("user", {
    id: m.int({ pk: true }),
    name: m.text({ null: true }),
    age: m.int({ null: true }),
  }),
  m.createTable("post", {
    id: m.int({ pk: true }),
    title: m.text(),
    author_id: m.int({ references: { table: "user", column: "id", onDelete: "cascade" } }),
  }),
];
const rows = [
  "INSERT INTO user (name, age) VALUES ('Ada', 36), ('Grace', 45), ('Gone', 1)",
  "DELETE FROM user WHERE name = 'Gone'",
  "INSERT INTO post (title, author_id) VALUES ('One', 1), ('Two', 2)",
];
const check = m.addConstraint("user", { name: "user_age", check: "age > 0" });

async function filled(connection: Connection): Promise<Schema> {
  const { schema } = await apply(connection, EMPTY_SCHEMA, start);
  await connection.execute(rows);
  return schema;
}

/** The message with which the operations fail on tables with rows; the database must be as it was. */
async function refusal(connection: Connection, ...operations: Operation[]): Promise<string> {
  const schema = await filled(connection);
  const content = () =>
    connection.query("SELECT u.*, p.* FROM user AS u LEFT JOIN post AS p ON p.author_id = u.id");
  const before = await content();
  const message = await apply(connection, schema, operations).then(
    () => "nothing was refused",
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
  expect(await drift(connection, schema)).toEqual([]);
  expect(await content()).toEqual(before);
  expect(await connection.query("PRAGMA foreign_keys")).toEqual([{ foreign_keys: 1 }]);
  expect(await connection.query("PRAGMA legacy_alter_table")).toEqual([{ legacy_alter_table: 0 }]);
  return message;
}

onlySqlite("a rebuild keeps", (db) => {
  test("the rows of the table and of those that refer to it under ON DELETE CASCADE", async () => {
    const { connection } = await db.create();
    const schema = await filled(connection);
    const { schema: after, changes } = await apply(connection, schema, [check]);
    expect(await connection.query("SELECT id, name, age FROM user")).toEqual([
      { id: 1, name: "Ada", age: 36 },
      { id: 2, name: "Grace", age: 45 },
    ]);
    expect(await connection.query("SELECT id, author_id FROM post")).toEqual([
      { id: 1, author_id: 1 },
      { id: 2, author_id: 2 },
    ]);
    expect(await drift(connection, after)).toEqual([]);
    await run(connection, sqliteDialect.render(inverted(changes)));
    expect(await drift(connection, schema)).toEqual([]);
    expect(await connection.query("SELECT count(*) AS n FROM post")).toEqual([{ n: 2 }]);
    expect(await connection.query("PRAGMA foreign_keys")).toEqual([{ foreign_keys: 1 }]);
  });

  test("triggers, views, and the indexes that no migration knows", async () => {
    const { connection } = await db.create();
    const { schema } = await apply(connection, await filled(connection), [m.createIndex("user", ["age"])]);
    await connection.execute([
      "CREATE TRIGGER own AFTER INSERT ON user BEGIN INSERT INTO post (title, author_id) VALUES ('Hello; world', new.id); END",
      "CREATE TRIGGER other AFTER INSERT ON post BEGIN UPDATE user SET age = age + 1 WHERE id = new.author_id; END",
      "CREATE VIEW names AS SELECT name FROM user",
      "CREATE INDEX adults ON user (name) WHERE age > 17",
      "CREATE INDEX lowered ON user (lower(name))",
    ]);
    const objects = () =>
      connection.query(
        "SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE type <> 'table' ORDER BY name",
      );
    const before = await objects();
    const { schema: after } = await apply(connection, schema, [check]);
    expect(await objects()).toEqual(before);
    expect((await drift(connection, after)).map(({ path }) => path)).toEqual([
      "table user, index adults",
      "table user, index lowered",
    ]);
    await connection.execute(["INSERT INTO user (name, age) VALUES ('Linus', 20)"]);
    expect(await connection.query("SELECT name, age FROM user WHERE age = 21")).toEqual([
      { name: "Linus", age: 21 },
    ]);
    expect(await connection.query("SELECT count(*) AS n FROM names")).toEqual([{ n: 3 }]);
  });

  test("the counter, so that the id of a deleted row is not given again", async () => {
    const { connection } = await db.create();
    let schema = await filled(connection);
    const next = async (id: number) => {
      const sql = "INSERT INTO user (name) VALUES ('Next') RETURNING id";
      expect(await connection.query(sql)).toEqual([{ id }]);
      await connection.execute(["DELETE FROM user WHERE name = 'Next'"]);
    };
    schema = (await apply(connection, schema, [check])).schema;
    await next(4);
    await connection.execute(["DELETE FROM user"]);
    const renamed = [
      m.renameTable("user", "person"),
      m.renameTable("person", "user"),
      m.dropConstraint("user", "user_age"),
    ];
    await apply(connection, schema, renamed);
    await next(5);
  });

  test("a table that begins or ceases to count", async () => {
    const { connection } = await db.create();
    let schema = await filled(connection);
    const counting = async () =>
      (await connection.query("SELECT name FROM sqlite_sequence WHERE name <> 'post'")).length;
    schema = (await apply(connection, schema, [m.alterColumn("user", "id", m.int({ autoIncrement: false }))]))
      .schema;
    expect(await drift(connection, schema)).toEqual([]);
    expect(await counting()).toBe(0);
    schema = (await apply(connection, schema, [m.alterColumn("user", "id", m.int({ autoIncrement: true }))]))
      .schema;
    expect(await drift(connection, schema)).toEqual([]);
    expect(await connection.query("SELECT seq FROM sqlite_sequence WHERE name = 'user'")).toEqual([
      { seq: 2 },
    ]);
  });

  test("what a dropped column held out of a new one of the same name", async () => {
    const { connection } = await db.create();
    const schema = await filled(connection);
    const again = [m.dropColumn("user", "age"), m.addColumn("user", "age", m.int({ null: true }))];
    await apply(connection, schema, again);
    expect(await connection.query("SELECT DISTINCT age FROM user")).toEqual([{ age: null }]);
    await connection.execute(["UPDATE user SET age = 7"]);
    await apply(connection, schema, [...again, check]);
    expect(await connection.query("SELECT DISTINCT age FROM user")).toEqual([{ age: null }]);
  });

  test("rows in their order with the values of new columns", async () => {
    const { connection } = await db.create();
    const { schema } = await apply(connection, await filled(connection), [
      m.addColumn("user", "slug", m.text(), { fill: m.sql("lower(name) || '-' || id") }),
      m.addColumn("user", "code", m.int(), { fill: 7 }),
      m.addColumn("user", "made", m.datetime({ default: m.sql("(strftime('%Y', 'now'))") })),
      m.alterColumn("user", "age", m.int(), { fill: 0 }),
    ]);
    expect(await drift(connection, schema)).toEqual([]);
    expect(await connection.query("SELECT slug, code, made > 2000 AS made FROM user")).toEqual([
      { slug: "ada-1", code: 7, made: 1 },
      { slug: "grace-2", code: 7, made: 1 },
    ]);
  });

  test("rows where every column is replaced", async () => {
    const { connection } = await db.create();
    const { schema } = await apply(connection, EMPTY_SCHEMA, [m.createTable("t", { a: m.text() })]);
    await connection.execute(["INSERT INTO t VALUES ('x'), ('y')"]);
    const operations = [m.addColumn("t", "b", m.text({ default: "z" })), m.dropColumn("t", "a")];
    await apply(connection, schema, operations);
    expect(await connection.query("SELECT * FROM t")).toEqual([{ b: "z" }, { b: "z" }]);
  });

  test("everything under names that need quotes", async () => {
    const { connection } = await db.create();
    let schema: Schema = EMPTY_SCHEMA;
    for (const [at, name] of HOSTILE_NAMES.entries()) {
      // A dot would stand behind a schema.
      const table = `${name.replaceAll(".", "·")}${at}`;
      const columns = { id: m.int({ pk: true }), [name]: m.int({ unique: true }), b: m.text({ null: true }) };
      schema = (
        await apply(connection, schema, [m.createTable(table, columns), m.createIndex(table, ["b", name])])
      ).schema;
      const quoted = sqliteDialect.quote(name);
      await connection.execute([`INSERT INTO ${sqliteDialect.quote(table)} (${quoted}) VALUES (5)`]);
      const operations = [
        m.alterColumn(table, "b", m.text({ default: name }), { fill: name }),
        m.addConstraint(table, { name: `check ${name}`, check: `"${name.replaceAll('"', '""')}" > 0` }),
      ];
      schema = (await apply(connection, schema, operations)).schema;
      expect(await connection.query(`SELECT ${quoted} AS a, b FROM ${sqliteDialect.quote(table)}`)).toEqual([
        { a: 5, b: name },
      ]);
    }
    expect(await drift(connection, schema)).toEqual([]);
  });
});

onlySqlite("a rebuild is refused, and nothing has happened,", (db) => {
  const refused = async (...operations: Operation[]) =>
    refusal((await db.create()).connection, ...operations);

  test("where a value would be lost in a conversion", async () => {
    expect(await refused(m.alterColumn("user", "name", m.int({ null: true })))).toBe(
      'column user.name holds values that are no integer: "Ada", "Grace"',
    );
    expect(await refused(m.alterColumn("user", "name", m.char({ maxLength: 4, null: true })))).toBe(
      'column user.name holds values that are no varchar(4): "Grace"',
    );
  });

  test("where the table has a column that no migration knows", async () => {
    expect(
      await refused(
        m.runSQL("ALTER TABLE user ADD COLUMN secret text"),
        m.alterColumn("user", "name", m.char({ maxLength: 50, null: true })),
      ),
    ).toBe("table user must be made anew, and has a column that no migration knows: secret");
  });

  test("where NULL has no place", async () => {
    expect(
      await refused(
        m.runSQL("UPDATE user SET name = NULL WHERE id = 1"),
        m.alterColumn("user", "name", m.text()),
      ),
    ).toBe("column user.name becomes NOT NULL and has no value in some rows");
    expect(await refused(m.addColumn("user", "email", m.text()))).toBe(
      "table user has rows, and the new column user.email is NOT NULL without a value for them",
    );
  });

  test("where a row breaks the new constraint", async () => {
    expect(await refused(m.addConstraint("user", { name: "old", check: "age > 40" }))).toContain(
      "CHECK constraint failed: old",
    );
  });

  test("where SQLite would take a misspelt name for a text", async () => {
    expect(await refused(m.addConstraint("user", { name: "c", check: '"nmae" <> 5' }))).toBe(
      'the check c names "nmae", which is no column of table user',
    );
    expect(
      await refused(m.alterColumn("user", "name", m.text({ null: true }), { using: 'lower("nmae")' })),
    ).toBe('`using` of user.name names "nmae", which is no column of table user');
    expect(await refused(m.addColumn("user", "slug", m.text(), { fill: m.sql('lower("nmae")') }))).toBe(
      '`fill` of user.slug names "nmae", which is no column of table user',
    );
  });

  test("where its own statements leave rows that refer to nothing", async () => {
    const message = await refused(check, m.runSQL("DELETE FROM user WHERE id = 2"));
    expect(message).toBe("rows refer to rows that do not exist: post row 2 (to user)");
  });

  test("where a view or a trigger uses a column that is gone", async () => {
    const { connection } = await db.create();
    const schema = await filled(connection);
    const operations = [
      m.dropColumn("user", "age"),
      m.addConstraint("user", { name: "named", check: "name <> ''" }),
    ];
    await connection.execute(["CREATE VIEW ages AS SELECT age FROM user"]);
    await expect(apply(connection, schema, operations)).rejects.toThrow("no such column: age");
    await connection.execute([
      "DROP VIEW ages",
      "CREATE TRIGGER aging AFTER UPDATE ON post BEGIN UPDATE user SET age = 1 WHERE id = new.id; END",
    ]);
    await connection.execute([
      "DROP TRIGGER aging",
      "CREATE TRIGGER aging AFTER DELETE ON user BEGIN DELETE FROM post WHERE id = old.age; END",
    ]);
    await expect(apply(connection, schema, operations)).rejects.toThrow("no such column: old.age");
    expect(await drift(connection, schema)).toEqual([]);
  });
});

onlySqlite("dropping a table", (db) => {
  test("leaves the rows of a table alone that no migration knows", async () => {
    const { connection } = await db.create();
    const { schema } = await apply(connection, EMPTY_SCHEMA, start.slice(0, 1));
    await connection.execute([
      "INSERT INTO user (name) VALUES ('Ada')",
      "CREATE TABLE stranger (id int, user_id int REFERENCES user (id) ON DELETE CASCADE)",
      "INSERT INTO stranger VALUES (1, 1)",
    ]);
    await expect(apply(connection, schema, [m.dropTable("user")])).rejects.toThrow(
      "stranger row 1 (to user)",
    );
    expect(await connection.query("SELECT count(*) AS n FROM stranger, user")).toEqual([{ n: 1 }]);
  });
});
