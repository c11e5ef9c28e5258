import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import type { Connection } from "../../../src/connection/connection.ts";
import { openConnection } from "../../../src/connection/open.ts";
import { migrations as m } from "../../../src/operations/build.ts";
import { EMPTY_SCHEMA } from "../../../src/schema/schema.ts";
import { apply } from "./apply.ts";

const n = { null: true };
const decimal = (maxDigits: number, decimalPlaces: number) =>
  m.decimal({ maxDigits, decimalPlaces, null: true });
const uuid = "0b6f1e9c-2d7a-4c1e-9a55-3f1c1f8e7a10";

type Spec = ReturnType<typeof m.int>;
/** The SQL of a value, and the text of what becomes of it; undefined where it is refused. */
const cases: readonly (readonly [from: Spec, sql: string, to: Spec, expected: string | undefined])[] = [
  [m.text(n), "'42'", m.int(n), "42"],
  [m.text(n), "'abc'", m.int(n), undefined],
  [m.text(n), "'12abc'", m.int(n), undefined],
  [m.text(n), "''", m.int(n), undefined],
  [m.text(n), "'3000000000'", m.int(n), undefined],
  [m.text(n), "'-9223372036854775808'", m.bigInt(n), "-9223372036854775808"],
  [m.text(n), "'9223372036854775808'", m.bigInt(n), undefined],
  [m.bigInt(n), "2147483647", m.int(n), "2147483647"],
  [m.bigInt(n), "2147483648", m.int(n), undefined],
  [m.int(n), "40000", m.smallInt(n), undefined],
  [m.float(n), "2.0", m.int(n), "2"],
  [m.float(n), "2.5", m.int(n), undefined],
  [m.float(n), "1e300", m.bigInt(n), undefined],
  [m.int(n), "7", m.float(n), "7.0"],
  [m.bigInt(n), "9007199254740993", m.float(n), undefined],
  [m.bigInt(n), "9223372036854775807", m.float(n), undefined],
  [m.bigInt(n), "-9223372036854775808", m.float(n), "-9.2233720368547758e+18"],
  [decimal(20, 4), "'12345.5000'", m.float(n), "12345.5"],
  [decimal(20, 4), "'1234567890123456.7891'", m.float(n), undefined],
  [m.text(n), "'12345678901234567891'", m.float(n), undefined],
  [m.text(n), "'1.50'", m.float(n), "1.5"],
  [m.text(n), "'1.5x'", m.float(n), undefined],
  [m.int(n), "5", decimal(5, 2), "5"],
  [m.int(n), "5000", decimal(5, 2), undefined],
  [m.int(n), "5", decimal(20, 2), "5.00"],
  [m.text(n), "'12345678901234567.89'", decimal(20, 2), "12345678901234567.89"],
  [m.text(n), "'1.5'", decimal(20, 2), "1.50"],
  [m.text(n), "'1.5000'", decimal(20, 2), "1.50"],
  [m.text(n), "'12'", decimal(20, 2), "12.00"],
  [m.text(n), "'12.00'", decimal(20, 0), "12"],
  [m.text(n), "' 1.5' || char(10)", decimal(20, 2), "1.50"],
  [m.text(n), "'-0.0'", decimal(20, 2), "0.00"],
  [m.text(n), "'-0'", decimal(20, 0), "0"],
  [m.text(n), "'-0.5'", decimal(20, 20), "-0.50000000000000000000"],
  [m.text(n), "'1.5' || char(0) || 'x'", decimal(20, 2), undefined],
  ...["+1.5", "1e3", ".5", "5.", "007.5", "--1", "1 5", "NaN", "0x10"].map(
    (text) => [m.text(n), `'${text}'`, decimal(20, 2), undefined] as const,
  ),
  [m.json(n), "'1.5'", decimal(20, 2), "1.50"],
  [decimal(20, 2), "'1.50'", decimal(20, 4), "1.5000"],
  [decimal(20, 2), "'-1.50'", decimal(30, 1), "-1.5"],
  [decimal(20, 2), "'1.25'", decimal(20, 1), undefined],
  [decimal(20, 0), "'7'", decimal(20, 2), "7.00"],
  [decimal(20, 2), "'7.00'", decimal(20, 0), "7"],
  [decimal(20, 2), "'-1.50'", decimal(10, 2), "-1.5"],
  [m.float(n), "-0.0", decimal(20, 2), "0.00"],
  [m.text(n), "'1.999'", decimal(5, 2), undefined],
  [m.text(n), "'x'", decimal(5, 2), undefined],
  [decimal(10, 2), "1.5", decimal(20, 4), "1.5000"],
  [decimal(10, 2), "1.25", decimal(10, 1), undefined],
  [decimal(10, 2), "99999999.99", decimal(38, 10), "99999999.9900000000"],
  [decimal(10, 2), "-0.01", decimal(38, 1), undefined],
  [decimal(10, 0), "-7", decimal(38, 2), "-7.00"],
  [decimal(10, 2), "7", decimal(38, 0), "7"],
  [m.bigInt(n), "-9223372036854775808", decimal(38, 2), "-9223372036854775808.00"],
  [m.bigInt(n), "9223372036854775807", decimal(19, 0), "9223372036854775807"],
  [m.bigInt(n), "9223372036854775807", decimal(20, 2), undefined],
  [m.bigInt(n), "-9223372036854775808", decimal(10, 2), undefined],
  [m.float(n), "99999999.99", decimal(38, 10), "99999999.9900000000"],
  [m.float(n), "0.1", decimal(38, 20), "0.10000000000000000000"],
  [m.float(n), "-123456789012345.0", decimal(38, 3), "-123456789012345.000"],
  [m.float(n), "2.5e17", decimal(38, 3), "250000000000000000.000"],
  [m.float(n), "1.5e-19", decimal(38, 20), undefined],
  [m.float(n), "-2.5e30", decimal(38, 3), "-2500000000000000000000000000000.000"],
  [m.float(n), "1e300", decimal(38, 20), undefined],
  [decimal(20, 2), "'100.00'", m.int(n), "100"],
  [decimal(20, 2), "'100.50'", m.int(n), undefined],
  [decimal(20, 2), "'12345678901234567.89'", decimal(10, 2), undefined],
  [decimal(10, 2), "1.5", m.text(n), "1.50"],
  [m.float(n), "0.1", m.text(n), "0.1"],
  [m.float(n), "0.1 + 0.2", m.text(n), "0.30000000000000004"],
  [m.float(n), "1.0 / 3", m.text(n), "0.3333333333333333"],
  [m.float(n), "9007199254740992.0", m.text(n), "9007199254740992.0"],
  [m.float(n), "9e999", m.text(n), undefined],
  [m.text(n), "'0.30000000000000004'", m.float(n), "0.30000000000000004"],
  [m.text(n), "'0.3333333333333333'", m.float(n), "0.33333333333333332"],
  [m.text(n), "'0.33333333333333332'", m.float(n), "0.33333333333333332"],
  [m.text(n), "'9007199254740992.0'", m.float(n), "9007199254740992.0"],
  [m.text(n), "'9007199254740992'", m.float(n), "9007199254740992.0"],
  [m.text(n), "'9007199254740993'", m.float(n), undefined],
  [m.text(n), "' -1.50e3 '", m.float(n), "-1500.0"],
  [m.text(n), "'1e400'", m.float(n), undefined],
  [m.text(n), "'1e-400'", m.float(n), undefined],
  [decimal(38, 10), "'250000000000000000.0000000000'", m.float(n), "2.5e+17"],
  [m.float(n), "9007199254740992.0", decimal(38, 0), undefined],
  [m.float(n), "1e23", decimal(38, 0), undefined],
  [m.text(n), "'four'", m.char({ maxLength: 4, null: true }), "four"],
  [m.text(n), "'fives'", m.char({ maxLength: 4, null: true }), undefined],
  [m.int(n), "12345", m.char({ maxLength: 4, null: true }), undefined],
  [m.boolean(n), "1", m.text(n), "true"],
  [m.boolean(n), "1", m.int(n), "1"],
  [m.int(n), "2", m.boolean(n), undefined],
  [m.text(n), "'False'", m.boolean(n), "0"],
  [m.text(n), "'maybe'", m.boolean(n), undefined],
  [m.text(n), "'2026-01-31T10:00:00Z'", m.datetime(n), "2026-01-31 10:00:00.000"],
  ...[
    ["2024-01-02 03:04:05.678901", "2024-01-02 03:04:05.678901"],
    ["2024-01-02 03:04:59.999999", "2024-01-02 03:04:59.999999"],
    ["2024-01-02 03:04:05.670000", "2024-01-02 03:04:05.670"],
    ["2024-12-31T23:59:59.0001-02", "2025-01-01 01:59:59.0001"],
    ["2024-01-02 03:04 +02:00", "2024-01-02 01:04:00.000"],
    ["2024-01-02", "2024-01-02 00:00:00.000"],
  ].map(([text, moment]) => [m.text(n), `'${text}'`, m.datetime(n), moment] as const),
  ...[
    "2024-01-02 ",
    "2024-01-02 03",
    "2024-01-02  03:04",
    "2024-01-02 03:04:5",
    "2024-01-02 03:04:05.",
    "2024-01-02 03:04:05.1234567",
    "2024-01-02 03:04:60",
    "2024-01-02 24:00:00",
    "2024-01-02 03:04:05+15:00",
    "2024-01-02 03:04:05+0200",
    "0000-01-01",
    "now",
  ].map((text) => [m.text(n), `'${text}'`, m.datetime(n), undefined] as const),
  [m.datetime(n), "'2026-01-31 00:00:00'", m.date(n), "2026-01-31"],
  [m.datetime(n), "'2026-01-31 00:00:00.000001'", m.date(n), undefined],
  [m.text(n), "'0000-01-01'", m.date(n), undefined],
  [m.text(n), "'10:30'", m.time(n), "10:30:00"],
  [m.text(n), "'10:30:00.250'", m.time(n), "10:30:00.25"],
  ...["10:3", "10:30:0", "10:30:00.", "10:30:00.1234567", "10:30:60", "24:00", "10:30+02", "10:30Z"].map(
    (text) => [m.text(n), `'${text}'`, m.time(n), undefined] as const,
  ),
  [m.time(n), "'10:30'", m.duration(n), "37800000"],
  [m.time(n), "'23:59:59.999'", m.duration(n), "86399999"],
  [m.time(n), "'10:30:00.0001'", m.duration(n), undefined],
  [m.duration(n), "37800250", m.time(n), "10:30:00.25"],
  [m.duration(n), "86400000", m.time(n), undefined],
  [m.duration(n), "90061001", m.text(n), "90061001"],
  [m.text(n), "'60000'", m.duration(n), "60000"],
  [m.text(n), "'1.999'", m.duration(n), undefined],
  [m.bigInt(n), "9007199254740993", m.duration(n), "9007199254740993"],
  [m.bigInt(n), "9223372036854775807", m.duration(n), undefined],
  [m.boolean(n), "1", m.duration(n), undefined],
  [m.duration(n), "1", m.boolean(n), undefined],
  [m.text(n), "'2026-02-31'", m.datetime(n), undefined],
  [m.text(n), "'2026'", m.datetime(n), undefined],
  [m.date(n), "'2026-01-31'", m.datetime(n), "2026-01-31 00:00:00.000"],
  [m.datetime(n), "'2026-01-31 00:00:00.000'", m.date(n), "2026-01-31"],
  [m.datetime(n), "'2026-01-31 10:00:00.000'", m.date(n), undefined],
  [m.text(n), "'2026-01-31'", m.date(n), "2026-01-31"],
  [m.text(n), "'yesterday'", m.date(n), undefined],
  [m.text(n), "'10:30:00'", m.time(n), "10:30:00"],
  [m.text(n), "'99:30'", m.time(n), undefined],
  [m.text(n), `'${uuid.toUpperCase()}'`, m.uuid(n), uuid],
  [m.text(n), "'no uuid'", m.uuid(n), undefined],
  [m.text(n), `'{"a":1}'`, m.json(n), '{"a":1}'],
  [m.text(n), "'{a'", m.json(n), undefined],
  [m.text(n), "'9223372036854775807'", m.json(n), "9223372036854775807"],
  [m.text(n), "'0.30000000000000004'", m.json(n), "0.30000000000000004"],
  [m.text(n), "'12345678901234567891'", m.json(n), undefined],
  [m.text(n), "'1e400'", m.json(n), undefined],
  [m.int(n), "7", m.json(n), "7"],
  [m.float(n), "1.5", m.json(n), "1.5"],
  [m.float(n), "9e999", m.json(n), undefined],
  [decimal(10, 2), "1.50", m.json(n), "1.5"],
  [decimal(38, 10), "'9007199254740993.0000000000'", m.json(n), "9007199254740993"],
  [decimal(38, 10), "'9007199254740993.5000000000'", m.json(n), undefined],
  [m.boolean(n), "0", m.json(n), "false"],
  [m.json(n), "'7.0'", m.int(n), "7"],
  [m.json(n), "'9007199254740993'", m.float(n), undefined],
  [m.json(n), "'1e20'", decimal(38, 0), "100000000000000000000"],
  [m.json(n), "'0.00001'", decimal(38, 10), "0.0000100000"],
  [m.json(n), `'"7"'`, m.int(n), undefined],
  [m.json(n), "'null'", m.int(n), undefined],
  [m.json(n), "' true '", m.boolean(n), "1"],
  [m.json(n), "'1'", m.boolean(n), undefined],
  [m.json(n), "'7'", m.duration(n), undefined],
  [m.boolean(n), "1", m.float(n), "1.0"],
  [m.boolean(n), "1", decimal(38, 2), "1.00"],
  [m.float(n), "1.0", m.boolean(n), "1"],
  [m.float(n), "0.5", m.boolean(n), undefined],
  [decimal(38, 2), "'1.00'", m.boolean(n), "1"],
  [decimal(38, 2), "'1.01'", m.boolean(n), undefined],
  [m.uuid(n), `'${uuid}'`, m.text(n), uuid],
  [m.binary(n), "X'00ff'", m.text(n), undefined],
  [m.int(n), "1", m.binary(n), undefined],
  [m.text(n), "NULL", m.int(n), "null"],
];

const nullable: readonly Spec[] = [
  m.smallInt(n),
  m.int(n),
  m.bigInt(n),
  m.float(n),
  decimal(10, 3),
  decimal(38, 5),
  m.char({ maxLength: 20, null: true }),
  m.text(n),
  m.binary(n),
  m.boolean(n),
  m.datetime(n),
  m.date(n),
  m.time(n),
  m.duration(n),
  m.uuid(n),
  m.json(n),
];

let connection: Connection;
beforeEach(async () => {
  connection = await openConnection("sqlite://:memory:");
});
afterEach(() => connection.close());

describe("a conversion", () => {
  for (const [from, sql, to, expected] of cases) {
    test(`of the ${from.type.kind} ${sql} to ${JSON.stringify(to.type)} ${expected === undefined ? "is refused" : `gives ${expected}`}`, async () => {
      const { schema } = await apply(connection, EMPTY_SCHEMA, [
        m.createTable("t", { id: m.int({ pk: true }), v: from }),
      ]);
      await connection.execute([`INSERT INTO t (v) VALUES (${sql})`]);
      const conversion = apply(connection, schema, [m.alterColumn("t", "v", to)]);
      if (expected === undefined) {
        await expect(conversion).rejects.toThrow("column t.v holds values that are no ");
      } else {
        await conversion;
        const rows = await connection.query("SELECT coalesce(CAST(v AS TEXT), 'null') AS v FROM t");
        expect(rows).toEqual([{ v: expected }]);
      }
    });
  }

  for (const from of nullable) {
    test(`of a NULL of type ${JSON.stringify(from.type)} is NULL, whatever the new type`, async () => {
      const created = await apply(connection, EMPTY_SCHEMA, [
        m.createTable("t", { id: m.int({ pk: true }), v: from }),
      ]);
      await connection.execute(["INSERT INTO t (v) VALUES (NULL)"]);
      for (const to of nullable) {
        const { schema } = await apply(connection, created.schema, [m.alterColumn("t", "v", to)]);
        expect(await connection.query("SELECT v FROM t")).toEqual([{ v: null }]);
        await apply(connection, schema, [m.alterColumn("t", "v", from)]);
        expect(await connection.query("SELECT v FROM t")).toEqual([{ v: null }]);
      }
    });
  }

  test("with `using` is the user's own", async () => {
    const { schema } = await apply(connection, EMPTY_SCHEMA, [m.createTable("t", { v: m.text() })]);
    await connection.execute(["INSERT INTO t (v) VALUES ('a'), ('bcd')"]);
    await apply(connection, schema, [m.alterColumn("t", "v", m.int(), { using: "length(v)" })]);
    expect(await connection.query("SELECT v, typeof(v) AS t FROM t")).toEqual([
      { v: 1, t: "integer" },
      { v: 3, t: "integer" },
    ]);
  });
});
