import { describe, expect, test } from "bun:test";
import { ModelError } from "../../src/errors.ts";
import { defineModel } from "../../src/models/define-model.ts";
import type { Fields } from "../../src/models/field.ts";
import { fields } from "../../src/models/fields.ts";
import { isModel } from "../../src/models/model.ts";
import type { ModelOptions } from "../../src/models/model-options.ts";
import { findModel, keepingRegistered, registeredModels } from "../../src/models/registry.ts";
import { EXPRESSION_HINT, isSql, sql } from "../../src/schema/sql.ts";

/** What a program without a type checker could pass: the types would refuse it. */
const loose = defineModel as (name: unknown, fields: unknown, options?: unknown) => unknown;
const untyped = fields as unknown as Record<string, (...args: unknown[]) => Fields[string]>;
const field = (kind: string, ...args: unknown[]) => untyped[kind]?.(...args);

function errorOf(run: () => unknown): ModelError {
  try {
    run();
  } catch (error) {
    if (error instanceof ModelError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

describe("a model", () => {
  test("carries its name, fields and options, and is known by its brand", () => {
    const User = defineModel("DefUser", { name: fields.text() }, { table: "people" });
    expect(User.name).toBe("DefUser");
    expect(Object.keys(User.fields)).toEqual(["id", "name"]);
    expect(User.fields.id.options).toEqual({ pk: true });
    expect(User.options).toEqual({ table: "people" });
    expect(User.objects).toBeDefined();
    expect(isModel(User)).toBe(true);
    expect(isModel({ name: "DefUser" })).toBe(false);
    expect(isModel(null)).toBe(false);
  });

  test("does not change when what it was made from is changed", () => {
    const shape: Record<string, Fields[string]> = { name: fields.text() };
    const indexes: string[][] = [["name"]];
    const Thing = defineModel("DefThing", shape, { indexes });
    shape.other = fields.text();
    indexes[0]?.push("other");
    expect(Object.keys(Thing.fields)).toEqual(["id", "name"]);
    expect(Thing.options.indexes).toEqual([["name"]]);
    expect(() => Object.assign(Thing.fields, { x: 1 })).toThrow(TypeError);
  });

  test("is found by name, the latest definition first", () => {
    const first = defineModel("DefTwice", { a: fields.text() });
    const second = defineModel("DefTwice", { b: fields.text() });
    expect(findModel("DefTwice") as unknown).toBe(second);
    expect(registeredModels().includes(first)).toBe(false);
  });

  test("keeps its name while other modules are loaded that define one of that name", async () => {
    const own = defineModel("DefKept", { a: fields.text() });
    await keepingRegistered(async () => {
      const other = defineModel("DefKept", { b: fields.text() });
      expect(findModel("DefKept") as unknown).toBe(other);
      defineModel("DefOther", { c: fields.text() });
    });
    expect(findModel("DefKept") as unknown).toBe(own);
    expect(findModel("DefOther")).toBeDefined();
  });

  test("is known to every copy of the package in the process", async () => {
    const specifier = "../../src/models/registry.ts?another-copy";
    const copy: typeof import("../../src/models/registry.ts") = await import(specifier);
    expect(copy.findModel).not.toBe(findModel);
    const Shared = defineModel("DefShared", { a: fields.text() });
    expect(copy.findModel("DefShared") as unknown).toBe(Shared);
  });

  test("a declaration that is refused is not known", () => {
    expect(() => defineModel("DefRefused", { a: fields.char({ maxLength: 0 }) })).toThrow(ModelError);
    expect(findModel("DefRefused")).toBeUndefined();
  });
});

const BAD_FIELDS: [field: unknown, message: string][] = [
  [field("char", {}), "a char field needs maxLength"],
  [field("char"), "a char field needs maxLength"],
  [field("char", { maxLength: 0 }), "maxLength must be a whole number"],
  [field("char", { maxLength: 1.5 }), "maxLength must be a whole number"],
  [field("char", { maxLength: "9" }), "maxLength must be a whole number"],
  [field("char", { maxLength: 20_000_000 }), "maxLength must be a whole number"],
  [field("decimal", { maxDigits: 5 }), "needs maxDigits and decimalPlaces"],
  [field("decimal", { maxDigits: 0, decimalPlaces: 0 }), "maxDigits must be a whole number"],
  [field("decimal", { maxDigits: 2, decimalPlaces: 3 }), "from 0 to maxDigits (2)"],
  [field("decimal", { maxDigits: 2, decimalPlaces: -1 }), "from 0 to maxDigits (2)"],
  [field("enum", { values: [] }), "at least one value"],
  [field("enum", {}), "at least one value"],
  [field("enum", { values: ["a", "a"] }), '"a" is given twice'],
  [field("enum", { values: ["a", 1] }), "1 is not text"],
  [field("enum", { values: [""] }), '"" is not text'],
  [field("enum", { values: ["ä".repeat(32)] }), "1 to 63 bytes"],
  [field("enum", { values: ["a"], name: "" }), "name must be a name for the database, but it is empty"],
  [field("int", { pk: true, null: true }), "a primary key cannot be null"],
  [field("int", { nul: true }), 'fields.int() has no option "nul"'],
  [field("int", { maxLength: 3 }), 'no option "maxLength"'],
  [field("json", { pk: true }), 'no option "pk"'],
  [field("int", { null: "yes" }), "null must be true or false"],
  [field("text", { dbColumn: "" }), "dbColumn must be a name for the database, but it is empty"],
  [field("text", { dbColumn: "a\0b" }), "contains a NUL"],
  [field("text", { description: "a\0b" }), "description must be text"],
  [field("text", { description: 7 }), "description must be text"],
  [field("datetime", { autoNow: true, autoNowAdd: true }), "autoNow and autoNowAdd exclude each other"],
  [field("datetime", { autoNow: true, default: new Date() }), "autoNow and default exclude each other"],
  [field("foreignKey", "User", { onDelete: "setNull" }), "onDelete is setNull, but the column is NOT NULL"],
  [field("foreignKey", "User", { onUpdate: "setNull" }), "onUpdate is setNull, but the column is NOT NULL"],
  [
    field("foreignKey", "User", { onDelete: "setDefault" }),
    "onDelete is setDefault, but the column has no default",
  ],
  [field("foreignKey", "User", { onDelete: "cascde" }), 'onDelete is "cascde"'],
  [field("foreignKey", "User", { relatedName: "my posts" }), "relatedName must be an identifier"],
  [field("manyToMany", "Tag", { through: "A", table: "b" }), "through and table exclude each other"],
  [field("manyToMany", "Tag", { table: "" }), "table must be a name for the database"],
  [fields.text, "is not a field"],
  ["text", "is not a field"],
];

describe("a wrong field is refused, and the message names the model and the field", () => {
  test.each(BAD_FIELDS)("%j", (bad, message) => {
    const error = errorOf(() => loose("Bad", { id: fields.int({ pk: true }), broken: bad }));
    expect(error.message).toContain("Bad.broken: ");
    expect(error.message).toContain(message);
  });

  test("an unknown option suggests the one that was meant", () => {
    expect(errorOf(() => loose("Bad", { a: field("char", { maxlength: 3 }) })).hint).toBe(
      'Did you mean "maxLength"?',
    );
    expect(errorOf(() => loose("Bad", { a: fields.text }, {})).hint).toContain("Call the builder");
  });
});

const BAD_MODELS: [title: string, fields: unknown, message: string][] = [
  ["a field without a name", { "": fields.text() }, 'the field\'s name "" is not an identifier'],
  ["a field with a strange name", { "a b": fields.text() }, '"a b" is not an identifier'],
  ["a reserved name", { constructor: fields.text() }, "Bad.constructor: the name is reserved"],
  ["a prototype", Object.fromEntries([["__proto__", fields.text()]]), "Bad.__proto__: the name is reserved"],
  ["two fields on one column", { a: fields.text(), b: fields.text({ dbColumn: "a" }) }, "Bad.b: the column"],
  ["two columns by derivation", { userId: fields.int(), user_id: fields.int() }, 'column "user_id" is also'],
  [
    "columns that differ in case",
    { a: fields.text(), b: fields.text({ dbColumn: "A" }) },
    "differs only in case",
  ],
  [
    "a relation and its key",
    { a: fields.foreignKey("X"), aId: fields.int() },
    'Bad.aId: rows would have "aId" twice',
  ],
  ["a system column", { xmin: fields.int() }, "Bad.xmin: every table on PostgreSQL"],
  ["id without pk", { id: fields.int() }, "Bad.id: no field is marked pk"],
  ["the column id without pk", { key: fields.int({ dbColumn: "ID" }) }, "Bad.key: no field is marked pk"],
  ["no object", [fields.text()], "model Bad: the fields are not an object"],
  ["nothing", null, "model Bad: the fields are not an object"],
];

describe("a wrong set of fields is refused", () => {
  test.each(BAD_MODELS)("%s", (_title, shape, message) => {
    expect(errorOf(() => loose("Bad", shape)).message).toContain(message);
  });

  test.each(["", "1a", "a b", "a.b", 7, undefined])("the model name %p", (name) => {
    const error = errorOf(() => loose(name, { a: fields.text() }));
    expect(error.message).toContain("is not an identifier");
  });
});

const BAD_OPTIONS: [options: unknown, message: string][] = [
  [null, "the options must be an object"],
  [{ tabel: "x" }, 'there is no "tabel"'],
  [{ table: "" }, "the option table is empty"],
  [{ table: "a\0" }, "the option table contains a NUL"],
  [{ table: "sqlite_x" }, "reserved for SQLite"],
  [{ table: "orm_migrations" }, "reserved for the record of migrations"],
  [{ description: 7 }, "the description is not text"],
  [{ indexes: "title" }, "indexes must be a list"],
  [{ indexes: ["title"] }, "an index must be an object"],
  [{ indexes: [[]] }, "an index needs a list of fields"],
  [{ indexes: [["titel"]] }, 'an index names the field "titel", which the model does not have'],
  [{ indexes: [["tags"]] }, 'an index names the field "tags"'],
  [{ indexes: [["title", "title"]] }, "an index names the field title twice"],
  [{ indexes: [["author", "authorId"]] }, "an index names the field authorId twice"],
  [{ indexes: [{ fields: ["title"], name: "" }] }, "the name of an index is empty"],
  [{ indexes: [{ fields: ["title"], unique: 1 }] }, "unique of an index is not a boolean"],
  [{ indexes: [{ columns: ["title"] }] }, 'an index: there is no "columns"'],
  [{ uniqueTogether: ["title"] }, "uniqueTogether needs a list of fields"],
  [{ uniqueTogether: [["titel"]] }, 'uniqueTogether names the field "titel"'],
  [{ constraints: [{ unique: ["titel"] }] }, 'a unique constraint names the field "titel"'],
  [{ constraints: [{ unique: ["title"], name: "a\0" }] }, "the name of a constraint contains a NUL"],
  [{ constraints: [{ check: "" }] }, "a check constraint: the expression is empty"],
  [{ constraints: [{ check: "a\0" }] }, "a check constraint: the expression contains a NUL"],
  [
    { constraints: [{ check: { sqlite: "true" } }] },
    "a check constraint: the expression has no text for postgres",
  ],
  [{ constraints: [{}] }, "a unique constraint needs a list"],
  [{ constraints: ["x > 0"] }, "a constraint must be an object"],
  [{ ordering: ["-titel"] }, 'ordering names the field "titel"'],
  [{ ordering: [7] }, "ordering is a list of names"],
];

describe("wrong options of a model are refused", () => {
  const shape = { title: fields.text(), author: fields.foreignKey("X"), tags: fields.manyToMany("Y") };
  test.each(BAD_OPTIONS)("%j", (options, message) => {
    const error = errorOf(() => loose("Bad", shape, options));
    expect(error.message).toContain("model Bad: ");
    expect(error.message).toContain(message);
  });

  test("the nearest field is suggested", () => {
    const options: ModelOptions = { indexes: [["titel"]] };
    expect(errorOf(() => loose("Bad", shape, options)).hint).toBe('Did you mean "title"?');
  });
});

describe("sql()", () => {
  test("keeps one text or one for each database", () => {
    expect(sql("now()").expression).toBe("now()");
    expect(sql({ postgres: "now()", sqlite: "1" }).expression).toEqual({ postgres: "now()", sqlite: "1" });
    expect(isSql(sql("1"))).toBe(true);
    expect(isSql({ expression: "1" })).toBe(false);
  });

  test.each([
    "",
    " ",
    "a\0",
    7,
    null,
    { postgres: "1" },
    { postgres: "1", sqlite: "" },
    { postgres: "1", sqlite: "1", x: "" },
  ])("refuses %j", (expression) => {
    const error = errorOf(() => (sql as (text: unknown) => unknown)(expression));
    expect(error.message).toStartWith("sql(): ");
    expect(error.hint).toBe(EXPRESSION_HINT);
  });
});
