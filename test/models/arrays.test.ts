import { expect, expectTypeOf, test } from "bun:test";
import { defineModel } from "../../src/models/define-model.ts";
import { fields } from "../../src/models/fields.ts";
import type { CreateOf, RowOf } from "../../src/models/model.ts";
import { schemaFromModels } from "../../src/models/to-schema.ts";
import { migrations as m } from "../../src/operations/build.ts";
import { EMPTY_SCHEMA } from "../../src/schema/schema.ts";
import { describeDatabases } from "../support/databases.ts";
import { dialectFor } from "../support/dialects.ts";
import { golden } from "../support/golden.ts";
import { changesOf, expectSchema, invertedChanges, migrate } from "../support/migrating.ts";
import { withTables } from "./objects/fixture.ts";

const Lists = defineModel("ArrayLists", {
  small: fields.array(fields.smallInt(), { null: true }),
  int: fields.array(fields.int(), { null: true }),
  big: fields.array(fields.bigInt(), { null: true }),
  float: fields.array(fields.float(), { null: true }),
  price: fields.array(fields.decimal({ maxDigits: 30, decimalPlaces: 4 }), { null: true }),
  short: fields.array(fields.decimal({ maxDigits: 5, decimalPlaces: 2 }), { null: true }),
  char: fields.array(fields.char({ maxLength: 5 }), { null: true }),
  text: fields.array(fields.text(), { default: ["a", 'it\'s "b"'] }),
  binary: fields.array(fields.binary(), { null: true }),
  boolean: fields.array(fields.boolean(), { null: true }),
  datetime: fields.array(fields.datetime(), { null: true }),
  date: fields.array(fields.date(), { null: true }),
  time: fields.array(fields.time(), { null: true }),
  duration: fields.array(fields.duration(), { null: true }),
  uuid: fields.array(fields.uuid(), { null: true }),
  bigs: fields.array(fields.bigInt(), { dbDefault: [1n, -(2n ** 63n)] }),
  moments: fields.array(fields.datetime(), { dbDefault: [new Date(0)] }),
  bytes: fields.array(fields.binary(), { dbDefault: [new Uint8Array([0, 255])] }),
  none: fields.array(fields.int(), { dbDefault: [] }),
});

type Row = RowOf<typeof Lists>;

const ROUND_TRIPS: readonly Partial<Row>[] = [
  { small: [], int: [], text: [], price: [], datetime: [], bigs: [] },
  { small: [-32768, 32767], int: [1, 1, 2147483647, 0] },
  { big: [2n ** 63n - 1n, -(2n ** 63n), 0n] },
  { float: [0.1, -1.5e300, 5e-324, 1] },
  { price: ["12345678901234567890123456.7890", "-0.0001"], short: ["1.50", "-999.99"] },
  { char: ["💥💥💥💥💥", ""], text: ["NULL", "{a,b}", 'q"\\', "a\nb", " ", "[1]", "é"] },
  { binary: [new Uint8Array([0, 1, 255, 39, 92]), new Uint8Array()] },
  { boolean: [true, false] },
  { datetime: [new Date("2026-11-23T10:00:00.123Z"), new Date("0001-01-01T00:00:00.000Z")] },
  { date: ["2024-02-29"], time: ["00:00:00", "23:59:59.5"], duration: [0, 90_061_001, -1] },
  { uuid: ["00000000-0000-4000-8000-000000000001"] },
];

test("a list has the type of its elements", () => {
  expectTypeOf<Row["int"]>().toEqualTypeOf<number[] | null>();
  expectTypeOf<Row["text"]>().toEqualTypeOf<string[]>();
  expectTypeOf<Row["moments"]>().toEqualTypeOf<Date[]>();
  expectTypeOf<CreateOf<typeof Lists>["big"]>().toEqualTypeOf<bigint[] | null | undefined>();
});

test("what no list can hold is refused", () => {
  const refused = (element: unknown) => () =>
    defineModel("Refused", { value: fields.array(element as ReturnType<typeof fields.int>) });
  expect(refused(undefined)).toThrow("Refused.value: an array needs a field for its elements");
  expect(refused(fields.json())).toThrow("Refused.value: an array has no elements of fields.json()");
  expect(refused(fields.array(fields.int()))).toThrow("an array has no elements of fields.array()");
  expect(refused(fields.foreignKey("Refused"))).toThrow("an array has no elements of fields.foreignKey()");
  expect(refused(fields.int({ null: true }))).toThrow('the elements of an array have no option "null"');
  expect(refused(fields.char({ maxLength: 0 }))).toThrow("maxLength must be a whole number");
  expect(() => m.array(m.json())).toThrow("m.array: a list has no elements of the type json");
  expect(() => m.array(m.int({ null: true }))).toThrow("m.array: its elements have no option null");
  const wrong = defineModel("WrongDefault", { value: fields.array(fields.int(), { dbDefault: [1.5] }) });
  expect(() => schemaFromModels([wrong])).toThrow(
    "the dbDefault (an object) must be a list, each element a whole",
  );
});

test("a list is an array on PostgreSQL and JSON on SQLite", () => {
  const model = defineModel("Post", {
    id: fields.uuid({ pk: true }),
    tags: fields.array(fields.char({ maxLength: 20 }), { dbDefault: ["it's"] }),
  });
  expect(golden([], [model])).toMatchInlineSnapshot(`
    "
    export const operations = [
      m.createTable("post", {
        id: m.uuid({ pk: true }),
        tags: m.array(m.char({ maxLength: 20 }), { default: ["it's"] }),
      }),
    ];

    -- postgres
    BEGIN;
    CREATE TABLE "post" (
      "id" uuid NOT NULL,
      "tags" varchar(20)[] NOT NULL DEFAULT ARRAY['it''s']::varchar(20)[],
      CONSTRAINT "post_pkey" PRIMARY KEY ("id")
    );
    COMMIT;

    -- sqlite
    BEGIN IMMEDIATE;
    CREATE TABLE "post" (
      "id" uuid NOT NULL,
      "tags" json NOT NULL DEFAULT '["it''s"]',
      PRIMARY KEY ("id")
    );
    COMMIT;
    "
  `);
});

describeDatabases("lists", (db) => {
  test.each(ROUND_TRIPS.map((values) => [Object.keys(values).join(", "), values] as const))(
    "%s come back as they were written",
    async (_, values) => {
      await withTables(db, [Lists], async () => {
        const created = await Lists.objects.create(values);
        expect(created).toMatchObject(values);
        expect(created.bigs).toEqual(values.bigs ?? [1n, -(2n ** 63n)]);
        expect([created.moments, created.bytes, created.none]).toEqual([
          [new Date(0)],
          [new Uint8Array([0, 255])],
          [],
        ]);
        expect(created.text).toEqual(values.text ?? ["a", 'it\'s "b"']);
        const { id, ...rest } = created;
        expect(await Lists.objects.filter({ id }).update(rest)).toBe(1);
        expect(await Lists.objects.get({ id })).toEqual(created);
        await Lists.objects.bulkCreate([rest, rest]);
        for await (const row of Lists.objects.all()) expect(row).toEqual({ ...created, id: row.id });
      });
    },
  );

  test("refuse what is no list and name the wrong element", async () => {
    await withTables(db, [Lists], async () => {
      const write = (values: object) => Lists.objects.create(values);
      await expect(write({ int: 1 })).rejects.toThrow("ArrayLists.int: expected a list, got 1 (number)");
      await expect(write({ int: [1, 1.5] })).rejects.toThrow("ArrayLists.int: element 1: ");
      await expect(write({ int: [1, null] })).rejects.toThrow("ArrayLists.int: element 1: ");
      // biome-ignore lint/suspicious/noSparseArray: what is tested
      await expect(write({ int: [1, , 2] })).rejects.toThrow("ArrayLists.int: element 1: ");
      await expect(write({ char: ["abcdef"] })).rejects.toThrow("element 0: 6 characters, the most is 5");
      const where = Lists.objects.filter({ int: { eq: [1] } } as object);
      await expect(where.count()).rejects.toThrow("the operator eq does not apply to array columns");
      expect(await Lists.objects.filter({ int: null }).count()).toBe(0);
    });
  });

  test("change the type of their elements and their default, and come back", async () => {
    const { connection } = await db.create();
    const list = m.array(m.int(), { null: true, default: [1, 2] });
    const created = changesOf([m.createTable("t", { id: m.int({ pk: true }), list })], EMPTY_SCHEMA);
    await migrate(connection, created);
    const schema = created[0]?.after ?? EMPTY_SCHEMA;
    await expectSchema(connection, schema);
    await connection.execute(["INSERT INTO t (id) VALUES (1)"]);
    const read = async () => {
      const { codec } = (await import("../../src/dialects/database-values.ts")).valuesOf(db.name);
      const ofList = codec({ kind: "array", of: { kind: "bigInt" } }, dialectFor(db.name).quote);
      const [row] = await connection.query(`SELECT ${ofList.select("list")} AS list FROM t`);
      return row?.list == null ? undefined : ofList.fromDatabase(row.list);
    };
    const changes = changesOf(
      [
        m.alterColumn("t", "list", m.array(m.bigInt(), { null: true, default: ["9007199254740993"] })),
        m.addColumn("t", "more", m.array(m.text(), { default: ["x"] })),
      ],
      schema,
    );
    await migrate(connection, changes);
    await expectSchema(connection, changes.at(-1)?.after ?? schema);
    expect(await read()).toEqual([1n, 2n]);
    await migrate(connection, invertedChanges(changes));
    await expectSchema(connection, schema);
    expect(await read()).toEqual([1n, 2n]);
  });
});
