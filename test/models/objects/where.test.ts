import { expect, test } from "bun:test";
import type { Where } from "../../../src/models/objects/types.ts";
import { describeDatabases } from "../../support/databases.ts";
import { Author, Book, Everything, withTables } from "./fixture.ts";

type AuthorWhere = Where<typeof Author.$inferRow, typeof Author.$inferCreate>;

async function createAuthors(): Promise<void> {
  await Author.objects.bulkCreate([
    { name: "Ada", email: "ada@example.org", age: 36, bio: "100% _logic_" },
    { name: "ada", email: "ada@example.com", age: 18, active: false },
    { name: "Bob", email: "bob@example.org", bio: "" },
    { name: "Åse", email: "ase@example.org", age: 36, bio: "back\\slash 'quote'" },
  ]);
}

/** The e-mail addresses of the rows that match, in the order of creation. */
async function emails(where: AuthorWhere): Promise<string> {
  const rows = await Author.objects.filter(where).orderBy("id").values("email");
  return rows.map((row) => row.email.replace("@example.", ".")).join(" ");
}

async function reasonOf(promise: PromiseLike<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    return error instanceof Error ? `${error.message} | ${"hint" in error ? error.hint : ""}` : String(error);
  }
  throw new Error("it did not throw");
}

const CASES: readonly (readonly [AuthorWhere, string])[] = [
  [{}, "ada.org ada.com bob.org ase.org"],
  [{ name: "Ada" }, "ada.org"],
  [{ age: null }, "bob.org"],
  [{ age: 36, name: "Åse" }, "ase.org"],
  [{ active: false }, "ada.com"],
  [{ age: { gt: 18 } }, "ada.org ase.org"],
  [{ age: { gte: 18, lt: 36 } }, "ada.com"],
  [{ age: { lte: 36 } }, "ada.org ada.com ase.org"],
  [{ age: { between: [18, 35] } }, "ada.com"],
  [{ age: { eq: 18 } }, "ada.com"],
  [{ age: { eq: null } }, "bob.org"],
  [{ age: { ne: 36 } }, "ada.com bob.org"],
  [{ age: { ne: null } }, "ada.org ada.com ase.org"],
  [{ age: { in: [18, 1] } }, "ada.com"],
  [{ age: { in: [18, null] } }, "ada.com bob.org"],
  [{ age: { in: [] } }, ""],
  [{ age: { in: [null] } }, "bob.org"],
  [{ age: { notIn: [36] } }, "ada.com bob.org"],
  [{ age: { notIn: [36, null] } }, "ada.com"],
  [{ age: { notIn: [] } }, "ada.org ada.com bob.org ase.org"],
  [{ bio: { isNull: true } }, "ada.com"],
  [{ bio: { isNull: false } }, "ada.org bob.org ase.org"],
  [{ name: { contains: "da" } }, "ada.org ada.com"],
  [{ name: { contains: "AD" } }, ""],
  [{ name: { iContains: "AD" } }, "ada.org ada.com"],
  [{ name: { iExact: "ADA" } }, "ada.org ada.com"],
  [{ name: { iExact: "AD" } }, ""],
  // Only the letters of ASCII are folded, so that both databases agree.
  [{ name: { iExact: "åse" } }, ""],
  [{ name: { startsWith: "A" } }, "ada.org"],
  [{ name: { startsWith: "Å" } }, "ase.org"],
  [{ name: { startsWith: "Ada Lovelace" } }, ""],
  [{ name: { endsWith: "a" } }, "ada.org ada.com"],
  [{ name: { endsWith: "xxAda" } }, ""],
  [{ name: { endsWith: "" } }, "ada.org ada.com bob.org ase.org"],
  [{ bio: { contains: "%" } }, "ada.org"],
  [{ bio: { contains: "_logic_" } }, "ada.org"],
  [{ bio: { contains: "1_0" } }, ""],
  [{ bio: { contains: "\\" } }, "ase.org"],
  [{ bio: { contains: "'quote'" } }, "ase.org"],
  [{ $or: [{ name: "Bob" }, { age: 18 }] }, "ada.com bob.org"],
  [{ $or: [] }, ""],
  [{ $and: [{ age: 36 }, { name: { startsWith: "Å" } }] }, "ase.org"],
  [{ $and: [] }, "ada.org ada.com bob.org ase.org"],
  [{ $not: { age: 36 } }, "ada.com bob.org"],
  [{ active: true, $or: [{ age: 36 }, { $not: { bio: { isNull: false } } }] }, "ada.org ase.org"],
  // Larger than the column can hold: nothing is equal to it, and that is no error.
  [{ age: 3_000_000_000 }, ""],
  [{ age: { lt: 3_000_000_000 } }, "ada.org ada.com ase.org"],
  [{ name: "x".repeat(101) }, ""],
];

describeDatabases("conditions", (db) => {
  test("each operator matches the same rows on every database", async () => {
    await withTables(db, [Author], async () => {
      await createAuthors();
      const found = [];
      for (const [where] of CASES) found.push([where, await emails(where)] as const);
      expect(found).toEqual([...CASES]);
    });
  });

  test("exclude is the rest of filter, rows with NULL included", async () => {
    await withTables(db, [Author], async () => {
      await createAuthors();
      for (const [where] of CASES) {
        const [kept, left] = [await Author.objects.filter(where), await Author.objects.exclude(where)];
        expect([...kept, ...left].map((row) => row.id).sort()).toEqual([1, 2, 3, 4]);
      }
      expect(
        (await Author.objects.exclude({ age: { gt: 18 } }).orderBy("id")).map((row) => row.name),
      ).toEqual(["ada", "Bob"]);
    });
  });

  test("a relation is given as a key or as a row", async () => {
    await withTables(db, [Author, Book], async () => {
      await createAuthors();
      const ada = await Author.objects.get({ email: "ada@example.org" });
      const bob = await Author.objects.get({ name: "Bob" });
      await Book.objects.create({ title: "Notes", author: ada, editor: bob });
      await Book.objects.create({ title: "Letters", authorId: bob.id });
      const titles = async (where: Where<typeof Book.$inferRow, typeof Book.$inferCreate>) =>
        (await Book.objects.filter(where)).map((row) => row.title);
      expect(await titles({ author: ada })).toEqual(["Notes"]);
      expect(await titles({ authorId: bob.id })).toEqual(["Letters"]);
      expect(await titles({ authorId: { in: [ada.id, bob.id] } })).toEqual(["Notes", "Letters"]);
      expect(await titles({ editor: null })).toEqual(["Letters"]);
      expect(await titles({ editor: bob, authorId: { ne: bob.id } })).toEqual(["Notes"]);
      // @ts-expect-error a row of the target has a key
      const wrong = Book.objects.filter({ author: { name: "Ada" } });
      expect(await reasonOf(wrong)).toContain(
        'ObjectsBook.author: expected a row of ObjectsAuthor with "id"',
      );
    });
  });

  test("a wrong condition is refused with the field's name before anything is sent", async () => {
    await withTables(db, [Author, Everything], async () => {
      // biome-ignore lint/suspicious/noExplicitAny: what the compiler refuses is to be refused at run time too
      const reason = (where: any) => reasonOf(Author.objects.filter(where));
      expect(await reason({ nmae: "Ada" })).toBe('ObjectsAuthor has no field "nmae" | Did you mean "name"?');
      expect(await reason({ age: { gtt: 1 } })).toContain('ObjectsAuthor.age: there is no operator "gtt"');
      expect(await reason({ age: { constructor: 1 } })).toContain('there is no operator "constructor"');
      expect(await reason({ age: "x" })).toContain(
        "ObjectsAuthor.age: expected a bigint (or a safe integer)",
      );
      expect(await reason({ age: undefined })).toContain("ObjectsAuthor.age: the condition is undefined");
      expect(await reason({ age: { gte: undefined } })).toContain(
        "ObjectsAuthor.age.gte: the condition is undefined",
      );
      expect(await reason({ age: {} })).toContain("ObjectsAuthor.age: a condition without an operator");
      expect(await reason({ age: { gt: null } })).toContain("got null");
      expect(await reason({ age: { in: 5 } })).toContain("in and notIn take a list");
      expect(await reason({ age: { in: [undefined] } })).toContain("got undefined");
      expect(await reason({ age: { between: [1] } })).toContain("between takes a list of two values");
      expect(await reason({ age: { isNull: 1 } })).toContain("isNull takes true or false");
      expect(await reason({ age: { contains: "1" } })).toContain("contains does not apply to int columns");
      expect(await reason({ active: { gt: false } })).toContain("gt does not apply to boolean columns");
      expect(await reason({ $or: { age: 1 } })).toContain("$or takes a list of conditions");
      expect(await reason({ $not: null })).toContain("a condition is an object");
      expect(await reason(null)).toContain("a condition is an object");
      // @ts-expect-error JSON is not compared
      expect(await reasonOf(Everything.objects.filter({ json: { eq: 1 } }))).toContain(
        "eq does not apply to json",
      );
      expect(await Everything.objects.filter({ json: null }).count()).toBe(0);
    });
  });

  test("values with SQL in them stay values", async () => {
    await withTables(db, [Author], async () => {
      await createAuthors();
      const hostile = [
        `'; DROP TABLE "authors"; --`,
        `" OR 1=1 --`,
        "$1",
        "?1",
        "\\'; DELETE FROM authors; --",
        "/*",
        "') OR ('1'='1",
        "\u2028💥",
      ];
      for (const name of hostile) {
        expect(await Author.objects.filter({ name }).count()).toBe(0);
        expect(await Author.objects.filter({ name: { in: [name] }, bio: { contains: name } }).count()).toBe(
          0,
        );
        const row = await Author.objects.create({ name, email: name, bio: name });
        expect(row).toMatchObject({ name, email: name, bio: name });
        expect(
          await Author.objects
            .filter({ name, bio: { startsWith: name, endsWith: name } })
            .update({ bio: name }),
        ).toBe(1);
      }
      expect(await Author.objects.count()).toBe(4 + hostile.length);
      // @ts-expect-error names are checked against the model
      expect(await reasonOf(Author.objects.orderBy('name"; DROP TABLE authors; --'))).toContain(
        "has no field",
      );
    });
  });
});
