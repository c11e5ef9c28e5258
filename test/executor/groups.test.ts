import { expect, test } from "bun:test";
import { groupsOf } from "../../src/executor/groups.ts";
import { forwardUnit } from "../../src/executor/unit.ts";
import { migrations as m } from "../../src/operations/build.ts";
import type { Operation } from "../../src/operations/types.ts";
import { EMPTY_SCHEMA } from "../../src/schema/schema.ts";
import { dialectFor } from "../support/dialects.ts";

const table = m.createTable("t", { id: m.int({ pk: true }) });
const column = m.addColumn("t", "a", m.int({ null: true }));

/** The operations of each step, by number, in brackets where it is outside of a transaction. */
function steps(atomic: boolean, ...operations: Operation[]): string {
  const unit = forwardUnit(
    { name: "x", path: "", dependencies: [], operations, atomic },
    EMPTY_SCHEMA,
    "postgres",
  );
  return groupsOf(unit, dialectFor("postgres"))
    .map((group) => (group.bare ? `[${group.operations}]` : `${group.operations}`))
    .join(" ");
}

test("an atomic migration is one step", () => {
  expect(steps(true)).toBe("");
  expect(
    steps(
      true,
      table,
      m.runSQL("SELECT 1"),
      m.runCode(() => {}),
      column,
    ),
  ).toBe("0,1,2,3");
  expect(steps(true, m.runSQL(["CALL p()", "SELECT 1; SELECT 2"]))).toBe("0,0");
});

test("what refuses a transaction stands alone", () => {
  const index = m.createIndex("t", ["a"], { concurrently: true });
  expect(steps(true, table, column, index, m.runSQL("SELECT 1"))).toBe("0,1 [2] 3");
  expect(steps(true, m.runSQL(["SELECT 1", "VACUUM", "SELECT 2"]), table)).toBe("0 [0] 0,1");
  expect(steps(true, m.runSQL("SELECT ';'; VACUUM; SELECT 2"))).toBe("0 [0] 0");
});

test("a value that is added to an enum is committed before it is used", () => {
  const add = m.runSQL("ALTER TYPE e ADD VALUE 'new'");
  expect(steps(true, add, m.runSQL("SELECT 'other'"))).toBe("0,1");
  expect(steps(true, add, m.runSQL("UPDATE t SET e = 'new'"))).toBe("0 1");
  expect(steps(true, m.runSQL("ALTER TYPE e ADD VALUE 'new'; UPDATE t SET e = 'new'"))).toBe("0 0");
  expect(
    steps(
      true,
      add,
      m.runCode(({ db }) => db.execute(["UPDATE t SET e = 'new'"])),
    ),
  ).toBe("0 1");
});

test("without atomic, each piece of the user's has its own transaction, or none", () => {
  const sql = m.runSQL(["SELECT 1", "SELECT 2"]);
  expect(
    steps(
      false,
      table,
      column,
      sql,
      sql,
      m.runCode(() => {}),
      m.dropTable("t"),
    ),
  ).toBe("0,1 2,2 3,3 [4] 5");
  expect(steps(false, m.runSQL(["CALL p()", "SELECT 1"]))).toBe("[0] 0");
  expect(steps(false, m.runSQL(["BEGIN", "SELECT 1", "COMMIT"]))).toBe("[0]");
  expect(steps(false, m.runSQL("CREATE FUNCTION f() RETURNS integer BEGIN ATOMIC SELECT 1; END"))).toBe("0");
});
