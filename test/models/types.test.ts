import { describe, expect, expectTypeOf, test } from "bun:test";
import { defineModel } from "../../src/models/define-model.ts";
import { fields } from "../../src/models/fields.ts";
import type { AnyModel, CreateOf, RowOf } from "../../src/models/model.ts";
import type { Json } from "../../src/schema/expression.ts";
import { sql } from "../../src/schema/sql.ts";

interface Settings {
  theme: "dark" | "light";
}

const User = defineModel("TypedUser", {
  id: fields.int({ pk: true }),
  name: fields.char({ maxLength: 100 }),
});

const Everything = defineModel("TypedEverything", {
  small: fields.smallInt(),
  int: fields.int(),
  big: fields.bigInt(),
  float: fields.float(),
  decimal: fields.decimal({ maxDigits: 5, decimalPlaces: 2 }),
  char: fields.char({ maxLength: 3 }),
  text: fields.text(),
  binary: fields.binary(),
  boolean: fields.boolean(),
  datetime: fields.datetime(),
  date: fields.date(),
  time: fields.time(),
  duration: fields.duration(),
  uuid: fields.uuid(),
  json: fields.json(),
  settings: fields.json<Settings>(),
  maybeSettings: fields.json<Settings>({ null: true }),
  defaultSettings: fields.json<Settings>({ default: { theme: "dark" } }),
  state: fields.enum({ values: ["draft", "published"] }),
  nullable: fields.text({ null: true }),
});

const Post = defineModel("TypedPost", {
  title: fields.char({ maxLength: 200 }),
  author: fields.foreignKey(() => User, { onDelete: "cascade" }),
  editor: fields.foreignKey(() => User, { null: true }),
  category: fields.foreignKey("Category", { null: true }),
  tags: fields.manyToMany("Tag"),
  views: fields.int({ default: 0 }),
  score: fields.int({ dbDefault: sql("0") }),
  token: fields.uuid({ default: () => crypto.randomUUID() }),
  createdAt: fields.datetime({ autoNowAdd: true }),
  updatedAt: fields.datetime({ autoNow: true }),
});

describe("rows", () => {
  test("each kind has its type, and a key is added where there is none", () => {
    expectTypeOf<RowOf<typeof Everything>>().toEqualTypeOf<{
      id: number;
      small: number;
      int: number;
      big: bigint;
      float: number;
      decimal: string;
      char: string;
      text: string;
      binary: Uint8Array;
      boolean: boolean;
      datetime: Date;
      date: string;
      time: string;
      duration: number;
      uuid: string;
      json: Json;
      settings: Settings;
      maybeSettings: Settings | null;
      defaultSettings: Settings;
      state: "draft" | "published";
      nullable: string | null;
    }>();
    expect(Object.keys(Everything.fields)[0]).toBe("id");
  });

  test("a relation is its key, a many-to-many field is absent", () => {
    expectTypeOf<RowOf<typeof Post>>().toEqualTypeOf<{
      id: number;
      title: string;
      authorId: number;
      editorId: number | null;
      categoryId: number | bigint | string | null;
      views: number;
      score: number;
      token: string;
      createdAt: Date;
      updatedAt: Date;
    }>();
    expectTypeOf<(typeof Post)["$inferRow"]>().toEqualTypeOf<RowOf<typeof Post>>();
    expectTypeOf<(typeof Post)["$inferCreate"]>().toEqualTypeOf<CreateOf<typeof Post>>();
  });

  test("the type of a key follows a chain of keys that are relations", () => {
    const Account = defineModel("ChainAccount", { number: fields.uuid({ pk: true }) });
    const Profile = defineModel("ChainProfile", { account: fields.oneToOne(() => Account, { pk: true }) });
    const Photo = defineModel("ChainPhoto", { profile: fields.foreignKey(() => Profile) });
    expectTypeOf<RowOf<typeof Photo>>().toEqualTypeOf<{ id: number; profileId: string }>();
    expectTypeOf<RowOf<typeof Profile>>().toEqualTypeOf<{ accountId: string }>();
    // A key that is a relation is never generated.
    // @ts-expect-error the account is missing
    const missing: CreateOf<typeof Profile> = {};
    expect(Object.keys(missing)).toEqual([]);
  });

  test("a thunk with a declared type serves where models refer to each other", () => {
    const Node = defineModel("TypedNode", {
      parent: fields.foreignKey((): AnyModel => Node, { null: true }),
    });
    const Leaf = defineModel("TypedLeaf", { parent: fields.foreignKey("TypedLeaf", { null: true }) });
    expectTypeOf<RowOf<typeof Node>["parentId"]>().toEqualTypeOf<number | bigint | string | null>();
    expectTypeOf<RowOf<typeof Leaf>["parentId"]>().toEqualTypeOf<number | bigint | string | null>();
    expect(Node.name).toBe("TypedNode");
  });

  test("fields of a base are shared by spreading", () => {
    const stamped = { createdAt: fields.datetime({ autoNowAdd: true }) };
    const One = defineModel("BasedOne", { ...stamped, name: fields.text() });
    const Two = defineModel("BasedTwo", { ...stamped });
    expectTypeOf<RowOf<typeof One>>().toEqualTypeOf<{ id: number; createdAt: Date; name: string }>();
    expectTypeOf<RowOf<typeof Two>>().toEqualTypeOf<{ id: number; createdAt: Date }>();
    expect(One.fields.createdAt).toBe(Two.fields.createdAt);
  });
});

describe("create", () => {
  const author = { id: 1, name: "Ada" };

  test("takes a relation by its key or by a row", () => {
    const values: CreateOf<typeof Post>[] = [
      { title: "a", authorId: 1 },
      { title: "a", author },
      {
        title: "a",
        author,
        editor: null,
        categoryId: 7n,
        views: 1,
        token: "x",
        createdAt: new Date(),
        id: 5,
      },
      { title: "a", authorId: 1, editor: author, category: { anything: 1 }, views: undefined },
    ];
    expect(values).toHaveLength(4);
  });

  test("objects are typed by the model", () => {
    const uses = [
      () => Post.objects.create({ title: "a", author }),
      () => Post.objects.create({ title: "a", authorId: 1 }),
      // @ts-expect-error the author is missing
      () => Post.objects.create({ title: "a" }),
      // @ts-expect-error an unknown name
      () => User.objects.create({ nam: "Ada" }),
      // @ts-expect-error the key has the wrong type
      () => Post.objects.create({ title: "a", authorId: "1" }),
    ];
    expect(uses).toHaveLength(5);
  });

  test("refuses what is missing, wrong or too much", () => {
    const values: CreateOf<typeof Post>[] = [
      // @ts-expect-error the author is missing
      { title: "a" },
      // @ts-expect-error the title is missing
      { authorId: 1 },
      // @ts-expect-error the key has the wrong type
      { title: "a", authorId: "1" },
      // @ts-expect-error the row is no user
      { title: "a", author: { id: 1 } },
      // @ts-expect-error both forms at once
      { title: "a", author, authorId: 1 },
      // @ts-expect-error an unknown name
      { title: "a", authorId: 1, titel: "b" },
      // @ts-expect-error a many-to-many field is not a column
      { title: "a", authorId: 1, tags: [] },
      // @ts-expect-error not nullable
      { title: null, authorId: 1 },
    ];
    expect(values).toHaveLength(8);
  });

  test("a composite key is given, also one of integers", () => {
    const Seat = defineModel("TypedSeat", {
      row: fields.int({ pk: true }),
      number: fields.int({ pk: true }),
    });
    expectTypeOf<CreateOf<typeof Seat>>().toEqualTypeOf<{ row: number; number: number }>();
    const Coded = defineModel("TypedCoded", { code: fields.text({ pk: true }) });
    expectTypeOf<CreateOf<typeof Coded>>().toEqualTypeOf<{ code: string }>();
    expect(Object.keys(Seat.fields)).toEqual(["row", "number"]);
    expect(Object.keys(Coded.fields)).toEqual(["code"]);
  });

  test("three required relations may mix both forms", () => {
    const Trip = defineModel("TypedTrip", {
      from: fields.foreignKey(() => User),
      to: fields.foreignKey(() => User),
      via: fields.foreignKey(() => User),
    });
    const good: CreateOf<typeof Trip>[] = [
      { fromId: 1, to: author, viaId: 2 },
      { from: author, to: author, via: author },
    ];
    // @ts-expect-error via is missing
    const bad: CreateOf<typeof Trip> = { fromId: 1, to: author };
    expect([...good, bad]).toHaveLength(3);
  });

  test("many required relations stay cheap: both forms are optional to the compiler", () => {
    const key = () => fields.foreignKey(() => User);
    const Fact = defineModel("TypedFact", {
      ...{ a: key(), b: key(), c: key(), d: key(), e: key(), f: key(), g: key(), h: key(), i: key() },
      ...{ j: key(), k: key(), l: key(), m: key(), n: key(), o: key(), p: key(), q: key(), r: key() },
      amount: fields.int(),
    });
    const value: CreateOf<typeof Fact> = { aId: 1, b: author, amount: 1 };
    // @ts-expect-error the amount is missing
    const bad: CreateOf<typeof Fact> = { aId: 1 };
    expect([value, bad]).toHaveLength(2);
  });
});

describe("options", () => {
  test("wrong options do not compile", () => {
    const wrong = [
      // @ts-expect-error maxLength is missing
      () => fields.char({}),
      // @ts-expect-error maxLength is missing
      () => fields.char(),
      // @ts-expect-error no such option
      () => fields.int({ pk: true, maxLength: 1 }),
      // @ts-expect-error no such option
      () => fields.int({ nul: true }),
      // @ts-expect-error the default has the wrong type
      () => fields.int({ default: "1" }),
      // @ts-expect-error the function returns the wrong type
      () => fields.int({ default: () => "1" }),
      // @ts-expect-error the digits are missing
      () => fields.decimal({ maxDigits: 5 }),
      // @ts-expect-error a date has no autoNow
      () => fields.date({ autoNow: true }),
      // @ts-expect-error the default is none of the values
      () => fields.enum({ values: ["a", "b"], default: "c" }),
      // @ts-expect-error no values
      () => fields.enum({ values: [] }),
      // @ts-expect-error a JSON value is no key
      () => fields.json({ pk: true }),
      // @ts-expect-error not of the type that was given
      () => fields.json<Settings>({ default: { theme: "pink" } }),
      // @ts-expect-error no such action
      () => fields.foreignKey("User", { onDelete: "explode" }),
      // @ts-expect-error no such option
      () => fields.manyToMany("Tag", { onDelete: "cascade" }),
    ];
    expect(wrong).toHaveLength(14);
  });

  test("right options compile", () => {
    const STATES = ["a", "b"] as const;
    const state = fields.enum({ values: STATES, default: "a", name: "state", null: true });
    expect(state.options.values).toEqual(STATES);
    expect(fields.enum({ values: ["a", "b"], default: () => "b", dbDefault: "a" }).kind).toBe("enum");
    expect(fields.datetime({ dbDefault: sql("now()"), index: true }).kind).toBe("datetime");
    expect(fields.bigInt({ default: 1n, dbDefault: 2n, unique: true }).kind).toBe("bigInt");
  });

  test("names of fields in the options of a model are checked", () => {
    const shape = {
      title: fields.text(),
      author: fields.foreignKey(() => User),
      tags: fields.manyToMany("Tag"),
    };
    const define = [
      () =>
        defineModel("TypedOptions", shape, {
          indexes: [["title", "author"], { fields: ["authorId", "id"] }],
        }),
      () => defineModel("TypedOptions", shape, { ordering: ["-title", "author", "-id"] }),
      () => defineModel("TypedOptions", shape, { uniqueTogether: [["title", "author"]] }),
      () => defineModel("TypedOptions", shape, { constraints: [{ unique: ["title"] }, { check: "true" }] }),
    ];
    for (const each of define) expect(each).not.toThrow();
    const wrong = [
      // @ts-expect-error no such field
      () => defineModel("TypedWrong", shape, { indexes: [["titel"]] }),
      // @ts-expect-error a many-to-many field has no column
      () => defineModel("TypedWrong", shape, { indexes: [["tags"]] }),
      // @ts-expect-error no such field
      () => defineModel("TypedWrong", shape, { ordering: ["-titel"] }),
      // @ts-expect-error no such field
      () => defineModel("TypedWrong", shape, { uniqueTogether: [["titel"]] }),
      // @ts-expect-error no such field
      () => defineModel("TypedWrong", shape, { constraints: [{ unique: ["titel"] }] }),
      // @ts-expect-error no such option
      () => defineModel("TypedWrong", shape, { tabel: "x" }),
    ];
    for (const each of wrong) expect(each).toThrow("TypedWrong");
  });
});
