import { describe, expect, test } from "bun:test";
import { diffSchemas } from "../../src/autodetector/diff.ts";
import { migrations as m } from "../../src/operations/build.ts";
import { EMPTY_SCHEMA, type Schema, schemaOf } from "../../src/schema/schema.ts";
import { describeDatabases } from "../support/databases.ts";
import { changesOf, expectSchema, invertedChanges, migrate } from "../support/migrating.ts";

type Columns = Parameters<typeof m.createTable>[1];

/** The tables `a` and, where it has columns, `b`, with the enum `mood` of these values. */
function schemaWith(values: readonly string[], a: Columns, b?: Columns): Schema {
  const id = { id: m.int({ pk: true }) };
  const tables = [m.createTable("a", { ...id, ...a }), ...(b ? [m.createTable("b", { ...id, ...b })] : [])];
  return schemaOf(
    tables.map(({ table }) => table),
    [{ name: "mood", values }],
  );
}

const mood = (value?: string) => m.enum("mood", value === undefined ? {} : { default: value });

describeDatabases("a value of an enum goes together with", (db) => {
  const cases: Record<string, readonly [from: Schema, to: Schema, row: string]> = {
    "the default that it was": [
      schemaWith(["x", "y", "z"], { v: mood("z") }),
      schemaWith(["x", "y"], { v: mood() }),
      "x",
    ],
    "the default, for a new value": [
      schemaWith(["x", "z"], { v: mood("z") }),
      schemaWith(["y", "x"], { v: mood("y") }),
      "x",
    ],
    "the column that has it": [
      schemaWith(["x", "z"], { v: mood() }, { v: mood() }),
      schemaWith(["x"], { w: m.int({ null: true }) }, { v: mood() }),
      "z",
    ],
    "the table that has it": [
      schemaWith(["x", "z"], { v: mood() }, { w: mood("x") }),
      schemaOf(
        [m.createTable("b", { id: m.int({ pk: true }), w: mood("x") }).table],
        [{ name: "mood", values: ["x"] }],
      ),
      "z",
    ],
    "the type of the column that has it": [
      schemaWith(["x", "z"], { v: mood("z") }, { v: mood() }),
      schemaWith(["x"], { v: m.text({ default: "z" }) }, { v: mood() }),
      "z",
    ],
  };
  for (const [title, [from, to, row]] of Object.entries(cases)) {
    test(title, async () => {
      const { connection } = await db.create();
      await migrate(connection, changesOf(diffSchemas(EMPTY_SCHEMA, from).operations, EMPTY_SCHEMA));
      await connection.execute([`INSERT INTO a (v) VALUES ('${row}')`]);
      const changes = changesOf(diffSchemas(from, to).operations, from);
      expect(diffSchemas(changes.at(-1)?.after ?? from, to).operations).toEqual([]);
      await migrate(connection, changes);
      await expectSchema(connection, to);
      if (title === "the column that has it") await connection.execute(["DELETE FROM a"]);
      await migrate(connection, invertedChanges(changes));
      await expectSchema(connection, from);
    });
  }
});

describe("an enum changes in one operation", () => {
  test("where no column leaves it", () => {
    const from = schemaWith(["x", "z"], { v: mood("x") });
    const to = schemaWith(["x", "y"], { v: mood("x"), w: m.int({ null: true }) });
    expect(diffSchemas(from, to).operations.map(({ kind }) => kind)).toEqual(["alterEnum", "addColumn"]);
  });
});
