import { expect, test } from "bun:test";
import { defineModel, fields, migrations as m, YaraOrm } from "../../src/index.ts";
import type { ColumnSpec } from "../../src/operations/column-spec.ts";
import type { Operation } from "../../src/operations/types.ts";
import { EMPTY_SCHEMA } from "../../src/schema/schema.ts";
import { Verification } from "../../src/verifier/verification.ts";
import { describeDatabases } from "../support/databases.ts";
import { dialectFor } from "../support/dialects.ts";
import { changesOf, expectSchema, invertedChanges, migrate } from "../support/migrating.ts";
import { rejection } from "../support/rejection.ts";

const MONEY = { postgres: "numeric", sqlite: "MONEY" };
const ADDRESS = { postgres: "inet", sqlite: "MEDIUMTEXT" };

const table = (value: ColumnSpec): Operation => m.createTable("t", { value });
const alter = (value: ColumnSpec, using?: string): Operation =>
  m.alterColumn("t", "value", value, using === undefined ? {} : { using });

describeDatabases("a raw type", (db) => {
  test.each([
    ["from text and back", m.text(), "'10.0.0.1'", m.raw(ADDRESS), "10.0.0.1"],
    ["from char", m.char({ maxLength: 20 }), "'10.0.0.0/8'", m.raw(ADDRESS), "10.0.0.0/8"],
    ["into text", m.raw(ADDRESS), "'::1'", m.text(), "::1"],
    ["into another", m.raw(ADDRESS), "'10.0.0.1'", m.raw({ postgres: "varchar", sqlite: "" }), "10.0.0.1"],
  ] as const)("%s keeps the value", async (_, from, value, to, kept) => {
    const { connection } = await db.create();
    const [create, change] = [changesOf([table(from)], EMPTY_SCHEMA), [from, to]];
    await migrate(connection, create);
    await connection.execute([`INSERT INTO t VALUES (${value})`]);
    const before = create[0]?.after ?? EMPTY_SCHEMA;
    const changes = changesOf([alter(change[1] ?? to)], before);
    await migrate(connection, changes);
    await expectSchema(connection, changes[0]?.after ?? before);
    expect(await connection.query("SELECT value FROM t")).toEqual([{ value: kept }]);
    await migrate(connection, invertedChanges(changes));
    await expectSchema(connection, before);
    expect(await connection.query("SELECT value FROM t")).toEqual([{ value: kept }]);
  });

  test.each([
    ["is cut", m.text(), "'123456'", m.raw({ postgres: "varchar(3)", sqlite: "VARCHAR(3)" })],
    ["is rounded", m.raw(MONEY), "1.005", m.decimal({ maxDigits: 6, decimalPlaces: 2 })],
    ["is none of the type", m.text(), "'x'", m.raw({ postgres: "int4", sqlite: "INT" })],
    ["is no whole number", m.raw(MONEY), "1.5", m.int()],
  ] as const)("is refused where a value %s, and nothing is lost", async (_, from, value, to) => {
    const { connection } = await db.create();
    const create = changesOf([table(from)], EMPTY_SCHEMA);
    await migrate(connection, create);
    await connection.execute([`INSERT INTO t VALUES (${value})`]);
    const rows = await connection.query("SELECT * FROM t");
    const before = create[0]?.after ?? EMPTY_SCHEMA;
    const error = await rejection(migrate(connection, changesOf([alter(to)], before)));
    expect(error).toMatchObject({ hint: expect.stringContaining("using") });
    expect(await connection.query("SELECT * FROM t")).toEqual(rows);
    await expectSchema(connection, before);
  });

  test("is converted as `using` says", async () => {
    const { connection } = await db.create();
    const create = changesOf([table(m.raw(MONEY))], EMPTY_SCHEMA);
    await migrate(connection, create);
    await connection.execute(["INSERT INTO t VALUES (1.5)"]);
    const change = changesOf(
      [alter(m.int(), "cast(value * 2 as integer)")],
      create[0]?.after ?? EMPTY_SCHEMA,
    );
    await migrate(connection, change);
    expect((await connection.query("SELECT value FROM t")).map(({ value }) => Number(value))).toEqual([3]);
  });

  test("with all that a column can have is found as it was made", async () => {
    const { connection } = await db.create();
    const changes = changesOf(
      [
        m.createTable(
          "t",
          {
            key: m.raw({ postgres: "VARCHAR (10)", sqlite: "VARCHAR (10)" }, { pk: true }),
            code: m.raw({ postgres: "name", sqlite: "TINYTEXT" }, { unique: true, default: "it's" }),
            whole: m.raw(
              { postgres: "int", sqlite: "UNSIGNED BIG INT" },
              { null: true, default: m.sql("1 + 1") },
            ),
            free: m.raw({ postgres: "timestamp(3)[]", sqlite: "" }, { null: true }),
            sorted: m.raw(
              { postgres: "varchar", sqlite: "LONG TEXT" },
              { null: true, collation: { postgres: "C", sqlite: "NOCASE" } },
            ),
          },
          {
            indexes: [{ columns: ["whole", "code"] }],
            checks: [{ name: "small", expression: "whole < 9" }],
          },
        ),
        m.addColumn("t", "added", m.raw({ postgres: "bit(3)", sqlite: "BITS" }), { fill: "101" }),
      ],
      EMPTY_SCHEMA,
    );
    await migrate(connection, changes);
    await expectSchema(connection, changes.at(-1)?.after ?? EMPTY_SCHEMA);
  });

  test("of a model takes and gives what the driver does", async () => {
    const { url, connection } = await db.create();
    const Host = defineModel(
      `RawHost${db.name}`,
      {
        address: fields.raw({ ...ADDRESS, pk: true }),
        weight: fields.raw<number>({ postgres: "real", sqlite: "REAL", null: true }),
      },
      { table: "host" },
    );
    await connection.execute([`CREATE TABLE host (address ${ADDRESS[db.name]} PRIMARY KEY, weight real)`]);
    await YaraOrm.init(url);
    try {
      const row: { address: string; weight: number | null } = await Host.objects.create({
        address: "10.0.0.1",
        weight: 1.5,
      });
      expect(row).toEqual({ address: "10.0.0.1", weight: 1.5 });
      await Host.objects.bulkCreate([{ address: "10.0.0.2" }, { address: "10.0.0.3", weight: 2 }]);
      expect(await Host.objects.filter({ address: { gt: "10.0.0.1" }, weight: null }).count()).toBe(1);
      expect((await Host.objects.get({ address: "10.0.0.3" })).weight).toBe(2);
      expect(await Host.objects.filter({ address: { contains: "0.0.2" } }).count()).toBe(1);
    } finally {
      await YaraOrm.close();
    }
  });
});

describeDatabases("a verification", (db) => {
  test("tries a change to a raw type with fewer rows where the samples are none of it", async () => {
    const { connection } = await db.create();
    const verification = new Verification({ connection, dialect: dialectFor(db.name) });
    await verification.begin(changesOf([table(m.text())], EMPTY_SCHEMA)[0]?.after ?? EMPTY_SCHEMA);
    const operations = [alter(m.raw({ postgres: "inet", sqlite: "TEXT" }))];
    const migration = { name: "0002_inet", path: "", dependencies: [], operations, atomic: true };
    expect((await verification.verify(migration)).outcome).toBe("reversible");
  });
});
