import { expect, test } from "bun:test";
import { migrations as m } from "../../src/operations/build.ts";
import type { ColumnSpec } from "../../src/operations/column-spec.ts";
import { EMPTY_SCHEMA } from "../../src/schema/schema.ts";
import { describeDatabases } from "../support/databases.ts";
import { changesOf, expectSchema, invertedChanges, migrate } from "../support/migrating.ts";
import { rejection } from "../support/rejection.ts";

const n = { null: true };
const binary = m.binary(n);
const char = m.char({ maxLength: 20, null: true });
const mood = m.enum("mood", n);

describeDatabases("text and bytes", (db) => {
  test.each([
    ["text becomes bytes", m.text(n), "'\\x41'", binary],
    ["text with a backslash becomes bytes", m.text(n), "'a\\\\b'", binary],
    ["a short text becomes bytes", char, "'A'", binary],
    ["a value of an enum becomes bytes", mood, "'ok'", binary],
    ["bytes become text", binary, db.name === "postgres" ? "'\\x41'" : "x'41'", m.text(n)],
    ["bytes become a short text", binary, db.name === "postgres" ? "'\\x41'" : "x'41'", char],
  ] satisfies [string, ColumnSpec, string, ColumnSpec][])(
    "are not converted: where %s, any value is refused and none is lost",
    async (_, from, value, to) => {
      const { connection } = await db.create();
      const made = changesOf(
        [m.createEnum("mood", ["ok"]), m.createTable("t", { id: m.int({ pk: true }), v: from })],
        EMPTY_SCHEMA,
      );
      await migrate(connection, made);
      const before = made.at(-1)?.after ?? EMPTY_SCHEMA;
      await connection.execute([`INSERT INTO t (id, v) VALUES (1, NULL), (2, ${value})`]);
      const rows = await connection.query("SELECT * FROM t ORDER BY id");
      const changes = changesOf([m.alterColumn("t", "v", to)], before);
      const error = await rejection(migrate(connection, changes));
      expect(error.message).toContain("column t.v holds values that are no ");
      expect(error).toMatchObject({ hint: expect.stringContaining("using") });
      expect(await connection.query("SELECT * FROM t ORDER BY id")).toEqual(rows);
      await connection.execute(["DELETE FROM t WHERE id = 2"]);
      await migrate(connection, changes);
      await expectSchema(connection, changes[0]?.after ?? before);
      await migrate(connection, invertedChanges(changes));
      await expectSchema(connection, before);
      expect(await connection.query("SELECT * FROM t")).toEqual([{ id: 1, v: null }]);
    },
  );
});
