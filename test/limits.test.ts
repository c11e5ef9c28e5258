import { expect, test } from "bun:test";
import { diffSchemas } from "../src/autodetector/diff.ts";
import { migrations as m } from "../src/operations/build.ts";
import type { ColumnSpec } from "../src/operations/column-spec.ts";
import type { Operation } from "../src/operations/types.ts";
import type { DialectName } from "../src/schema/expression.ts";
import { EMPTY_SCHEMA, type Schema, schemaOf } from "../src/schema/schema.ts";
import { describeDatabases } from "./support/databases.ts";
import { dialectFor } from "./support/dialects.ts";
import { changesOf, expectSchema, invertedChanges, migrate } from "./support/migrating.ts";
import { rejection } from "./support/rejection.ts";

/** PostgreSQL: manual, appendix K. SQLite: https://www.sqlite.org/limits.html, 2. */
const MOST_COLUMNS: Readonly<Record<DialectName, number>> = { postgres: 1600, sqlite: 2000 };

/** A name of that many bytes. */
const nameOf = (start: string, bytes: number): string => start.padEnd(bytes, "_x");

const range = (count: number): number[] => Array.from({ length: count }, (_, at) => at);

/** A table `wide` with a key and columns. */
const wide = (count: number, type: () => ColumnSpec): Schema =>
  schemaOf([
    m.createTable("wide", [
      ["id", m.int({ pk: true })],
      ...range(count - 1).map((at) => [`c${at}`, type()] as const),
    ]).table,
  ]);

/** Tables that refer to each other in one long row by their keys. */
const chain = (count: number, type: (options: { pk: true; references?: Reference }) => ColumnSpec): Schema =>
  schemaOf(
    range(count).map((at) => {
      const references = { table: `t${at + 1}`, column: "id", onDelete: "cascade" } as const;
      const options = { pk: true, ...(at + 1 < count ? { references } : {}) } as const;
      return m.createTable(`t${at}`, { id: { ...type(options) } }).table;
    }),
  );

interface Reference {
  readonly table: string;
  readonly column: string;
  readonly onDelete: "cascade";
}

const operationsOf = (from: Schema, to: Schema): readonly Operation[] => diffSchemas(from, to).operations;

describeDatabases("limits", (db) => {
  const most = MOST_COLUMNS[db.name];

  test(`a table of ${most} columns is made, changed and changed back`, async () => {
    const { connection } = await db.create();
    const schema = wide(most, () => m.int({ null: true }));
    await migrate(connection, changesOf(operationsOf(EMPTY_SCHEMA, schema), EMPTY_SCHEMA));
    await expectSchema(connection, schema);
    await connection.execute(["INSERT INTO wide (c0, c1) VALUES (1, 2)"]);
    const changes = changesOf([m.alterColumn("wide", "c0", m.text({ null: true }))], schema);
    await migrate(connection, changes);
    await migrate(connection, invertedChanges(changes));
    await expectSchema(connection, schema);
    expect(await connection.query("SELECT c0, c1 FROM wide")).toEqual([{ c0: 1, c1: 2 }]);
  });

  test("one column more is refused with the table's name, and nothing is left", async () => {
    const { connection } = await db.create();
    const schema = wide(most + 1, () => m.int({ null: true }));
    const error = await rejection(
      migrate(connection, changesOf(operationsOf(EMPTY_SCHEMA, schema), EMPTY_SCHEMA)),
    );
    expect(error.message).toContain("(create table wide): ");
    expect(error.message).toMatch(/at most 1600 columns|too many columns on wide/);
    // The statement is shown without its middle.
    expect(error.message.split("\n").length).toBeLessThan(50);
    await expectSchema(connection, EMPTY_SCHEMA);
  });

  test("1,000 tables in one row of references", async () => {
    const { connection } = await db.create();
    const schema = chain(1000, m.int);
    const changes = changesOf(operationsOf(EMPTY_SCHEMA, schema), EMPTY_SCHEMA);
    await migrate(connection, changes);
    await expectSchema(connection, schema);
    await migrate(connection, invertedChanges(changes));
    await expectSchema(connection, EMPTY_SCHEMA);
  });

  // SQLite looks at every table of the database whenever it renames one, so that a thousand rebuilds take their time.
  test("100 tables in one row of references, whose keys all change their type", async () => {
    const { connection } = await db.create();
    const [before, after] = [chain(100, m.int), chain(100, m.bigInt)];
    await migrate(connection, changesOf(operationsOf(EMPTY_SCHEMA, before), EMPTY_SCHEMA));
    const changes = changesOf(operationsOf(before, after), before);
    await migrate(connection, changes);
    await expectSchema(connection, after);
    await migrate(connection, invertedChanges(changes));
    await expectSchema(connection, before);
  });

  test("the work grows with the number of changed tables, not with its square", () => {
    const stepsFor = (count: number) => {
      const [before, after] = [chain(count, m.int), chain(count, m.bigInt)];
      return dialectFor(db.name).render(changesOf(operationsOf(before, after), before)).steps.length;
    };
    expect(stepsFor(1000)).toBeLessThan(10 * stepsFor(100) + 100);
  });

  test.each([62, 63, 64, 80])("names of %d bytes", async (bytes) => {
    const { connection } = await db.create();
    const [team, user] = [nameOf("team", bytes), nameOf("user", bytes)];
    const [id, name] = [nameOf("id", bytes), nameOf("név", bytes)];
    const operations = [
      m.createTable(team, [[id, m.int({ pk: true })]]),
      m.createEnum(nameOf("mood", bytes), ["happy", "sad"]),
      m.createTable(
        user,
        [
          [id, m.int({ pk: true })],
          [nameOf("team", bytes), m.int({ references: { table: team, column: id } })],
          [name, m.text({ unique: true })],
          [nameOf("mood", bytes), m.enum(nameOf("mood", bytes), { default: "sad" })],
        ],
        {
          indexes: [{ columns: [name, nameOf("team", bytes)] }],
          checks: [{ name: nameOf("check", bytes), expression: `"${name}" <> ''` }],
        },
      ),
      m.renameColumn(user, name, nameOf("naïve", bytes)),
      m.alterColumn(user, nameOf("naïve", bytes), m.char({ maxLength: 10 })),
      m.renameTable(team, nameOf("group", bytes)),
    ];
    const changes = changesOf(operations, EMPTY_SCHEMA);
    await migrate(connection, changes);
    await expectSchema(connection, changes.at(-1)?.after ?? EMPTY_SCHEMA);
    await migrate(connection, invertedChanges(changes));
    await expectSchema(connection, EMPTY_SCHEMA);
  });
});
