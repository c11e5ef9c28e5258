import { describe, expect, test } from "bun:test";
import { ModelError } from "../../src/errors.ts";
import { defineModel } from "../../src/models/define-model.ts";
import { fields } from "../../src/models/fields.ts";
import type { AnyModel } from "../../src/models/model.ts";
import { schemaFromModels } from "../../src/models/to-schema.ts";
import { sql } from "../../src/schema/sql.ts";

function errorOf(...models: readonly AnyModel[]): ModelError {
  try {
    schemaFromModels(models);
  } catch (error) {
    if (error instanceof ModelError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

const User = defineModel("User", { name: fields.text() });
/** A thunk whose type the compiler is not to know. */
const giving = (value: unknown) => () => value as AnyModel;

describe("relations", () => {
  test("an unknown target, with the name that was meant", () => {
    const error = errorOf(User, defineModel("Post", { author: fields.foreignKey("Usr") }));
    expect(error.message).toBe('Post.author: there is no model "Usr"');
    expect(error.hint).toStartWith('Did you mean "User"?');
  });

  test("an unknown target of a many-to-many field and of its through", () => {
    expect(errorOf(defineModel("Post", { tags: fields.manyToMany("Tag") })).message).toBe(
      'Post.tags: there is no model "Tag"',
    );
    const through = defineModel("Post", { users: fields.manyToMany("User", { through: "Role" }) });
    expect(errorOf(User, through).message).toBe('Post.users: there is no model "Role"');
  });

  test("a target that is defined, but not among the models", () => {
    const error = errorOf(defineModel("Post", { author: fields.foreignKey(() => User) }));
    expect(error.message).toBe("Post.author: the model User is not among the models");
    expect(error.hint).toContain("Export User");
  });

  test("a function that returns no model or fails", () => {
    const empty = defineModel("Post", { author: fields.foreignKey(giving(undefined)) });
    expect(errorOf(empty).message).toContain(
      "Post.author: the function that gives the target does not return a model",
    );
    const failing = (): AnyModel => {
      throw new ReferenceError("Cannot access 'User' before initialization.");
    };
    expect(errorOf(defineModel("Post", { author: fields.foreignKey(failing) })).message).toContain(
      "before initialization",
    );
    const missing = defineModel("Post", { author: fields.foreignKey(undefined as unknown as string) });
    expect(errorOf(missing).message).toBe("Post.author: the target is missing");
  });

  test("a target with a composite key", () => {
    const Seat = defineModel("Seat", { row: fields.int({ pk: true }), number: fields.int({ pk: true }) });
    const Ticket = defineModel("Ticket", { seat: fields.foreignKey(() => Seat) });
    expect(errorOf(Seat, Ticket).message).toContain(
      "Ticket.seat: the model Seat has a primary key of several fields",
    );
    const Guest = defineModel("Guest", { seats: fields.manyToMany(() => Seat) });
    expect(errorOf(Seat, Guest).message).toContain("Guest.seats: the model Seat");
    const Owner = defineModel("Seat", {
      row: fields.int({ pk: true }),
      number: fields.int({ pk: true }),
      users: fields.manyToMany("User"),
    });
    expect(errorOf(User, Owner).message).toContain("Seat.users: the model Seat");
  });

  test("keys that refer to each other in a circle", () => {
    const A = defineModel("KeyA", { b: fields.oneToOne("KeyB", { pk: true }) });
    const B = defineModel("KeyB", { a: fields.oneToOne("KeyA", { pk: true }) });
    expect(errorOf(A, B).message).toContain("KeyB -> KeyA -> KeyB");
    const Self = defineModel("KeySelf", { self: fields.oneToOne("KeySelf", { pk: true }) });
    expect(errorOf(Self).message).toContain("KeySelf.self: the primary keys refer to each other in a circle");
  });

  test("a through model without the foreign keys", () => {
    const Role = defineModel("Role", { user: fields.foreignKey("User") });
    const Group = defineModel("Group", { users: fields.manyToMany("User", { through: "Role" }) });
    const error = errorOf(User, Role, Group);
    expect(error.message).toBe("Group.users: the model Role in through has 0 foreign keys to Group, not 1");
    expect(error.hint).toContain('fields.foreignKey("Group")');
    const Edge = defineModel("Edge", { from: fields.foreignKey("Vertex") });
    const Vertex = defineModel("Vertex", { next: fields.manyToMany("Vertex", { through: "Edge" }) });
    expect(errorOf(Edge, Vertex).message).toContain("has 1 foreign keys to Vertex, not 2");
  });

  test("a relatedName that is taken", () => {
    const Post = defineModel("Post", {
      author: fields.foreignKey("User", { relatedName: "posts" }),
      editor: fields.foreignKey("User", { relatedName: "posts" }),
    });
    expect(errorOf(User, Post).message).toBe(
      'Post.editor: the relatedName "posts" is taken in User by Post.author',
    );
    const Other = defineModel("Post", { author: fields.foreignKey("User", { relatedName: "name" }) });
    expect(errorOf(User, Other).message).toContain('"name" is taken in User by the field name');
  });
});

describe("names in the database", () => {
  test("two models of one name", () => {
    const first = defineModel("Twin", { a: fields.text() }, { table: "first" });
    const second = defineModel("Twin", { a: fields.text() }, { table: "second" });
    expect(errorOf(first, second).message).toBe("two models have the name Twin");
  });

  test("two models on one table", () => {
    const error = errorOf(User, defineModel("Person", { a: fields.text() }, { table: "user" }));
    expect(error.message).toContain('model Person: the table "user" and the table "user" of model User');
    expect(error.hint).toContain("the option table");
  });

  test("two tables that differ only in case", () => {
    const error = errorOf(User, defineModel("Person", { a: fields.text() }, { table: "USER" }));
    expect(error.message).toContain('"USER" and "user" differ only in case');
  });

  test("a join table that is taken by a model", () => {
    const Post = defineModel("Post", { users: fields.manyToMany("User") });
    const Taken = defineModel("PostUsers", { a: fields.text() });
    expect(errorOf(User, Taken, Post).message).toContain('Post.users: the table "post_users"');
  });

  test("both columns of a join table", () => {
    const One = defineModel(
      "HTTPServer",
      { others: fields.manyToMany("HttpServer", { table: "joined" }) },
      { table: "one" },
    );
    const Two = defineModel("HttpServer", { a: fields.text() }, { table: "two" });
    expect(errorOf(One, Two).message).toContain(
      'HTTPServer.others: both columns of the join table would be "http_server_id"',
    );
  });

  test("indexes of two tables whose derived names are one", () => {
    const A = defineModel("A", { bC: fields.text({ index: true }) });
    const AB = defineModel("AB", { c: fields.text({ index: true }) }, { table: "a_b" });
    expect(errorOf(A, AB).message).toBe(
      'model AB: the index on c and the index on b_c of model A would both be named "a_b_c_idx"',
    );
  });

  test("a unique constraint, a primary key and an index with the name of something else", () => {
    const shape = { a: fields.text(), b: fields.text() };
    const index = defineModel("Named", shape, { indexes: [{ fields: ["a"], name: "user" }] });
    expect(errorOf(User, index).message).toContain('would both be named "user"');
    const key = defineModel("Named", shape, { indexes: [{ fields: ["a"], name: "user_pkey" }] });
    expect(errorOf(User, key).message).toContain("the primary key on id of model User");
    const unique = defineModel("Named", shape, { constraints: [{ unique: ["a"], name: "USER" }] });
    expect(errorOf(User, unique).message).toContain("differ only in case");
    const check = defineModel("Named", shape, {
      constraints: [
        { check: "true", name: "c" },
        { unique: ["a"], name: "c" },
      ],
    });
    expect(errorOf(check).message).toContain('would both be named "c"');
  });

  test("the same thing twice", () => {
    const shape = { a: fields.text({ unique: true, dbColumn: "x" }), b: fields.text({ index: true }) };
    expect(errorOf(defineModel("Doubled", shape, { uniqueTogether: [["a"]] })).message).toBe(
      "model Doubled: the unique constraint on x is declared twice",
    );
    expect(errorOf(defineModel("Doubled", shape, { indexes: [["b"]] })).message).toBe(
      "model Doubled: the index on b is declared twice",
    );
    expect(
      errorOf(defineModel("Doubled", shape, { constraints: [{ check: "x" }, { check: "x" }] })).message,
    ).toContain("model Doubled: the check is declared twice");
  });

  test("checks of two tables may have one name", () => {
    const one = defineModel(
      "CheckOne",
      { a: fields.int() },
      { constraints: [{ check: "a > 0", name: "positive" }] },
    );
    const two = defineModel(
      "CheckTwo",
      { a: fields.int() },
      { constraints: [{ check: "a > 0", name: "positive" }] },
    );
    expect(schemaFromModels([one, two]).tables.size).toBe(2);
  });
});

describe("enums", () => {
  test("one name with other values or another order", () => {
    const one = defineModel("One", { e: fields.enum({ values: ["a", "b"], name: "e" }) });
    const two = defineModel("Two", { e: fields.enum({ values: ["b", "a"], name: "e" }) });
    expect(errorOf(one, two).message).toBe('Two.e: the enum "e" has other values than in One.e');
  });

  test("the name of a table", () => {
    const clash = defineModel("Clash", { e: fields.enum({ values: ["a"], name: "user" }) });
    expect(errorOf(User, clash).message).toContain(
      'Clash.e: the enum "user" and the table "user" of model User',
    );
  });
});

describe("defaults", () => {
  const cases: [title: string, model: AnyModel, message: string][] = [
    [
      "of the application",
      defineModel("D", { a: fields.int({ default: 1.5 }) }),
      "D.a: the default 1.5 must be a whole number",
    ],
    [
      "of the database",
      defineModel("D", { a: fields.int({ dbDefault: 2 ** 31 }) }),
      "D.a: the dbDefault 2147483648 must be",
    ],
    [
      "too long",
      defineModel("D", { a: fields.char({ maxLength: 1, default: "ab" }) }),
      'D.a: the default "ab" must be text of at most 1',
    ],
    [
      "a key of the wrong type",
      defineModel("D", { a: fields.foreignKey("User", { default: "x" }) }),
      'D.a: the default "x" must be',
    ],
    [
      "a key out of range",
      defineModel("D", { a: fields.foreignKey("User", { dbDefault: 1n }) }),
      "D.a: the dbDefault 1n must be",
    ],
    [
      "null",
      defineModel("D", { a: fields.json({ null: true, dbDefault: null }) }),
      "D.a: the dbDefault null must be",
    ],
    [
      "an invalid date",
      defineModel("D", { a: fields.datetime({ default: new Date("x") }) }),
      "D.a: the default Invalid Date must be",
    ],
    [
      "an object",
      defineModel("D", { a: fields.json({ default: { a: Number.NaN } }) }),
      "D.a: the default (an object) must be",
    ],
  ];
  test.each(cases)("%s", (_title, model, message) => {
    expect(errorOf(User, model).message).toContain(message);
  });

  test("text where SQL was meant", () => {
    const error = errorOf(defineModel("D", { a: fields.date({ dbDefault: "CURRENT_DATE" }) }));
    expect(error.hint).toBe('An SQL expression is written as sql("...").');
    expect(
      schemaFromModels([defineModel("D", { a: fields.date({ dbDefault: sql("CURRENT_DATE") }) })]).tables
        .size,
    ).toBe(1);
  });
});
