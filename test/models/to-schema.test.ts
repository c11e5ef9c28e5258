import { describe, expect, test } from "bun:test";
import { ModelError } from "../../src/errors.ts";
import { defineModel } from "../../src/models/define-model.ts";
import { fields } from "../../src/models/fields.ts";
import type { AnyModel } from "../../src/models/model.ts";
import { schemaFromModels } from "../../src/models/to-schema.ts";
import { compareSchemas } from "../../src/schema/compare.ts";
import { sql } from "../../src/schema/sql.ts";
import type { Column, Table } from "../../src/schema/table.ts";

function tableOf(models: AnyModel | readonly AnyModel[], name: string): Table {
  const table = schemaFromModels("name" in models ? [models] : models).tables.get(name);
  if (table === undefined) throw new Error(`no table ${name}`);
  return table;
}

function columnOf(table: Table, name: string): Column | undefined {
  return table.columns.find((column) => column.name === name);
}

describe("tables and columns", () => {
  test("a whole model", () => {
    const User = defineModel("User", { name: fields.char({ maxLength: 50, unique: true }) });
    const Post = defineModel(
      "BlogPost",
      {
        title: fields.char({ maxLength: 200, index: true, description: "shown in lists" }),
        author: fields.foreignKey("User", { onDelete: "cascade" }),
        createdAt: fields.datetime({ autoNowAdd: true }),
        rating: fields.decimal({ maxDigits: 3, decimalPlaces: 1, null: true, dbDefault: "5" }),
      },
      {
        indexes: [["author", "createdAt"], { fields: ["createdAt"], name: "recent", unique: true }],
        uniqueTogether: [["author", "title"]],
        constraints: [{ check: "rating >= 0", name: "rating_positive" }],
        description: "posts of users",
      },
    );
    expect(tableOf([User, Post], "blog_post")).toEqual({
      name: "blog_post",
      columns: [
        { name: "id", type: { kind: "int" }, nullable: false, autoIncrement: true },
        { name: "title", type: { kind: "char", maxLength: 200 }, nullable: false, comment: "shown in lists" },
        { name: "author_id", type: { kind: "int" }, nullable: false },
        { name: "created_at", type: { kind: "datetime" }, nullable: false },
        {
          name: "rating",
          type: { kind: "decimal", maxDigits: 3, decimalPlaces: 1 },
          nullable: true,
          default: { value: "5.0" },
        },
      ],
      primaryKey: ["id"],
      foreignKeys: [
        {
          kind: "foreignKey",
          columns: ["author_id"],
          references: { table: "user", columns: ["id"] },
          onDelete: "cascade",
          onUpdate: "noAction",
        },
      ],
      uniques: [{ kind: "unique", columns: ["author_id", "title"] }],
      checks: [{ kind: "check", name: "rating_positive", expression: "rating >= 0" }],
      indexes: [
        { columns: ["title"], unique: false },
        { columns: ["author_id", "created_at"], unique: false },
        { name: "recent", columns: ["created_at"], unique: true },
      ],
      comment: "posts of users",
    });
    expect(tableOf([User, Post], "user").uniques).toEqual([{ kind: "unique", columns: ["name"] }]);
  });

  test("every kind of column", () => {
    const kinds = {
      a: fields.smallInt(),
      b: fields.int(),
      c: fields.bigInt(),
      d: fields.float(),
      e: fields.text(),
      f: fields.binary(),
      g: fields.boolean(),
      h: fields.datetime(),
      i: fields.date(),
      j: fields.time(),
      k: fields.duration(),
      l: fields.uuid(),
      m: fields.json(),
    };
    const table = tableOf(defineModel("Kinds", kinds), "kinds");
    for (const [name, field] of Object.entries(kinds)) {
      expect(columnOf(table, name)).toEqual({ name, type: { kind: field.kind }, nullable: false });
    }
  });

  test("names that the user chose, also strange ones, are kept", () => {
    const strange = 'drop table "x"; -- ü';
    const table = tableOf(
      defineModel(
        "Strange",
        { select: fields.text(), odd: fields.text({ dbColumn: strange }) },
        { table: strange },
      ),
      strange,
    );
    expect(table.columns.map((column) => column.name)).toEqual(["id", "select", strange]);
  });

  test("names that are too long are shortened the same way everywhere", () => {
    const long = "x".repeat(100);
    const Target = defineModel(
      "LongTarget",
      { key: fields.uuid({ pk: true, dbColumn: long }) },
      { table: long },
    );
    const Source = defineModel(
      "LongSource",
      { target: fields.foreignKey("LongTarget"), state: fields.enum({ values: ["a"], name: `e${long}` }) },
      {
        indexes: [{ fields: ["target"], name: `i${long}` }],
        constraints: [{ check: "true", name: `c${long}` }],
      },
    );
    const schema = schemaFromModels([Target, Source]);
    const source = schema.tables.get("long_source");
    const reference = source?.foreignKeys[0]?.references;
    const target = schema.tables.get(reference?.table ?? "");
    expect(target?.primaryKey).toEqual([...(reference?.columns ?? [])]);
    const names = [target?.name, target?.primaryKey[0], source?.indexes[0]?.name, source?.checks[0]?.name];
    for (const name of [...names, ...schema.enums.keys()]) expect(Buffer.byteLength(name ?? "")).toBe(63);
  });

  test("a name that is the derived one is left out, so that both ways to write it are equal", () => {
    const shape = { a: fields.text(), b: fields.text() };
    const derived = defineModel("Same", shape, {
      indexes: [["a"], { fields: ["b"], unique: true }],
      uniqueTogether: [["a", "b"]],
    });
    const explicit = defineModel("Same", shape, {
      indexes: [
        { fields: ["a"], name: "same_a_idx" },
        { fields: ["b"], unique: true, name: "same_b_uniq" },
      ],
      constraints: [{ unique: ["a", "b"], name: "same_a_b_key" }],
    });
    expect(tableOf(derived, "same")).toEqual(tableOf(explicit, "same"));
    expect(tableOf(explicit, "same").indexes[0]).toEqual({ columns: ["a"], unique: false });
  });
});

describe("keys", () => {
  test.each([
    ["smallInt", fields.smallInt({ pk: true })],
    ["int", fields.int({ pk: true })],
    ["bigInt", fields.bigInt({ pk: true })],
  ])("a single %s key counts by itself", (_kind, id) => {
    const table = tableOf(defineModel("Counted", { id }), "counted");
    expect(columnOf(table, "id")?.autoIncrement).toBe(true);
  });

  test("a key with a default, a text key and a key that is a relation do not", () => {
    const Given = defineModel("Given", { id: fields.int({ pk: true, default: () => 7 }) });
    const Database = defineModel("Database", { id: fields.int({ pk: true, dbDefault: sql("7") }) });
    const Text = defineModel("Text", { id: fields.text({ pk: true }) });
    const Child = defineModel("Child", { given: fields.oneToOne("Given", { pk: true }) });
    for (const table of schemaFromModels([Given, Database, Text, Child]).tables.values()) {
      for (const column of table.columns) expect(column.autoIncrement).toBeUndefined();
    }
  });

  test("several fields make a composite key in their order, relations included", () => {
    const Room = defineModel("Room", { id: fields.int({ pk: true }) });
    const Seat = defineModel("Seat", {
      number: fields.int({ pk: true }),
      colour: fields.text(),
      room: fields.foreignKey(() => Room, { pk: true }),
    });
    const table = tableOf([Room, Seat], "seat");
    expect(table.primaryKey).toEqual(["number", "room_id"]);
    expect(columnOf(table, "number")?.autoIncrement).toBeUndefined();
  });

  test("a key is not made unique or indexed a second time", () => {
    const Base = defineModel("Base", { id: fields.int({ pk: true, unique: true, index: true }) });
    const Part = defineModel("Part", { base: fields.oneToOne("Base", { pk: true, index: true }) });
    for (const table of schemaFromModels([Base, Part]).tables.values()) {
      expect([...table.uniques, ...table.indexes]).toEqual([]);
    }
  });

  test("one column of a composite key may be unique and indexed", () => {
    const shape = { a: fields.int({ pk: true, unique: true }), b: fields.int({ pk: true, index: true }) };
    const table = tableOf(defineModel("Both", shape), "both");
    expect(table.uniques).toEqual([{ kind: "unique", columns: ["a"] }]);
    expect(table.indexes).toEqual([{ columns: ["b"], unique: false }]);
  });
});

describe("relations", () => {
  test("names resolve in any order, in circles and to the model itself", () => {
    const A = defineModel("CircleA", { b: fields.foreignKey("CircleB", { null: true }) });
    const B = defineModel("CircleB", {
      a: fields.foreignKey("CircleA"),
      self: fields.foreignKey("CircleB", { null: true }),
    });
    const tables = schemaFromModels([A, B]).tables;
    expect(tables.get("circle_a")?.foreignKeys[0]?.references).toEqual({
      table: "circle_b",
      columns: ["id"],
    });
    expect(tables.get("circle_b")?.foreignKeys.map((key) => key.references.table)).toEqual([
      "circle_a",
      "circle_b",
    ]);
  });

  test("the column has the type of the key at the end of a chain, without its default", () => {
    const Root = defineModel("Root", {
      code: fields.char({ maxLength: 3, pk: true, dbDefault: "abc", dbColumn: "c" }),
    });
    const Middle = defineModel("Middle", { root: fields.oneToOne(() => Root, { pk: true }) });
    const Leaf = defineModel("Leaf", { middle: fields.foreignKey(() => Middle) });
    const table = tableOf([Leaf, Middle, Root], "leaf");
    expect(columnOf(table, "middle_id")).toEqual({
      name: "middle_id",
      type: { kind: "char", maxLength: 3 },
      nullable: false,
    });
    expect(table.foreignKeys[0]?.references).toEqual({ table: "middle", columns: ["root_id"] });
    expect(tableOf([Leaf, Middle, Root], "middle").foreignKeys[0]?.references).toEqual({
      table: "root",
      columns: ["c"],
    });
  });

  test("a foreign key has no index unless asked, a one-to-one is unique", () => {
    const Person = defineModel("Person", { id: fields.int({ pk: true }) });
    const Card = defineModel("Card", {
      plain: fields.foreignKey("Person"),
      indexed: fields.foreignKey("Person", { index: true }),
      unique: fields.foreignKey("Person", { unique: true, index: true }),
      only: fields.oneToOne("Person", { onDelete: "restrict", onUpdate: "cascade" }),
    });
    const table = tableOf([Person, Card], "card");
    expect(table.indexes).toEqual([{ columns: ["indexed_id"], unique: false }]);
    expect(table.uniques.map((unique) => unique.columns)).toEqual([["unique_id"], ["only_id"]]);
    expect(table.foreignKeys[3]).toMatchObject({
      columns: ["only_id"],
      onDelete: "restrict",
      onUpdate: "cascade",
    });
  });

  test("a key that is an enum keeps its values for the default of a reference", () => {
    const Level = defineModel("Level", { name: fields.enum({ values: ["low", "high"], pk: true }) });
    const Alarm = defineModel("Alarm", {
      level: fields.foreignKey("Level", { dbDefault: "low", onDelete: "setDefault" }),
    });
    const schema = schemaFromModels([Alarm, Level]);
    expect([...schema.enums.keys()]).toEqual(["level_name"]);
    expect(schema.tables.get("alarm")?.columns[1]).toEqual({
      name: "level_id",
      type: { kind: "enum", name: "level_name" },
      nullable: false,
      default: { value: "low" },
    });
  });
});

describe("many-to-many", () => {
  const Tag = defineModel("Tag", { id: fields.uuid({ pk: true, dbColumn: "key" }) });

  test("a join table", () => {
    const Post = defineModel(
      "Post",
      { tags: fields.manyToMany("Tag", { description: "joined" }) },
      { table: "posts" },
    );
    expect(tableOf([Post, Tag], "posts").columns.map((column) => column.name)).toEqual(["id"]);
    const reference = (column: string, table: string, key: string) => ({
      kind: "foreignKey" as const,
      columns: [column],
      references: { table, columns: [key] },
      onDelete: "cascade" as const,
      onUpdate: "noAction" as const,
    });
    expect(tableOf([Post, Tag], "posts_tags")).toEqual({
      name: "posts_tags",
      columns: [
        { name: "post_id", type: { kind: "int" }, nullable: false },
        { name: "tag_id", type: { kind: "uuid" }, nullable: false },
      ],
      primaryKey: ["post_id", "tag_id"],
      foreignKeys: [reference("post_id", "posts", "id"), reference("tag_id", "tag", "key")],
      uniques: [],
      checks: [],
      indexes: [{ columns: ["tag_id"], unique: false }],
      comment: "joined",
    });
  });

  test("to the model itself, under a table of its own name", () => {
    const Person = defineModel("Human", { friends: fields.manyToMany("Human", { table: "friendship" }) });
    const table = tableOf(Person, "friendship");
    expect(table.primaryKey).toEqual(["from_human_id", "to_human_id"]);
    expect(table.foreignKeys.map((key) => key.references.table)).toEqual(["human", "human"]);
  });

  test("through a model makes no table", () => {
    const Membership = defineModel("Membership", {
      group: fields.foreignKey("Group", { pk: true }),
      member: fields.foreignKey("Member", { pk: true }),
      since: fields.date(),
    });
    const Group = defineModel("Group", {
      members: fields.manyToMany("Member", { through: () => Membership }),
    });
    const Member = defineModel("Member", { groups: fields.manyToMany("Group", { through: "Membership" }) });
    const schema = schemaFromModels([Group, Member, Membership]);
    expect([...schema.tables.keys()].sort()).toEqual(["group", "member", "membership"]);
  });

  test("through a model that joins a model with itself", () => {
    const Follow = defineModel("Follow", {
      follower: fields.foreignKey("Fan", { relatedName: "follows" }),
      followed: fields.foreignKey("Fan", { relatedName: "followers" }),
    });
    const Fan = defineModel("Fan", { idols: fields.manyToMany("Fan", { through: "Follow" }) });
    expect(schemaFromModels([Fan, Follow]).tables.size).toBe(2);
  });
});

describe("enums", () => {
  test("named after table and column, or shared under a name", () => {
    const A = defineModel("EnumA", {
      state: fields.enum({ values: ["on", "off"] }),
      colour: fields.enum({ values: ["red", "blue"], name: "colour" }),
    });
    const B = defineModel("EnumB", {
      colour: fields.enum({ values: ["red", "blue"], name: "colour", dbDefault: "blue" }),
    });
    const schema = schemaFromModels([A, B]);
    expect([...schema.enums.values()].sort((x, y) => (x.name < y.name ? -1 : 1))).toEqual([
      { name: "colour", values: ["red", "blue"] },
      { name: "enum_a_state", values: ["on", "off"] },
    ]);
    expect(columnOf(tableOf([A, B], "enum_b"), "colour")).toEqual({
      name: "colour",
      type: { kind: "enum", name: "colour" },
      nullable: false,
      default: { value: "blue" },
    });
  });
});

describe("checks and defaults", () => {
  test("a check without a name has one from its text, whatever the order", () => {
    const one = { check: "a > 0" };
    const two = { check: sql({ postgres: "b > 0", sqlite: "b > 0.0" }) };
    const shape = { a: fields.int(), b: fields.float() };
    const first = tableOf(defineModel("Checked", shape, { constraints: [one, two] }), "checked").checks;
    const second = tableOf(defineModel("Checked", shape, { constraints: [two, one] }), "checked").checks;
    expect(second).toEqual(first.toReversed());
    expect(first[0]?.name).toMatch(/^checked_[\da-f]{8}_check$/);
    expect(first[1]?.expression).toEqual({ postgres: "b > 0", sqlite: "b > 0.0" });
  });

  test("defaults of the database are data, those of the application are no part of the schema", () => {
    const table = tableOf(
      defineModel("Defaulted", {
        moment: fields.datetime({ dbDefault: new Date("2024-01-02T03:04:05.678Z") }),
        big: fields.bigInt({ dbDefault: 9007199254740993n }),
        bytes: fields.binary({ dbDefault: new Uint8Array([1, 171]) }),
        flag: fields.boolean({ dbDefault: false }),
        settings: fields.json({ dbDefault: { a: [1] } }),
        lookalike: fields.json({ dbDefault: { expression: "no SQL" } }),
        computed: fields.date({ dbDefault: sql("CURRENT_DATE") }),
        application: fields.int({ default: 1 }),
      }),
      "defaulted",
    );
    expect(table.columns.slice(1).map((column) => column.default)).toEqual([
      { value: "2024-01-02T03:04:05.678Z" },
      { value: 9007199254740993n },
      { value: "01ab" },
      { value: false },
      { value: { a: [1] } },
      { value: { expression: "no SQL" } },
      { expression: "CURRENT_DATE" },
      undefined,
    ]);
  });
});

describe("a set of models", () => {
  test("nothing is an empty schema, the same model twice counts once", () => {
    expect(schemaFromModels([]).tables.size).toBe(0);
    const One = defineModel("CountedOnce", { a: fields.text() });
    expect(schemaFromModels([One, One]).tables.size).toBe(1);
  });

  test("is converted to equal schemas each time, in any order", () => {
    const A = defineModel("OrderA", { b: fields.manyToMany("OrderB") });
    const B = defineModel("OrderB", { a: fields.foreignKey("OrderA") });
    expect(compareSchemas(schemaFromModels([A, B]), schemaFromModels([B, A]))).toEqual([]);
  });

  test("models of another set, or defined later under the same name, do not matter", () => {
    const User = defineModel("Shadowed", { id: fields.uuid({ pk: true }) });
    const Post = defineModel("ShadowPost", { user: fields.foreignKey("Shadowed") });
    defineModel("Shadowed", { id: fields.bigInt({ pk: true }) });
    expect(columnOf(tableOf([User, Post], "shadow_post"), "user_id")?.type).toEqual({ kind: "uuid" });
    expect(() => schemaFromModels([Post])).toThrow(ModelError);
  });

  test("large sets are converted", () => {
    const models = Array.from({ length: 1000 }, (_, index) =>
      defineModel(`Large${index}`, {
        name: fields.char({ maxLength: 10, index: true }),
        next: fields.foreignKey(`Large${(index + 1) % 1000}`),
      }),
    );
    expect(schemaFromModels(models).tables.size).toBe(1000);
  });
});
