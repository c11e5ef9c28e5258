import { expect, test } from "bun:test";
import { endOfTransaction, requireInside } from "../../src/executor/ends-transaction.ts";
import { migrations as m } from "../../src/index.ts";

const TRIGGER = "CREATE TRIGGER a AFTER INSERT ON t BEGIN UPDATE t SET x = 1; DELETE FROM t; END";
const FUNCTION = "CREATE FUNCTION f() RETURNS integer BEGIN ATOMIC SELECT 1; SELECT 2; END";

test.each([
  ["postgres", "CREATE TRIGGER a BEFORE INSERT ON t EXECUTE FUNCTION f(); COMMIT", "COMMIT"],
  ["postgres", `${FUNCTION}; END`, "END"],
  ["postgres", "PREPARE TRANSACTION 'x'", "PREPARE TRANSACTION 'x'"],
  ["postgres", "ABORT", "ABORT"],
  ["sqlite", `${TRIGGER}; COMMIT`, "COMMIT"],
  ["sqlite", "-- why\nEND TRANSACTION", "-- why\nEND TRANSACTION"],
  ["sqlite", 'ROLLBACK TO "yara_migration"', 'ROLLBACK TO "yara_migration"'],
  ["sqlite", 'RELEASE "yara_migration"', 'RELEASE "yara_migration"'],
] as const)("on %s %j ends the transaction", (dialect, sql, found) => {
  expect(endOfTransaction(sql, dialect)).toBe(found);
});

test.each([
  ["postgres", TRIGGER],
  ["postgres", FUNCTION],
  ["postgres", "DO $$ BEGIN PERFORM 'COMMIT'; END $$"],
  ["postgres", "PREPARE q AS SELECT 1"],
  ["sqlite", TRIGGER],
  ["sqlite", `INSERT INTO t VALUES ('; COMMIT'); ${TRIGGER}; SELECT 1 /* ; END */`],
  ["sqlite", "SAVEPOINT mine; ROLLBACK TO mine; RELEASE mine"],
] as const)("on %s %j does not", (dialect, sql) => {
  expect(endOfTransaction(sql, dialect)).toBeUndefined();
});

const BODY = "CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN 1; END $$";

test("a text for both databases is read as the one reads it on which it runs", () => {
  expect(() => requireInside(m.runSQL(BODY), "postgres")).not.toThrow();
  // To SQLite the apostrophe would begin a text.
  const ends = m.runSQL("DO $$ BEGIN NULL; -- that's all\nEND $$; COMMIT");
  expect(() => requireInside(ends, "postgres")).toThrow("COMMIT would end the transaction");
  const own = m.runSQL({ postgres: [BODY], sqlite: ["SELECT 1; COMMIT"] });
  expect(() => requireInside(own, "postgres")).not.toThrow();
  expect(() => requireInside(own, "sqlite")).toThrow("COMMIT would end the transaction");
});
