import { expect, test } from "bun:test";
import { openConnection } from "../../../src/connection/open.ts";
import { valuesOf } from "../../../src/dialects/database-values.ts";
import { DatabaseError, UsageError } from "../../../src/errors.ts";
import { DoesNotExist, MultipleObjectsReturned } from "../../../src/models/objects/lookup-errors.ts";
import { runWithConnection } from "../../../src/models/objects/session.ts";
import { transaction } from "../../../src/models/objects/transaction.ts";
import { describeDatabases } from "../../support/databases.ts";
import { Author, Book, createTables, Everything, Seat, Settings, withTables } from "./fixture.ts";

const ADA = { name: "Ada", email: "ada@example.org" };

describeDatabases("Model.objects", (db) => {
  test("create returns the row as it is stored", async () => {
    await withTables(db, [Author], async () => {
      const row = await Author.objects.create({ ...ADA, age: undefined });
      expect(row).toEqual({ id: 1, ...ADA, age: null, bio: null, active: true, rank: 7 });
      expect((await Author.objects.create({ name: "B", email: "b", active: false, rank: 1 })).id).toBe(2);
      expect(await Author.objects.create({ id: 40, name: "C", email: "c" })).toMatchObject({ id: 40 });
    });
  });

  test("create without any value takes all from the database", async () => {
    await withTables(db, [Everything], async () => {
      expect((await Everything.objects.create({})).id).toBe(1);
      expect(await Everything.objects.bulkCreate([{}, {}])).toBe(2);
      expect(await Everything.objects.count()).toBe(3);
    });
  });

  test("create refuses values that do not fit, and names the field", async () => {
    await withTables(db, [Author, Book], async () => {
      const refused = async (values: object) => {
        // biome-ignore lint/suspicious/noExplicitAny: what the compiler refuses is to be refused at run time too
        const failed = Author.objects.create({ ...ADA, ...values } as any);
        await expect(failed).rejects.toBeInstanceOf(UsageError);
        return failed.then(String, (error: Error) => error.message);
      };
      expect(await refused({ name: null })).toBe("ObjectsAuthor.name must not be null");
      expect(await refused({ name: undefined })).toBe("ObjectsAuthor.name has no value and no default");
      expect(await refused({ name: "x".repeat(101) })).toBe(
        "ObjectsAuthor.name: 101 characters, the most is 100",
      );
      expect(await refused({ name: 5 })).toBe("ObjectsAuthor.name: expected text, got 5 (number)");
      expect(await refused({ age: 1.5 })).toContain(
        "ObjectsAuthor.age: expected a whole number from -2147483648",
      );
      expect(await refused({ age: 2147483648 })).toContain("ObjectsAuthor.age: expected a whole number");
      expect(await refused({ nmae: "x" })).toBe('ObjectsAuthor has no field "nmae"');
      expect(await refused({ active: 1 })).toContain("ObjectsAuthor.active: expected true or false");
      const twice = { title: "x", author: { id: 1 }, authorId: 1 };
      // @ts-expect-error one or the other
      await expect(Book.objects.create(twice)).rejects.toThrow("author and authorId are one value");
      // @ts-expect-error a key that is needed
      await expect(Book.objects.create({ title: "x" })).rejects.toThrow("ObjectsBook.authorId has no value");
      expect(await Author.objects.count()).toBe(0);
    });
  });

  test("bulkCreate inserts in order, in as many statements as it needs", async () => {
    await withTables(db, [Author], async () => {
      const rows = Array.from({ length: 7000 }, (_, index) => ({
        name: `n${index}`,
        email: `${index}@example.org`,
        ...(index % 1000 === 0 ? { rank: index } : {}),
      }));
      expect(await Author.objects.bulkCreate(rows, { batchSize: 100_000 })).toBe(7000);
      expect(await Author.objects.count()).toBe(7000);
      expect(await Author.objects.get({ id: 7000 })).toMatchObject({ name: "n6999", rank: 7 });
      expect(await Author.objects.filter({ rank: { ne: 7 } }).count()).toBe(7);
      expect(await Author.objects.bulkCreate([])).toBe(0);
      await expect(Author.objects.bulkCreate(rows, { batchSize: 0 })).rejects.toThrow("batchSize");
    });
  });

  test("bulkCreate leaves nothing when one row is refused", async () => {
    await withTables(db, [Author], async () => {
      const rows = [ADA, { name: "B", email: "b" }, { ...ADA, name: "again" }];
      await expect(Author.objects.bulkCreate(rows, { batchSize: 1 })).rejects.toBeInstanceOf(DatabaseError);
      expect(await Author.objects.count()).toBe(0);
      const wrong = [ADA, { name: "x".repeat(101), email: "b" }];
      await expect(Author.objects.bulkCreate(wrong, { batchSize: 1 })).rejects.toBeInstanceOf(UsageError);
      expect(await Author.objects.count()).toBe(0);
    });
  });

  test("get finds one row, or says what it found", async () => {
    await withTables(db, [Author], async () => {
      await Author.objects.bulkCreate([ADA, { name: "Ada", email: "other" }]);
      expect(await Author.objects.get({ email: "other" })).toMatchObject({ id: 2 });
      expect(await Author.objects.filter({ name: "Ada" }).values("id").get({ email: "other" })).toEqual({
        id: 2,
      });
      await expect(Author.objects.get({ name: "Bob" })).rejects.toBeInstanceOf(DoesNotExist);
      await expect(Author.objects.get({ name: "Ada" })).rejects.toBeInstanceOf(MultipleObjectsReturned);
      await expect(Author.objects.get()).rejects.toThrow(
        "ObjectsAuthor: more than one row matches the whole table",
      );
      // A value may be a secret.
      await expect(Author.objects.get({ name: "hunter2" })).rejects.toThrow(
        "ObjectsAuthor: no row matches { name }",
      );
    });
  });

  test("getOrCreate creates once", async () => {
    await withTables(db, [Author, Book], async () => {
      const [row, created] = await Author.objects.getOrCreate({ email: ADA.email }, { name: "Ada" });
      expect([row.name, created]).toEqual(["Ada", true]);
      expect(await Author.objects.getOrCreate({ email: ADA.email }, { name: "other" })).toEqual([row, false]);
      const [eq] = await Author.objects.getOrCreate(
        { email: { eq: "eq" }, age: { isNull: true } },
        { name: "E" },
      );
      expect(eq).toMatchObject({ email: "eq", age: null });
      const [book, isNew] = await Book.objects.getOrCreate({ author: row, title: "Notes" });
      expect([book.authorId, isNew]).toEqual([row.id, true]);
      expect((await Book.objects.getOrCreate({ author: row, title: "Notes" }))[1]).toBe(false);
    });
  });

  test("getOrCreate finds the row that another session creates meanwhile", async () => {
    const { url, connection } = await db.create();
    await createTables(connection, [Author]);
    const other = await openConnection(url);
    try {
      const attempt = (session: typeof connection) =>
        runWithConnection(session, () => Author.objects.getOrCreate({ email: ADA.email }, { name: "Ada" }));
      const results = await Promise.all([connection, other, connection, other].map(attempt));
      expect(results.filter(([, created]) => created)).toHaveLength(1);
      expect(new Set(results.map(([row]) => row.id)).size).toBe(1);
    } finally {
      await other.close();
    }
  });

  test("getOrCreate keeps the transaction usable when another row is in the way", async () => {
    await withTables(db, [Author], async () => {
      await Author.objects.create(ADA);
      await transaction(async () => {
        const blocked = Author.objects.getOrCreate({ name: "Bob" }, { email: ADA.email });
        await expect(blocked).rejects.toBeInstanceOf(DoesNotExist);
        await Author.objects.create({ name: "C", email: "c" });
      });
      expect(await Author.objects.count()).toBe(2);
    });
  });

  test("order, limit, offset, values, first, count and exists", async () => {
    await withTables(db, [Author, Book], async () => {
      await Author.objects.bulkCreate(
        ["c", "a", "b", "d"].map((name, index) => ({ name, email: name, age: index < 2 ? 1 : 2 })),
      );
      const { objects } = Author;
      const names = (rows: readonly { readonly name: string }[]) => rows.map((row) => row.name).join("");
      expect(names(await objects.orderBy("name"))).toBe("abcd");
      expect(names(await objects.orderBy("-age", "name"))).toBe("bdac");
      expect(names(await objects.orderBy("name").limit(2))).toBe("ab");
      expect(names(await objects.orderBy("name").offset(3))).toBe("d");
      expect(names(await objects.orderBy("name").offset(1).limit(2))).toBe("bc");
      expect(await objects.limit(0)).toEqual([]);
      expect(await objects.orderBy("id").values("name", "age").limit(1)).toEqual([{ name: "c", age: 1 }]);
      expect((await objects.first())?.name).toBe("c");
      expect((await objects.orderBy("-name").first())?.name).toBe("d");
      expect((await objects.orderBy("name").offset(1).first())?.name).toBe("b");
      expect(await objects.filter({ name: "x" }).first()).toBeNull();
      expect(await objects.limit(0).first()).toBeNull();
      expect(await objects.count()).toBe(4);
      expect(await objects.filter({ age: 1 }).count()).toBe(2);
      expect(await objects.orderBy("name").limit(3).count()).toBe(3);
      expect(await objects.offset(3).count()).toBe(1);
      expect(await objects.exists()).toBe(true);
      expect(await objects.filter({ name: "x" }).exists()).toBe(false);
      expect(await objects.offset(4).exists()).toBe(false);
      expect(await objects.limit(0).exists()).toBe(false);
      const author = await objects.get({ name: "a" });
      await Book.objects.bulkCreate([
        { title: "A", author },
        { title: "B", author },
      ]);
      expect((await Book.objects.all()).map((row) => row.title)).toEqual(["B", "A"]);
      expect((await Book.objects.orderBy("title")).map((row) => row.title)).toEqual(["A", "B"]);
      expect((await Book.objects.first())?.title).toBe("B");
    });
  });

  test("a query set is immutable, lazy and can be asked again", async () => {
    await withTables(db, [Author], async () => {
      const all = Author.objects.all();
      const ada = all.filter({ name: "Ada" });
      expect([await all.count(), await ada.count()]).toEqual([0, 0]);
      await Author.objects.bulkCreate([ADA, { name: "Bob", email: "bob" }]);
      expect([(await all).length, (await ada).length, (await all.limit(1)).length]).toEqual([2, 1, 1]);
      expect((await all).length).toBe(2);
    });
  });

  test("update and delete change the rows of the filter and count them", async () => {
    await withTables(db, [Author, Book], async () => {
      await Author.objects.bulkCreate(["a", "b", "c"].map((name) => ({ name, email: name })));
      const [a, b] = await Author.objects.orderBy("name");
      if (a === undefined || b === undefined) throw new Error("rows are missing");
      await Book.objects.bulkCreate([
        { title: "1", author: a },
        { title: "2", author: a },
      ]);
      expect(await Author.objects.filter({ name: { in: ["a", "b"] } }).update({ age: 3, bio: null })).toBe(2);
      expect(await Author.objects.filter({ age: 3 }).count()).toBe(2);
      expect(await Book.objects.filter({ author: a }).update({ author: b, editorId: a.id })).toBe(2);
      expect(await Book.objects.filter({ authorId: b.id, editor: a }).count()).toBe(2);
      expect(await Author.objects.update({ rank: 0 })).toBe(3);
      // The books that go with it are not counted.
      await Book.objects.update({ editor: null });
      expect(await Author.objects.filter({ name: "b" }).delete()).toBe(1);
      expect(await Book.objects.count()).toBe(0);
      expect(await Author.objects.filter({ name: "x" }).delete()).toBe(0);
      expect(await Author.objects.all().delete()).toBe(2);
      expect(await Author.objects.delete()).toBe(0);
      await expect(Author.objects.update({})).rejects.toThrow("update was given no values");
      await expect(Author.objects.update({ age: undefined })).rejects.toThrow("update was given no values");
      // @ts-expect-error null where it cannot be
      await expect(Author.objects.update({ name: null })).rejects.toThrow(
        "ObjectsAuthor.name must not be null",
      );
    });
  });

  test("what would apply to other rows than it seems is refused", async () => {
    const { objects } = Author;
    expect(() => objects.limit(1).filter({ name: "x" })).toThrow("filter after limit or offset");
    expect(() => objects.offset(1).exclude({ name: "x" })).toThrow("exclude after limit or offset");
    expect(() => objects.limit(1).orderBy("name")).toThrow("orderBy after limit or offset");
    expect(() => objects.limit(-1)).toThrow("limit must be a whole number");
    expect(() => objects.offset(1.5)).toThrow("offset must be a whole number");
    expect(() => objects.iterate({ batchSize: 0 })).toThrow("batchSize must be a whole number");
    for (const set of [objects.limit(1), objects.offset(1), objects.orderBy("name")]) {
      await expect(set.update({ age: 1 })).rejects.toThrow("cannot be limited or ordered");
      await expect(set.delete()).rejects.toThrow("cannot be limited or ordered");
    }
  });

  test("a composite key", async () => {
    await withTables(db, [Seat], async () => {
      expect(await Seat.objects.create({ line: "A", number: 1 })).toEqual({
        line: "A",
        number: 1,
        taken: false,
      });
      await Seat.objects.create({ line: "A", number: 2 });
      expect(await Seat.objects.filter({ line: "A", number: 2 }).update({ taken: true })).toBe(1);
      expect((await Seat.objects.first())?.number).toBe(1);
    });
  });

  test("as many values as one statement takes, and no more", async () => {
    await withTables(db, [Settings], async () => {
      const most = valuesOf(db.name).maxParameters;
      const many = Array.from({ length: most }, () => "2026-01-01");
      expect(await Settings.objects.filter({ day: { in: many } }).count()).toBe(0);
      const days = Array.from({ length: 65_536 }, () => "2026-01-01");
      await expect(Settings.objects.filter({ day: { in: days } }).count()).rejects.toThrow(
        "65536 values in one statement",
      );
      await Settings.objects.count();
    });
  });
});
