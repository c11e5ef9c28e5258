import { expect, test } from "bun:test";
import { postgresDialect } from "../../../src/dialects/postgres/dialect.ts";
import { runUnit } from "../../../src/executor/executor.ts";
import { forwardUnit, type Unit } from "../../../src/executor/unit.ts";
import { migrations as m } from "../../../src/operations/build.ts";
import type { ColumnSpec } from "../../../src/operations/column-spec.ts";
import type { Operation } from "../../../src/operations/types.ts";
import { EMPTY_SCHEMA, type Schema } from "../../../src/schema/schema.ts";
import { onlyPostgres } from "../../support/databases.ts";
import { rejection } from "../../support/rejection.ts";

const unit = (before: Schema, ...operations: readonly Operation[]): Unit =>
  forwardUnit(
    { name: "0001_test", path: "/0001_test.ts", dependencies: [], operations, atomic: true },
    before,
    "postgres",
  );

const decimal = (maxDigits: number, decimalPlaces: number) => m.decimal({ maxDigits, decimalPlaces });

/** From, to, a value that stays what it is, one that would not. */
const CASES: readonly (readonly [
  what: string,
  from: ColumnSpec,
  to: ColumnSpec,
  kept: string,
  lost: string,
])[] = [
  ["float to int", m.float(), m.int(), "2", "2.5"],
  ["decimal to bigInt", decimal(10, 2), m.bigInt(), "2.00", "2.01"],
  ["decimal to fewer places", decimal(10, 3), decimal(10, 1), "2.500", "2.510"],
  ["float to decimal", m.float(), decimal(10, 2), "2.25", "2.255"],
  ["bigInt to float", m.bigInt(), m.float(), "9007199254740992", "9007199254740993"],
  ["long decimal to float", decimal(30, 10), m.float(), "0.5000000000", "12345678901234567890.1234567891"],
  ["text to decimal", m.text(), decimal(10, 2), "'-2.50'", "'2.505'"],
  ["text to float", m.text(), m.float(), "'0.1'", "'12345678901234567891'"],
  ["text to date", m.text(), m.date(), "'2026-01-31'", "'2026-01-31 10:00'"],
  ["text of a moment to time", m.text(), m.time(), "'10:00'", "'2026-01-31 10:00:00'"],
  ["text of a time with a zone to time", m.text(), m.time(), "'10:00:00.25'", "'10:00:00+02'"],
  ["text that stands for a day to date", m.text(), m.date(), "'2026-01-31'", "'tomorrow'"],
  ["text that only a setting explains to date", m.text(), m.date(), "'2026-01-31'", "'12/31/2024'"],
  [
    "text that stands for a moment to datetime",
    m.text(),
    m.datetime(),
    "'2026-01-31T10:00:00.123456+02:00'",
    "'now'",
  ],
  ["text of too small a part of a second to time", m.text(), m.time(), "'10:00'", "'10:00:00.1234567'"],
  ["text that stands for a time to time", m.text(), m.time(), "'10:00'", "'allballs'"],
  ["text to int", m.text(), m.int(), "'-7'", "'0x10'"],
  ["text in another form to decimal", m.text(), decimal(10, 2), "'0.50'", "'.5'"],
  ["text of no finite number to decimal", m.text(), decimal(10, 2), "'0.50'", "'NaN'"],
  ["text to boolean", m.text(), m.boolean(), "'True'", "'yes'"],
  [
    "text to uuid",
    m.text(),
    m.uuid(),
    "'0B6F1E9C-2D7A-4C1E-9A55-3F1C1F8E7A10'",
    "'0b6f1e9c2d7a4c1e9a553f1c1f8e7a10'",
  ],
  ["text with spaces at its end to char", m.text(), m.char({ maxLength: 3 }), "'a  '", "'abc '"],
  ["texts to shorter ones", m.array(m.text()), m.array(m.char({ maxLength: 1 })), "'{a}'", "'{ab}'"],
  ["text to duration", m.text(), m.duration(), "'60000'", "'1.999'"],
  ["text of an interval to duration", m.text(), m.duration(), "'1 day 02:03:04.5'", "'infinity'"],
  ["float to duration", m.float(), m.duration(), "12.345", "0.00001"],
  ["decimal to duration", decimal(38, 10), m.duration(), "'123456789012345.123'", "'123456789012345.12345'"],
  ["duration to float", m.duration(), m.float(), "'1.5 ms'", "'9007199254740993 ms'"],
  ["duration of a year to bigInt", m.duration(), m.bigInt(), "'1 day'", "'1 year'"],
  ["int to boolean", m.int(), m.boolean(), "1", "7"],
  ["json to int", m.json(), m.int(), "'2'", "'2.5'"],
  ["null of json to int", m.json(), m.int(), "'2'", "'null'"],
  ["null of json to boolean", m.json(), m.boolean(), "'true'", "'null'"],
  ["float to json", m.float(), m.json(), "0.1", "'NaN'"],
  ["long bigInt to float", m.bigInt(), m.float(), "4611686018427387904", "9223372036854775807"],
  ["decimals to fewer places", m.array(decimal(10, 3)), m.array(decimal(10, 1)), "'{2.500}'", "'{2.510}'"],
  ["datetime to date", m.datetime(), m.date(), "'2026-01-31 00:00'", "'2026-01-31 10:00'"],
  ["duration to time", m.duration(), m.time(), "'10 hours'", "'34 hours'"],
  ["duration to int", m.duration(), m.int(), "'2 milliseconds'", "'2.5 milliseconds'"],
];

onlyPostgres("a narrowing type", (db) => {
  test.each(CASES)("%s keeps values that fit and refuses others", async (_, from, to, kept, lost) => {
    const { connection } = await db.create();
    const target = { connection, dialect: postgresDialect };
    const create = unit(
      EMPTY_SCHEMA,
      m.createTable("t", { id: m.int({ pk: true }), v: { ...from, options: { null: true } } }),
    );
    await runUnit(target, create);
    const schema = create.changes[0]?.after ?? EMPTY_SCHEMA;
    await connection.execute([`INSERT INTO t (v) VALUES (${kept}), (NULL)`]);
    const alter = unit(schema, m.alterColumn("t", "v", { ...to, options: { null: true } }));
    await runUnit(target, alter);
    await runUnit(target, unit(alter.changes[0]?.after ?? schema, m.dropTable("t")));

    await runUnit(target, create);
    await connection.execute([`INSERT INTO t (v) VALUES (${lost})`]);
    const [before] = await connection.query("SELECT v::text AS v FROM t");
    const error = await rejection(runUnit(target, alter));
    expect(error.message).toContain("column t.v holds values that are no ");
    expect(await connection.query("SELECT v::text AS v FROM t")).toEqual(
      before === undefined ? [] : [before],
    );
  });

  test("`using` says how, and nothing is refused", async () => {
    const { connection } = await db.create();
    const target = { connection, dialect: postgresDialect };
    const create = unit(EMPTY_SCHEMA, m.createTable("t", { id: m.int({ pk: true }), v: m.float() }));
    await runUnit(target, create);
    await connection.execute(["INSERT INTO t (v) VALUES (2.5)"]);
    const using = m.alterColumn("t", "v", m.int(), { using: "floor(v)" });
    await runUnit(target, unit(create.changes[0]?.after ?? EMPTY_SCHEMA, using));
    expect(await connection.query("SELECT v FROM t")).toEqual([{ v: 2 }]);
  });

  test.each([
    ["bytes", m.array(m.binary()), m.array(m.text()), "ARRAY['\\x41'::bytea]"],
    ["text", m.array(m.text()), m.array(m.binary()), "ARRAY['A']"],
  ])("lists of %s become no lists of the other", async (_, from, to, value) => {
    const { connection } = await db.create();
    const target = { connection, dialect: postgresDialect };
    const create = unit(EMPTY_SCHEMA, m.createTable("t", { id: m.int({ pk: true }), v: from }));
    await runUnit(target, create);
    await connection.execute([`INSERT INTO t (v) VALUES (${value})`]);
    const alter = unit(create.changes[0]?.after ?? EMPTY_SCHEMA, m.alterColumn("t", "v", to));
    const error = await rejection(runUnit(target, alter));
    expect(error.message).toContain("column t.v holds values that are no ");
  });
});
