import { describe, expect, test } from "bun:test";
import { statementNature as onPostgres } from "../../src/dialects/postgres/statement.ts";
import { statementNature as onSqlite } from "../../src/dialects/sqlite/statement.ts";

describe("a statement on PostgreSQL", () => {
  test.each([
    "CREATE INDEX CONCURRENTLY i ON t (a)",
    "/* a */ create unique index concurrently if not exists i on only t (a)",
    "-- a comment\nDROP INDEX CONCURRENTLY IF EXISTS s.i",
    "REINDEX TABLE CONCURRENTLY t",
    "REINDEX (VERBOSE, CONCURRENTLY) INDEX i",
    "REINDEX SCHEMA s",
    "VACUUM (ANALYZE) t",
    "CLUSTER",
    "CLUSTER VERBOSE",
    "ALTER SYSTEM SET work_mem = '1MB'",
    "CREATE DATABASE d",
    "DROP TABLESPACE x",
    "CREATE SUBSCRIPTION s CONNECTION '' PUBLICATION p",
    'ALTER TABLE "t" DETACH PARTITION p CONCURRENTLY',
    "DISCARD ALL",
  ])("is refused in a transaction: %s", (sql) => {
    expect(onPostgres(sql).transaction).toBe("refused");
  });

  test.each([
    "CREATE INDEX i ON t (concurrently)",
    'CREATE INDEX "concurrently" ON t (a)',
    "INSERT INTO t VALUES ('VACUUM')",
    "SELECT 'CREATE INDEX CONCURRENTLY'",
    "-- VACUUM\nSELECT 1",
    "CREATE TABLE database (a integer)",
    "CLUSTER t USING i",
    "REINDEX TABLE t",
    "ALTER TABLE t DETACH PARTITION p FINALIZE",
    "ALTER TYPE e ADD VALUE 'x'",
    "DO $$ BEGIN RAISE NOTICE 'x'; END $$",
    "ROLLBACK_LOG",
    "SET LOCAL lock_timeout = 1",
  ])("can be in a transaction: %s", (sql) => {
    expect(onPostgres(sql).transaction).toBe("inside");
  });

  test.each(["CALL p()", "DO $$ BEGIN COMMIT; END $$", "BEGIN", "START TRANSACTION", "COMMIT"])(
    "minds its own transactions: %s",
    (sql) => {
      expect(onPostgres(sql).transaction).toBe("own");
    },
  );

  test("tells the value that it adds to an enum, and what holds for the session only", () => {
    expect(onPostgres("ALTER TYPE s.e ADD VALUE IF NOT EXISTS 'it''s' BEFORE 'b'").addsValue).toBe("it's");
    expect(onPostgres("SET search_path = a").ofSession).toBe(true);
    expect(onPostgres("SET LOCAL search_path = a").ofSession).toBeUndefined();
  });

  test("knows the index that it makes", () => {
    const { recovery } = onPostgres('CREATE INDEX CONCURRENTLY "My index" ON ONLY s."T" (a)');
    expect(recovery?.query).toContain("to_regclass('s.\"T\"') AND c.relname = 'My index'");
    expect(recovery?.judge([{ index: '"My index"', valid: false }])).toEqual({
      done: false,
      cleanup: ['DROP INDEX CONCURRENTLY "My index"'],
    });
    expect(recovery?.judge([{ index: "x", valid: true }])).toEqual({ done: true, cleanup: [] });
    expect(recovery?.judge([])).toEqual({ done: false, cleanup: [] });
    // Nobody knows how PostgreSQL calls it.
    expect(onPostgres("CREATE INDEX CONCURRENTLY ON t (a)").recovery).toBeUndefined();
  });
});

describe("a statement on SQLite", () => {
  test.each([
    "VACUUM",
    "-- x\nvacuum into 'y'",
    "ATTACH 'f' AS f",
    "PRAGMA journal_mode = WAL",
    "PRAGMA main.synchronous = 1",
  ])("is refused in a transaction: %s", (sql) => {
    expect(onSqlite(sql).transaction).toBe("refused");
  });

  test.each(["SELECT 'VACUUM'", "CREATE TABLE vacuum (a)", "ROLLBACK TO s", "UPDATE t SET pragma = 1"])(
    "can be in a transaction: %s",
    (sql) => {
      expect(onSqlite(sql).transaction).toBe("inside");
    },
  );

  test.each(["PRAGMA foreign_keys = OFF", "BEGIN IMMEDIATE", "COMMIT"])(
    "minds its own transactions: %s",
    (sql) => {
      expect(onSqlite(sql).transaction).toBe("own");
    },
  );
});
