import { expect, test } from "bun:test";
import { describeDatabases } from "../../support/databases.ts";
import { Everything, Settings, withTables } from "./fixture.ts";

type Row = typeof Everything.$inferRow;

const ROUND_TRIPS: readonly Partial<Row>[] = [
  { small: -32768, int: -2147483648, big: -(2n ** 63n) },
  { small: 32767, int: 2147483647, big: 2n ** 63n - 1n },
  { small: 0, int: 0, big: 0n, float: 0 },
  { float: 0.1 },
  { float: -1.5e300 },
  { float: 5e-324 },
  { float: 1 },
  { float: 123456789012345680 },
  { price: "0.00" },
  { price: "12.50" },
  { price: "-99999999.99" },
  { price: "99999999.99" },
  { price: "0.10" },
  { wide: "12345678901234567890123456.7890" },
  { wide: "-0.0001" },
  { wide: "0.0000" },
  { wide: "99999999999999999999999999.9999" },
  { char: "💥💥💥💥💥", text: "" },
  { text: "a\nb\t'\"\\ 💥 é" },
  { char: "1.50", text: "007" },
  { binary: new Uint8Array([0, 1, 255, 39, 92]) },
  { binary: new Uint8Array() },
  { boolean: true },
  { boolean: false },
  { datetime: new Date("2026-11-23T10:00:00.123Z") },
  { datetime: new Date("1900-01-01T00:00:00.000Z") },
  { datetime: new Date("9999-12-31T23:59:59.999Z") },
  { datetime: new Date("0001-01-01T00:00:00.000Z") },
  { date: "2026-02-28" },
  { date: "0001-01-01" },
  { date: "9999-12-31" },
  { date: "2024-02-29" },
  { time: "00:00:00" },
  { time: "23:59:59.999999" },
  { time: "10:30:00.5" },
  { duration: 0 },
  { duration: -1 },
  { duration: 90_061_001 },
  { duration: 8_640_000_000_000_000 },
  { uuid: "0e37df36-f698-11e6-8dd4-cb9ced3df976" },
  { uuid: "00000000-0000-0000-0000-000000000000" },
  { json: { a: [1, "x", null, true, { b: 1.5 }], "": "é" } },
  { json: [] },
  { json: "text" },
  { json: "1" },
  { json: 1 },
  { json: true },
  { json: 1e21 },
  { json: 0.1 },
  { json: "" },
  { mood: "happy" },
  { mood: "sad" },
];

describeDatabases("values", (db) => {
  test("every value comes back as it was given, and a condition finds it", async () => {
    await withTables(db, [Everything], async () => {
      for (const values of ROUND_TRIPS) {
        const created = await Everything.objects.create(values);
        expect(created).toMatchObject(values);
        const read = await Everything.objects.get({ id: created.id });
        expect(read).toEqual(created);
        for (const key of Object.keys(values)) {
          if (key !== "json")
            expect(
              await Everything.objects.filter({ id: created.id, [key]: Reflect.get(values, key) }).count(),
            ).toBe(1);
        }
      }
    });
  });

  test("NULL comes back as null for every type", async () => {
    await withTables(db, [Everything], async () => {
      const row = await Everything.objects.create({ ...nulls(), id: 5 });
      expect(row).toEqual({ ...nulls(), id: 5 });
      expect(await Everything.objects.get({ json: null })).toEqual(row);
    });
  });

  test("values are brought into one form, so that equal ones are found", async () => {
    await withTables(db, [Everything], async () => {
      await Everything.objects.create({
        price: "+007.5",
        wide: "-0",
        uuid: "0E37DF36-F698-11E6-8DD4-CB9CED3DF976",
        time: "10:30",
        big: 5n,
      });
      const [row] = await Everything.objects.filter({
        price: "7.50",
        wide: "0",
        uuid: "0e37Df36-f698-11e6-8dd4-cb9ced3df976",
        time: "10:30:00.000",
      });
      expect(row).toMatchObject({
        price: "7.50",
        wide: "0.0000",
        uuid: "0e37df36-f698-11e6-8dd4-cb9ced3df976",
        time: "10:30:00",
        big: 5n,
      });
    });
  });

  test("order and comparison follow the value, not its text", async () => {
    await withTables(db, [Everything], async () => {
      const ascending = {
        wide: [
          "-12345678901234567890.0002",
          "-12345678901234567890.0001",
          "-9.0000",
          "0.0000",
          "9.0000",
          "10.0000",
          "9999999999999999999.9999",
          "10000000000000000000.0000",
          "12345678901234567890.0001",
          "12345678901234567890.0002",
        ],
        price: ["-10.00", "-9.00", "0.05", "9.00", "10.00"],
        big: [-(2n ** 63n), -1n, 9n, 10n, 2n ** 53n, 2n ** 53n + 1n],
        datetime: [new Date("1999-12-31T23:59:59.999Z"), new Date("2000-01-01T00:00:00.000Z")],
        time: ["09:00:00", "10:00:00", "10:00:00.5"],
        duration: [-5, 9, 10],
        mood: ["happy", "ok", "sad"] as const,
      };
      for (const [name, values] of Object.entries(ascending)) {
        await Everything.objects.delete();
        const key = name as keyof typeof ascending;
        await Everything.objects.bulkCreate([...values].reverse().map((value) => ({ [name]: value })));
        const column = async (order: typeof key | `-${typeof key}`) =>
          (await Everything.objects.orderBy(order)).map((row) => row[key]);
        expect(await column(key)).toEqual([...values]);
        expect(await column(`-${key}`)).toEqual([...values].reverse());
        if (key === "mood") continue;
        for (const [index, value] of values.entries()) {
          const counts = [];
          for (const operator of ["lt", "lte", "gt", "gte"]) {
            counts.push(await Everything.objects.filter({ [name]: { [operator]: value } }).count());
          }
          expect(counts).toEqual([index, index + 1, values.length - index - 1, values.length - index]);
        }
      }
    });
  });

  test("NULLs are the largest values", async () => {
    await withTables(db, [Everything], async () => {
      await Everything.objects.bulkCreate([{ int: 1 }, {}, { int: 2 }]);
      expect((await Everything.objects.orderBy("int")).map((row) => row.int)).toEqual([1, 2, null]);
      expect((await Everything.objects.orderBy("-int")).map((row) => row.int)).toEqual([null, 2, 1]);
    });
  });

  test("what another program wrote is read", async () => {
    await withTables(db, [Everything], async (connection) => {
      const texts = {
        postgres: ["2026-11-23 10:00:00+02", "2026-11-23 08:00:00.000999Z", "0044-03-15 12:00:00+00 BC"],
        sqlite: ["2026-11-23T10:00:00+02:00", "2026-11-23 08:00:00", "2026-11-23T08:00Z"],
      }[db.name];
      for (const text of texts)
        await connection.run(`INSERT INTO "objects_everything" ("datetime") VALUES ('${text}')`);
      const moments = (await Everything.objects.orderBy("id")).map((row) => row.datetime?.toISOString());
      expect(moments.slice(0, 2)).toEqual(["2026-11-23T08:00:00.000Z", "2026-11-23T08:00:00.000Z"]);
      expect(moments[2]).toBe(
        { postgres: "-000043-03-15T12:00:00.000Z", sqlite: "2026-11-23T08:00:00.000Z" }[db.name],
      );
      const unreadable = { postgres: "infinity", sqlite: "soon" }[db.name];
      await connection.run(`UPDATE "objects_everything" SET "datetime" = '${unreadable}'`);
      await expect(Everything.objects.first()).rejects.toThrow(
        `ObjectsEverything.datetime: a stored value cannot be read`,
      );
    });
  });

  test("in a JSON column that is not nullable, null is JSON's own", async () => {
    await withTables(db, [Settings], async (connection) => {
      const row = await Settings.objects.create({ data: null });
      expect(row.data).toBeNull();
      const [stored] = await connection.query(
        `SELECT CAST("data" AS text) AS "data" FROM "objects_settings"`,
      );
      expect(stored?.data).toBe("null");
      expect(await Settings.objects.filter({ data: { isNull: true } }).count()).toBe(0);
    });
  });

  test("defaults, autoNow and autoNowAdd are applied", async () => {
    await withTables(db, [Settings], async () => {
      const start = Date.now();
      const [first, second] = [
        await Settings.objects.create({ data: 1 }),
        await Settings.objects.create({ data: 2 }),
      ];
      expect(first.key).not.toBe(second.key);
      expect(first.day).toBe("2026-01-31");
      expect(first.createdAt).toEqual(first.changedAt);
      expect(first.createdAt.getTime()).toBeGreaterThanOrEqual(start);
      const past = new Date("2020-01-01T00:00:00Z");
      await Settings.objects.filter({ key: first.key }).update({ createdAt: past, changedAt: past });
      await Settings.objects.filter({ key: first.key }).update({ data: 3 });
      const changed = await Settings.objects.get({ key: first.key });
      expect(changed.createdAt).toEqual(past);
      expect(changed.changedAt.getTime()).toBeGreaterThanOrEqual(start);
    });
  });
});

function nulls(): Row {
  const names = [
    "small",
    "int",
    "big",
    "float",
    "price",
    "wide",
    "char",
    "text",
    "binary",
    "boolean",
    "datetime",
    "date",
    "time",
    "duration",
    "uuid",
    "json",
    "mood",
  ];
  return { ...Object.fromEntries(names.map((name) => [name, null])), id: 0 } as Row;
}
