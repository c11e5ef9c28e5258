import { expectTypeOf, test } from "bun:test";
import type { QuerySet } from "../../../src/models/objects/query-set.ts";
import type { Where } from "../../../src/models/objects/types.ts";
import { Author, Book, Everything, Settings } from "./fixture.ts";

type AuthorRow = typeof Author.$inferRow;
type AuthorCreate = typeof Author.$inferCreate;

// Never called: the compiler is what tests it.
async function promises() {
  return {
    create: await Author.objects.create({ name: "a", email: "b" }),
    bulkCreate: await Author.objects.bulkCreate([]),
    get: await Author.objects.get({ id: 1 }),
    getOrCreate: await Author.objects.getOrCreate({ email: "a" }, { name: "b" }),
    all: await Author.objects.all(),
    first: await Author.objects.first(),
    count: await Author.objects.count(),
    exists: await Author.objects.exists(),
    update: await Author.objects.update({ age: 1 }),
    remove: await Author.objects.filter({}).delete(),
    picked: await Author.objects.values("id", "age"),
    pickedFirst: await Author.objects.filter({}).values("name").orderBy("-age").first(),
  };
}
type Promised = Awaited<ReturnType<typeof promises>>;

test("results are typed from the model", () => {
  expectTypeOf<Promised["create"]>().toEqualTypeOf<AuthorRow>();
  expectTypeOf<Promised["bulkCreate"]>().toEqualTypeOf<number>();
  expectTypeOf<Promised["get"]>().toEqualTypeOf<AuthorRow>();
  expectTypeOf<Promised["getOrCreate"]>().toEqualTypeOf<[AuthorRow, boolean]>();
  expectTypeOf<Promised["all"]>().toEqualTypeOf<AuthorRow[]>();
  expectTypeOf<Promised["first"]>().toEqualTypeOf<AuthorRow | null>();
  expectTypeOf<Promised["count"]>().toEqualTypeOf<number>();
  expectTypeOf<Promised["exists"]>().toEqualTypeOf<boolean>();
  expectTypeOf<Promised["update"]>().toEqualTypeOf<number>();
  expectTypeOf<Promised["remove"]>().toEqualTypeOf<number>();
  expectTypeOf<Promised["picked"]>().toEqualTypeOf<Pick<AuthorRow, "id" | "age">[]>();
  expectTypeOf<Promised["pickedFirst"]>().toEqualTypeOf<Pick<AuthorRow, "name"> | null>();
  const picked = Author.objects.values("name");
  expectTypeOf(picked).toEqualTypeOf<QuerySet<AuthorRow, AuthorCreate, Pick<AuthorRow, "name">>>();
  expectTypeOf(picked[Symbol.asyncIterator]().next).returns.resolves.toExtend<
    IteratorResult<{ name: string }, void>
  >();
});

test("conditions take the operators of the value's type", () => {
  type W = Where<AuthorRow, AuthorCreate>;
  expectTypeOf<{ name: { contains: "x"; gt: "a" }; age: { between: [1, 2] } }>().toExtend<W>();
  expectTypeOf<{ age: null; bio: { ne: null }; active: { in: [true] } }>().toExtend<W>();
  expectTypeOf<{ $or: [{ age: 1 }, { $not: { name: "x" } }] }>().toExtend<W>();
  expectTypeOf<{ age: { contains: "x" } }>().not.toExtend<W>();
  expectTypeOf<{ age: "1" }>().not.toExtend<W>();
  expectTypeOf<{ active: { gt: true } }>().not.toExtend<W>();
  expectTypeOf<{ $or: [{ age: "1" }] }>().not.toExtend<W>();
});

test("wrong keys and values do not compile", () => {
  // Building a query asks nothing of a database.
  // @ts-expect-error an unknown key
  Author.objects.filter({ nmae: "x" });
  // @ts-expect-error an unknown operator
  Author.objects.filter({ age: { above: 1 } });
  // @ts-expect-error an unknown attribute
  Author.objects.orderBy("nmae");
  // @ts-expect-error an unknown attribute
  Author.objects.values("nmae");
  // @ts-expect-error no attributes
  Author.objects.values();
  // @ts-expect-error an enum is one of its values
  Everything.objects.filter({ mood: "angry" });
  // @ts-expect-error an enum has no order
  Everything.objects.filter({ mood: { gt: "ok" } });
  // @ts-expect-error JSON is only tested for NULL
  Settings.objects.filter({ data: { a: 1 } });
  // @ts-expect-error the key of an author is a number
  Book.objects.filter({ authorId: "1" });
  Everything.objects.filter({
    mood: { in: ["ok", null] },
    big: { gt: 1n },
    datetime: { lt: new Date() },
    price: "1.00",
  });
  Book.objects.filter({ author: { ...row(), id: 1 }, editor: null, authorId: { in: [1] } });
  // biome-ignore lint/correctness/noConstantCondition: only the compiler is to see these
  if (false) {
    // @ts-expect-error a value is missing
    Author.objects.create({ name: "x" });
    // @ts-expect-error a wrong type
    Author.objects.update({ age: "1" });
    // @ts-expect-error an unknown key
    Author.objects.update({ nmae: 1 });
    // @ts-expect-error an unknown default
    Author.objects.getOrCreate({ email: "x" }, { nmae: 1 });
  }
});

function row(): AuthorRow {
  return { id: 1, name: "a", email: "b", age: null, bio: null, active: true, rank: 1 };
}
