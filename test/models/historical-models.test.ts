import { expect, expectTypeOf, test } from "bun:test";
import { UsageError } from "../../src/errors.ts";
import { defineModel } from "../../src/models/define-model.ts";
import { fields } from "../../src/models/fields.ts";
import { historicalModels } from "../../src/models/historical-models.ts";
import type { AnyModel } from "../../src/models/model.ts";
import { schemaFromModels } from "../../src/models/to-schema.ts";
import type { HistoricalModels, HistoricalRow } from "../../src/operations/historical-models.ts";
import { sql } from "../../src/schema/sql.ts";
import { describeDatabases } from "../support/databases.ts";
import { rejection } from "../support/rejection.ts";
import { Author, Book, Everything, Seat, withTables } from "./objects/fixture.ts";

const Order = defineModel("HistoricalOrder", {
  price: fields.int(),
  quantity: fields.int({ dbDefault: 2 }),
  total: fields.int({ generated: sql("price * quantity") }),
  tags: fields.array(fields.char({ maxLength: 5 }), { null: true }),
  placedAt: fields.datetime({ autoNowAdd: true }),
});

const Line = defineModel("HistoricalLine", { text: fields.text() }, { primaryKey: false });

function modelsOf(models: readonly AnyModel[]): HistoricalModels {
  return historicalModels(schemaFromModels(models), "0002_backfill");
}

describeDatabases("the tables at a point of the history", (db) => {
  test("have the values that models have, by the names of columns", async () => {
    await withTables(db, [Everything], async () => {
      const { objects } = modelsOf([Everything]).table("objects_everything");
      const values = {
        small: 1,
        big: 2n ** 60n,
        float: 0.5,
        price: "12.50",
        wide: "12345678901234567890123456.7890",
        binary: new Uint8Array([0, 255]),
        boolean: true,
        datetime: new Date("2026-11-23T10:00:00.123Z"),
        date: "2026-02-28",
        time: "10:30:00",
        duration: 90_061_001,
        uuid: "0e37df36-f698-11e6-8dd4-cb9ced3df976",
        json: { a: [1, null] },
        mood: "happy",
      };
      const created = await objects.create(values);
      expect(created).toMatchObject({ ...values, id: 1, int: null });
      expect<HistoricalRow>(await Everything.objects.get()).toEqual(created);
      expect(await objects.filter({ price: { gt: "12" }, mood: { in: ["happy"] } }).count()).toBe(1);
      expect(await objects.filter({ datetime: { lt: new Date(0) } }).exists()).toBe(false);
      expect((await rejection(objects.create({ int: "many" }))).message).toStartWith(
        "objects_everything.int: expected a whole number",
      );
    });
  });

  test("are reached by name, also in other schemas, and by the name of a model", async () => {
    await withTables(db, [Author, Book, Seat], async () => {
      const models = modelsOf([Author, Book, Seat]);
      const ada = await models
        .table<{ id: number; name: string; email: string; active: boolean }>("authors")
        .objects.create({ name: "Ada", email: "a@b.c", active: true });
      await models.table("library.books").objects.bulkCreate([
        { title: "first", author_id: ada.id },
        { title: "second", author_id: ada.id, editor_id: ada.id },
      ]);
      expect((await Book.objects.orderBy("id")).map(({ title, authorId }) => [title, authorId])).toEqual([
        ["first", ada.id],
        ["second", ada.id],
      ]);
      expect(await models.table("library.books").objects.values("title").orderBy("-title").first()).toEqual({
        title: "second",
      });
      const seats = models.ObjectsSeat?.objects;
      expect(models.ObjectsSeat).toBe(models.objects_seat);
      await seats?.bulkCreate([
        { line: "A", number: 1, taken: false },
        { line: "A", number: 2, taken: true },
      ]);
      expect(await seats?.get({ line: "A", taken: true })).toEqual({ line: "A", number: 2, taken: true });
      expect(Object.keys(models)).toEqual(["authors", "library.books", "objects_seat"]);
      expect("authors" in models && !("Author" in models)).toBe(true);
      expect(await models).toBe(models);
    });
  });

  test("leave to the database what it supplies, and want what only the application has supplied", async () => {
    await withTables(db, [Order], async () => {
      const { objects } = modelsOf([Order]).table("historical_order");
      const placed_at = new Date("2026-01-01T00:00:00.000Z");
      const row = { id: 1, price: 3, quantity: 2, total: 6, tags: ["a", "b"], placed_at };
      expect(await objects.create({ price: 3, tags: ["a", "b"], placed_at })).toEqual(row);
      expect((await rejection(objects.create({ price: 3 }))).message).toBe(
        "historical_order.placed_at has no value and no default",
      );
      expect((await rejection(objects.update({ total: 3 }))).message).toContain("generated");
      expect((await rejection(objects.update({ price: null }))).toString()).toContain("must not be null");
      expect(await objects.getOrCreate({ price: 3 })).toEqual([row, false]);
      expect(await objects.getOrCreate({ price: 4 }, { placed_at })).toMatchObject([{ total: 8 }, true]);
      expect(await objects.update({ quantity: 5 })).toBe(2);
      expect((await objects.values("total").orderBy("id")).map(({ total }) => total)).toEqual([15, 20]);
      expect(await objects.exclude({ price: 3 }).delete()).toBe(1);
    });
  });

  test("are read in lists, with a key and without", async () => {
    await withTables(db, [Line, Seat], async () => {
      const models = modelsOf([Line, Seat]);
      const [lines, seats] = [models.table("historical_line").objects, models.table("objects_seat").objects];
      const numbers = Array.from({ length: 7 }, (_, number) => number);
      await lines.bulkCreate(numbers.map((number) => ({ text: String(number) })));
      await seats.bulkCreate(numbers.map((number) => ({ line: "A", number, taken: false })));
      const sizes = async (batches: AsyncIterable<readonly unknown[]>) => {
        const found: number[] = [];
        for await (const { length } of batches) found.push(length);
        return found;
      };
      expect(await sizes(lines.batches({ batchSize: 3 }))).toEqual([3, 3, 1]);
      expect(await sizes(seats.batches({ batchSize: 3 }))).toEqual([3, 3, 1]);
      expect(await sizes(seats.orderBy("-number").batches({ batchSize: 4 }))).toEqual([4, 3]);
      expect(await sizes(seats.filter({ number: { gt: 100 } }).batches())).toEqual([]);
      const seen: unknown[] = [];
      for await (const batch of seats.filter({ taken: false }).batches({ batchSize: 2 })) {
        seen.push(...batch.map(({ number }) => number));
        await seats.filter({ number: { in: batch.map(({ number }) => number) } }).update({ taken: true });
      }
      expect(seen).toEqual(numbers);
    });
  });
});

test("a name that they do not have is told with the migration", async () => {
  const models = modelsOf([Author, Book]);
  const told = (work: () => unknown) => {
    try {
      work();
    } catch (error) {
      if (error instanceof UsageError) return `${error.message}\n${error.hint?.split("\n", 1)[0]}`;
      throw error;
    }
    return "nothing";
  };
  expect(told(() => models.author)).toBe(
    'there is no table "author" in 0002_backfill\nDid you mean "authors"?',
  );
  expect(told(() => models.table("books"))).toBe(
    'there is no table "books" in 0002_backfill\nDid you mean "library.books"?',
  );
  expect(told(() => models.zebra)).toBe(
    'there is no table "zebra" in 0002_backfill\nKnown: authors, library.books.',
  );
});

test("rows have the type that is written down, or none", () => {
  const models = modelsOf([Author]);
  interface Row {
    readonly id: number;
    readonly name: string;
  }
  const typed = () => models.table<Row>("authors").objects;
  const loose = () => models.table("authors").objects;
  type Typed = ReturnType<typeof typed>;
  type Loose = ReturnType<typeof loose>;
  expectTypeOf<Awaited<ReturnType<Typed["get"]>>>().toEqualTypeOf<Row>();
  expectTypeOf<Awaited<ReturnType<Typed["all"]>>>().toEqualTypeOf<Row[]>();
  expectTypeOf<Awaited<ReturnType<Loose["first"]>>>().toEqualTypeOf<HistoricalRow | null>();
  // Never called: the compiler is what tests it.
  const wrong = () => [
    // @ts-expect-error the row has no such key
    typed().filter({ nick: "ada" }),
    // @ts-expect-error the row has a text there
    typed().create({ name: 1 }),
    typed()
      .filter({ $or: [{ id: { gt: 1 } }, { name: "a" }] })
      .orderBy("-name"),
    loose()
      .filter({ anything: { gt: 1 }, $not: { other: null } })
      .orderBy("-anything"),
  ];
  expect(wrong).toBeFunction();
});
