import { expect, test } from "bun:test";
import type { Connection } from "../../src/connection/connection.ts";
import { ConnectionError, DatabaseError } from "../../src/errors.ts";
import { describeDatabases } from "../support/databases.ts";
import { rejection } from "../support/rejection.ts";

describeDatabases("connection", (db) => {
  const p = (n: number): string => (db.name === "postgres" ? `$${n}` : `?${n}`);
  const count = async (connection: Connection): Promise<unknown> =>
    (await connection.query("SELECT count(*) AS n FROM t"))[0]?.n;

  test("runs statements in order and returns rows", async () => {
    const { connection } = await db.create();
    await connection.execute(["CREATE TABLE t (a integer, b text)", "INSERT INTO t VALUES (1, 'x')"]);
    expect(await connection.run(`INSERT INTO t VALUES (${p(1)}, ${p(2)}), (3, NULL)`, [2, "y;'"])).toBe(2);
    expect(await connection.query("SELECT a, b FROM t ORDER BY a")).toEqual([
      { a: 1, b: "x" },
      { a: 2, b: "y;'" },
      { a: 3, b: null },
    ]);
  });

  test("run counts changed rows and nothing else", async () => {
    const { connection } = await db.create();
    expect(await connection.run("CREATE TABLE t (a integer)")).toBe(0);
    expect(await connection.run("INSERT INTO t VALUES (1), (2), (3)")).toBe(3);
    expect(await connection.run(`UPDATE t SET a = 0 WHERE a > ${p(1)}`, [1])).toBe(2);
    expect(await connection.run("SELECT * FROM t")).toBe(0);
    expect(await connection.run("DELETE FROM t")).toBe(3);
    expect(await connection.run("CREATE TABLE u (a integer)")).toBe(0);
  });

  test("a parameter is used wherever its number stands", async () => {
    const { connection } = await db.create();
    const type = db.name === "postgres" ? "::text" : "";
    const sql = `SELECT ${p(2)}${type} AS b, ${p(1)}${type} AS a, ${p(2)}${type} AS c`;
    expect(await connection.query(sql, ["one", "two"])).toEqual([{ b: "two", a: "one", c: "two" }]);
    expect(await rejection(connection.query(sql, ["one"]))).toBeInstanceOf(DatabaseError);
    expect(await rejection(connection.query(sql, ["one", "two", "three"]))).toBeInstanceOf(DatabaseError);
  });

  test("integers keep every digit", async () => {
    const { connection } = await db.create();
    await connection.execute(["CREATE TABLE t (a bigint)"]);
    const values = [2 ** 53 - 1, -(2 ** 53) + 1, 2n ** 63n - 1n, -(2n ** 63n), 2n ** 53n];
    for (const value of values) {
      await connection.run("DELETE FROM t");
      await connection.run(`INSERT INTO t VALUES (${p(1)})`, [value]);
      expect(await connection.query("SELECT a FROM t")).toEqual([{ a: value }]);
    }
    const error = await rejection(connection.run(`INSERT INTO t VALUES (${p(1)})`, [2n ** 63n]));
    expect(error).toBeInstanceOf(DatabaseError);
  });

  test("a statement that fails is named with its place in the batch", async () => {
    const { connection } = await db.create();
    const statements = [
      "CREATE TABLE t (a integer UNIQUE) -- a comment",
      "",
      "INSERT INTO t VALUES (1)",
      "INSERT INTO t VALUES (1)",
      "CREATE TABLE never (a integer)",
    ];
    const error = await rejection(connection.execute(["BEGIN", ...statements]));
    expect(error).toBeInstanceOf(DatabaseError);
    expect(error).toMatchObject({
      details: {
        statementIndex: 4,
        statement: "INSERT INTO t VALUES (1)",
        sqlState: db.name === "postgres" ? "23505" : "SQLITE_CONSTRAINT_UNIQUE",
        table: "t",
      },
    });
    await connection.execute(["ROLLBACK", "CREATE TABLE t (a integer)"]);
    expect(await count(connection)).toBe(0);
  });

  test("a statement that cannot be parsed is named with its place in the batch", async () => {
    const { connection } = await db.create();
    const error = await rejection(
      connection.execute(["CREATE TABLE t (a integer)", "SELECT 'é'", "CREATE TABEL u"]),
    );
    expect(error).toMatchObject({ details: { statementIndex: 2, statement: "CREATE TABEL u" } });
  });

  test("query and run refuse several statements and none", async () => {
    const { connection } = await db.create();
    await connection.execute(["CREATE TABLE t (a integer)"]);
    const two = "INSERT INTO t VALUES (1); INSERT INTO t VALUES (2)";
    expect(await rejection(connection.query(two))).toBeInstanceOf(DatabaseError);
    expect(await rejection(connection.run(two))).toBeInstanceOf(DatabaseError);
    expect(await rejection(connection.query("-- nothing"))).toBeInstanceOf(DatabaseError);
    expect(await count(connection)).toBe(0);
  });

  test("what no database can keep is refused and not turned into NULL", async () => {
    const { connection } = await db.create();
    await connection.execute(["CREATE TABLE t (a text)"]);
    for (const value of [undefined, new Date(Number.NaN), Symbol("s"), () => 1]) {
      const error = await rejection(connection.run(`INSERT INTO t VALUES (${p(1)})`, [value]));
      expect(error).toBeInstanceOf(DatabaseError);
      expect(error.message).toContain("parameter 1");
    }
    expect(await count(connection)).toBe(0);
  });

  test("calls that do not wait for each other run in their order", async () => {
    const { connection } = await db.create();
    const calls = [
      connection.execute(["CREATE TABLE t (a integer)", "INSERT INTO t VALUES (1)"]),
      connection.run(`UPDATE t SET a = a + ${p(1)}`, [1]),
      connection.execute(["UPDATE t SET a = a * 10"]),
    ];
    expect(await connection.query("SELECT a FROM t")).toEqual([{ a: 20 }]);
    await Promise.all(calls);
  });

  test("a failed call does not disturb the next one", async () => {
    const { connection } = await db.create();
    const failed = rejection(connection.query("SELECT nope FROM nowhere"));
    expect(await connection.query("SELECT 1 AS one")).toEqual([{ one: 1 }]);
    expect(await failed).toBeInstanceOf(DatabaseError);
  });

  test("a closed connection stays closed, and closing it again does nothing", async () => {
    const { connection } = await db.create();
    await connection.close();
    await connection.close();
    await connection.cancel();
    for (const call of [
      connection.query("SELECT 1"),
      connection.run("SELECT 1"),
      connection.execute(["SELECT 1"]),
    ]) {
      const error = await rejection(call);
      expect(error).toBeInstanceOf(ConnectionError);
      expect(error.message).toContain("closed");
    }
  });

  test("closing rolls back what was not committed", async () => {
    const { connection, url } = await db.create();
    await connection.execute(["CREATE TABLE t (a integer)", "BEGIN", "INSERT INTO t VALUES (1)"]);
    await connection.close();
    expect(await count(await db.open(url))).toBe(0);
  });

  test("a batch opens no transaction of its own", async () => {
    const { connection } = await db.create();
    const failed = connection.execute([
      "CREATE TABLE t (a integer)",
      "INSERT INTO t VALUES (1)",
      "SELECT nope",
    ]);
    expect(await rejection(failed)).toMatchObject({ details: { statementIndex: 2 } });
    expect(await count(connection)).toBe(1);
  });

  test("what stands before BEGIN is not in the transaction", async () => {
    const { connection } = await db.create();
    await connection.execute(["CREATE TABLE t (a integer)", "BEGIN", "INSERT INTO t VALUES (1)", "ROLLBACK"]);
    expect(await count(connection)).toBe(0);
  });

  test("foreign keys are enforced", async () => {
    const { connection } = await db.create();
    await connection.execute([
      "CREATE TABLE t (a integer PRIMARY KEY)",
      "CREATE TABLE u (b integer REFERENCES t (a))",
    ]);
    const error = await rejection(connection.run("INSERT INTO u VALUES (1)"));
    expect(error).toMatchObject({
      details: { sqlState: db.name === "postgres" ? "23503" : "SQLITE_CONSTRAINT_FOREIGNKEY" },
    });
  });
});
