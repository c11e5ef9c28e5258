import { expect, test } from "bun:test";
import { MigrationError } from "../../src/errors.ts";
import { replay } from "../../src/migrations/state.ts";
import { migrations as m } from "../../src/operations/build.ts";

const initial = { name: "0001_initial", operations: [m.createTable("user", { id: m.int({ pk: true }) })] };

test("replays operations one after the other", () => {
  const before = replay([initial]);
  const after = replay([{ name: "0002_b", operations: [m.addColumn("user", "age", m.int())] }], before);
  expect(after.tables.get("user")?.columns.map((column) => column.name)).toEqual(["id", "age"]);
  expect(before.tables.get("user")?.columns).toHaveLength(1);
  expect(replay([]).tables.size).toBe(0);
});

test("names the file and the operation that does not fit", () => {
  const broken = {
    name: "0002_b",
    operations: [m.addColumn("user", "age", m.int()), m.dropColumn("usr", "age")],
  };
  try {
    replay([initial, broken]);
    expect.unreachable();
  } catch (error) {
    if (!(error instanceof MigrationError)) throw error;
    expect(error.message).toStartWith("0002_b, operation 2 (");
    expect(error.message).toContain("usr");
  }
});
