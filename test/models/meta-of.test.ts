import { describe, expect, test } from "bun:test";
import { ModelError } from "../../src/errors.ts";
import { applicationDefaults } from "../../src/models/application-defaults.ts";
import { defineModel } from "../../src/models/define-model.ts";
import { fields } from "../../src/models/fields.ts";
import { metaOf } from "../../src/models/meta-of.ts";
import { NOW } from "../../src/schema/expression.ts";
import { sql } from "../../src/schema/sql.ts";

describe("what the query layer knows of a model", () => {
  test("columns with their attributes, defaults and relations", () => {
    const makeToken = () => "t";
    const Post = defineModel(
      "MetaPost",
      {
        author: fields.foreignKey("MetaAuthor", { null: true }),
        tags: fields.manyToMany("MetaTag"),
        token: fields.text({ default: makeToken }),
        views: fields.int({ default: 0, dbDefault: 1 }),
        createdAt: fields.datetime({ autoNowAdd: true }),
        updatedAt: fields.datetime({ autoNow: true, dbDefault: sql("CURRENT_TIMESTAMP") }),
      },
      { table: "posts", ordering: ["-author", "createdAt"] },
    );
    defineModel("MetaAuthor", { code: fields.uuid({ pk: true, dbColumn: "c" }) });
    const meta = metaOf(Post);
    const plain = { nullable: false, primaryKey: false, autoIncrement: false, hasDatabaseDefault: false };
    expect(meta.name).toBe("MetaPost");
    expect(meta.table).toBe("posts");
    expect(meta.ordering).toEqual(["-authorId", "createdAt"]);
    const [id, author, ...others] = meta.columns;
    expect(id).toEqual({
      ...plain,
      attribute: "id",
      column: "id",
      type: { kind: "int" },
      primaryKey: true,
      autoIncrement: true,
    });
    expect(author).toEqual({
      ...plain,
      attribute: "authorId",
      column: "author_id",
      type: { kind: "uuid" },
      nullable: true,
      relation: { field: "author", target: expect.any(Function), targetAttribute: "code" },
    });
    expect(author?.relation?.target().name).toBe("MetaAuthor");
    expect(others).toEqual([
      { ...plain, attribute: "token", column: "token", type: { kind: "text" }, default: makeToken },
      {
        ...plain,
        attribute: "views",
        column: "views",
        type: { kind: "int" },
        default: 0,
        hasDatabaseDefault: true,
      },
      {
        ...plain,
        attribute: "createdAt",
        column: "created_at",
        type: { kind: "datetime" },
        auto: "autoNowAdd",
      },
      {
        ...plain,
        attribute: "updatedAt",
        column: "updated_at",
        type: { kind: "datetime" },
        auto: "autoNow",
        hasDatabaseDefault: true,
      },
    ]);
    expect(metaOf(Post)).toBe(meta);
  });

  test("a relation to a key that is a relation", () => {
    const Account = defineModel("MetaAccount", { number: fields.bigInt({ pk: true }) });
    const Profile = defineModel("MetaProfile", { account: fields.oneToOne(() => Account, { pk: true }) });
    const Photo = defineModel("MetaPhoto", { profile: fields.foreignKey(() => Profile) });
    const column = metaOf(Photo).columns[1];
    expect(column?.type).toEqual({ kind: "bigInt" });
    expect(column?.relation?.targetAttribute).toBe("accountId");
    expect(metaOf(Profile).columns[0]).toMatchObject({
      attribute: "accountId",
      primaryKey: true,
      autoIncrement: false,
    });
  });

  test("an unknown name is an error at the first use, not at the definition, and is looked up again", () => {
    const Late = defineModel("MetaLate", { target: fields.foreignKey("MetaDefinedLater") });
    expect(() => metaOf(Late)).toThrow(ModelError);
    expect(() => metaOf(Late)).toThrow('MetaLate.target: there is no model "MetaDefinedLater"');
    defineModel("MetaDefinedLater", { a: fields.text() });
    expect(metaOf(Late).columns[1]?.type).toEqual({ kind: "int" });
  });
});

describe("what existing rows receive", () => {
  test("defaults that are values and the present moment; functions are not called", () => {
    let calls = 0;
    const Model = defineModel(
      "Filled",
      {
        none: fields.int(),
        off: fields.boolean({ default: false }),
        price: fields.decimal({ maxDigits: 4, decimalPlaces: 2, default: "1" }),
        bytes: fields.binary({ default: new Uint8Array([255]) }),
        called: fields.int({ default: () => ++calls }),
        createdAt: fields.datetime({ autoNowAdd: true }),
        updatedAt: fields.datetime({ autoNow: true }),
        database: fields.int({ dbDefault: 7 }),
        owner: fields.foreignKey("FilledOwner", { default: 3 }),
      },
      { table: "filled_rows" },
    );
    const Owner = defineModel("FilledOwner", { id: fields.bigInt({ pk: true }) });
    expect([...applicationDefaults([Model, Owner])]).toEqual([
      ["filled_rows.off", { value: false }],
      ["filled_rows.price", { value: "1.00" }],
      ["filled_rows.bytes", { value: "ff" }],
      ["filled_rows.created_at", NOW],
      ["filled_rows.updated_at", NOW],
      ["filled_rows.owner_id", { value: 3n }],
    ]);
    expect(calls).toBe(0);
  });
});
