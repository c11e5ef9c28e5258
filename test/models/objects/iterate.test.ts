import { expect, test } from "bun:test";
import { describeDatabases } from "../../support/databases.ts";
import { Author, Book, Everything, Seat, withTables } from "./fixture.ts";

describeDatabases("async iteration", (db) => {
  test("reads 20,000 rows in batches, each once, while the loop changes them", async () => {
    await withTables(db, [Everything], async (connection) => {
      await Everything.objects.bulkCreate(
        Array.from({ length: 20_000 }, (_, index) => ({ int: index, small: 1 })),
        {
          batchSize: 5000,
        },
      );
      let statements = 0;
      const { query } = connection;
      connection.query = (sql, parameters) => {
        statements++;
        return query.call(connection, sql, parameters) as never;
      };
      const seen: unknown[] = [];
      for await (const row of Everything.objects.filter({ small: 1 }).values("int")) {
        // The rows that were read no longer match: with OFFSET every second batch would be skipped.
        if (seen.length % 1000 === 0)
          await Everything.objects.filter({ int: { lte: row.int ?? 0 } }).update({ small: 2 });
        seen.push(row.int);
      }
      expect(seen).toEqual(Array.from({ length: 20_000 }, (_, index) => index));
      // The largest key, twenty batches, and the one that finds no more.
      expect(statements).toBe(22);
    });
  });

  test("rows that the loop deletes or adds do not disturb it", async () => {
    await withTables(db, [Everything], async () => {
      await Everything.objects.bulkCreate(Array.from({ length: 10 }, (_, int) => ({ int })));
      const seen: unknown[] = [];
      for await (const row of Everything.objects.all().iterate({ batchSize: 3 })) {
        seen.push(row.int);
        await Everything.objects.create({ int: 100 });
        await Everything.objects.filter({ id: row.id }).delete();
        if (row.int === 4) await Everything.objects.filter({ int: 8 }).delete();
      }
      expect(seen).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 9]);
      expect(await Everything.objects.count()).toBe(9);
    });
  });

  test("keeps an order, a limit and an offset, whatever the loop does to the values", async () => {
    await withTables(db, [Everything], async () => {
      await Everything.objects.bulkCreate([5, 3, 9, 1, 7].map((int) => ({ int })));
      const seen: unknown[] = [];
      for await (const row of Everything.objects
        .orderBy("-int")
        .offset(1)
        .limit(3)
        .iterate({ batchSize: 2 })) {
        seen.push(row.int);
        await Everything.objects.filter({ id: row.id }).update({ int: -(row.int ?? 0) });
      }
      expect(seen).toEqual([7, 5, 3]);
    });
  });

  test("reads thousands of rows in an order", async () => {
    await withTables(db, [Seat], async () => {
      const seats = Array.from({ length: 2500 }, (_, number) => ({ line: "A", number }));
      await Seat.objects.bulkCreate(seats);
      let expected = 2500;
      for await (const seat of Seat.objects.orderBy("-number")) expect(seat.number).toBe(--expected);
      expect(expected).toBe(0);
    });
    await withTables(db, [Everything], async () => {
      await Everything.objects.bulkCreate(Array.from({ length: 2500 }, (_, int) => ({ int })));
      let expected = 2500;
      for await (const row of Everything.objects.orderBy("-int")) expect(row.int).toBe(--expected);
      expect(expected).toBe(0);
    });
  });

  test("follows the order of the model", async () => {
    await withTables(db, [Author, Book], async () => {
      const author = await Author.objects.create({ name: "a", email: "a" });
      await Book.objects.bulkCreate(["a", "c", "b"].map((title) => ({ title, author })));
      const titles: string[] = [];
      for await (const book of Book.objects) titles.push(book.title);
      expect(titles).toEqual(["c", "b", "a"]);
    });
  });

  test("a composite key", async () => {
    await withTables(db, [Seat], async () => {
      const seats = ["A", "B", "C"].flatMap((line) => [1, 2, 3].map((number) => ({ line, number })));
      await Seat.objects.bulkCreate(seats.toReversed());
      const seen: object[] = [];
      for await (const seat of Seat.objects.values("line", "number").iterate({ batchSize: 2 }))
        seen.push(seat);
      expect(seen).toEqual(seats);
      const ordered: object[] = [];
      for await (const seat of Seat.objects
        .orderBy("-number", "line")
        .values("line")
        .iterate({ batchSize: 2 })) {
        ordered.push(seat);
      }
      expect(ordered.map((seat) => Reflect.get(seat, "line")).join("")).toBe("ABCABCABC");
    });
  });

  test("an empty table, and a loop that is left early", async () => {
    await withTables(db, [Everything], async () => {
      for await (const row of Everything.objects) throw new Error(`there is no row ${row.id}`);
      await Everything.objects.bulkCreate([{ int: 1 }, { int: 2 }]);
      for await (const row of Everything.objects) {
        expect(row.int).toBe(1);
        break;
      }
      expect(await Everything.objects.count()).toBe(2);
    });
  });
});
