import { expect, test } from "bun:test";
import { endOfTransaction } from "../../src/executor/ends-transaction.ts";

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
