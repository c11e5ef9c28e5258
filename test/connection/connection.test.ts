import { expect, test } from "bun:test";
import { describeDatabases } from "../support/databases.ts";

describeDatabases("connection", (db) => {
  const p = (n: number): string => (db.name === "postgres" ? `$${n}` : `?${n}`);

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
});
