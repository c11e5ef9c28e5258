import { expect, test } from "bun:test";
import { SchemaError } from "../../src/errors.ts";
import { migrations as m } from "../../src/operations/build.ts";
import { applyOperation, invertOperation, operationKinds } from "../../src/operations/handlers.ts";
import type { Operation, OperationKind } from "../../src/operations/types.ts";
import { EMPTY_SCHEMA, type Schema } from "../../src/schema/schema.ts";

const schema: Schema = [
  m.createExtension("hstore"),
  m.createEnum("mood", ["sad", "ok"]),
  m.createTable(
    "user",
    {
      id: m.int({ pk: true }),
      name: m.text({ unique: true }),
      mood: m.enum("mood"),
      age: m.int({ null: true }),
    },
    {
      checks: [{ name: "adult", expression: "age > 17" }],
      indexes: [{ columns: ["mood"] }],
    },
  ),
  m.createTable(
    "indexed",
    { a: m.text(), b: m.int(), c: m.int(), d: m.int(), e: m.int({ unique: { deferrable: "deferred" } }) },
    {
      indexes: [
        { columns: [{ expression: { postgres: "lower(a)", sqlite: "upper(a)" } }] },
        { columns: ["b"], where: "b > c", include: ["d"], name: "partial" },
        { columns: ["d"], where: "d > 1", unique: true },
      ],
    },
  ),
  m.createTable(
    "post",
    {
      id: m.int({ pk: true }),
      author: m.int({ references: { table: "user", column: "id" } }),
      title: m.text(),
    },
    { uniques: [{ columns: ["author", "title"] }] },
  ),
  m.createTable(
    "tree",
    {
      code: m.int(),
      parent: m.int({ references: { table: "tree", column: "code" } }),
      first: m.int(),
      second: m.int(),
    },
    {
      indexes: [
        { columns: ["code"], unique: true },
        { columns: ["first"] },
        { columns: ["second"], name: "tree_third_idx" },
      ],
      uniques: [{ columns: ["first"] }, { columns: ["second"], name: "bush_first_key" }],
    },
  ),
  m.createTable("tag", { name: m.text({ null: true }) }),
  m.createSchema("sales"),
  m.createTable("sales.offer", { id: m.int({ pk: true }) }),
  m.createTable("book", { id: m.int({ pk: true }), title: m.text(), pages: m.int() }),
  m.createTable("shelf", { id: m.int({ pk: true }), label: m.text() }),
  m.createView("titles", 'SELECT b.title, x.label AS place FROM "book" b JOIN "shelf" AS x ON x.id = b.id'),
  m.createView("places", "SELECT place FROM titles"),
  m.createTrigger("shelf", "touch", {
    timing: "after",
    events: ["update"],
    columns: ["label"],
    sqlite: "UPDATE book SET pages = 1 WHERE id = NEW.id",
  }),
].reduce<Schema>((next, operation) => applyOperation(operation, next), EMPTY_SCHEMA);

interface Refusal {
  readonly operation: Operation;
  readonly message: string;
  readonly hint?: string;
}

const REFUSALS: readonly Refusal[] = [
  { operation: m.createTable("user", { id: m.int() }), message: "table user exists already" },
  { operation: m.createTable("empty", {}), message: "table empty has no column" },
  {
    operation: m.createTable("t", [
      ["a", m.int()],
      ["a", m.text()],
    ]),
    message: "table t has the column a twice",
  },
  {
    operation: m.createTable("t", { a: m.enum("color") }),
    message: "column t.a needs the enum color, which does not exist",
    hint: "create it before with m.createEnum",
  },
  {
    operation: m.createTable("t", { a: m.int({ references: { table: "gone", column: "id" } }) }),
    message: "foreign key t_a_fkey of table t refers to table gone, which does not exist",
    hint: "create the table before, or add the foreign key after it with m.addConstraint",
  },
  {
    operation: m.createTable("t", { a: m.int({ references: { table: "user", column: "uuid" } }) }),
    message: "foreign key t_a_fkey names the column uuid, which table user does not have",
  },
  {
    operation: m.createTable("t", { a: m.int({ null: true }) }, { primaryKey: ["a"] }),
    message: "column t.a accepts NULL and cannot be in the primary key",
  },
  {
    operation: m.createTable("t", { a: m.int() }, { indexes: [{ columns: ["b"] }] }),
    message: "index t_b_idx names the column b, which table t does not have",
  },
  {
    operation: m.createTable("t", { a: m.int() }, { indexes: [{ columns: ["a"] }, { columns: ["a"] }] }),
    message: "table t has an index t_a_idx already",
  },
  {
    operation: m.createTable("t", { a: m.int() }, { uniques: [{ columns: [] }] }),
    message: "constraint t_key of table t names no column",
  },

  {
    operation: m.createTable("t", { a: m.text({ references: { table: "post", column: "title" } }) }),
    message: "foreign key t_a_fkey of table t refers to post (title), which is no key of it",
    hint: 'refer to its primary key, or make the columns unique before: m.addConstraint("post", { unique: ["title"] })',
  },

  ...(
    [
      [[{}], {}, "has a part that is not either a column or an expression"],
      [[{ column: "a", expression: "a" }], {}, "has a part that is not either a column or an expression"],
      [[], {}, "names no column"],
      [["a"], { method: "gin", unique: true }, "is unique, which an index of the method gin cannot be"],
      [
        [{ column: "a", order: "desc" }],
        { method: "hash" },
        "has an order, which an index of the method hash does not keep",
      ],
      [
        ["a"],
        { method: "brin", include: ["b"] },
        "includes columns, which an index of the method brin cannot carry",
      ],
      [["a", "b"], { method: "hash" }, "has several parts, and an index of the method hash has one"],
    ] as const
  ).map(([columns, options, message]) => ({
    operation: m.createIndex("indexed", columns, { name: "i", ...options }),
    message: `index i of table indexed ${message}`,
  })),
  {
    operation: m.createIndex("indexed", ["a"], { include: ["x"] }),
    message: "index indexed_a_idx names the column x, which table indexed does not have",
  },
  {
    operation: m.dropColumn("indexed", "a"),
    message: "column indexed.a cannot be dropped: the index indexed_expr_bcbde327_idx uses it",
    hint: 'drop it first: m.dropIndex("indexed", "indexed_expr_bcbde327_idx")',
  },
  {
    operation: m.dropColumn("indexed", "c"),
    message: "column indexed.c cannot be dropped: the index partial uses it",
    hint: 'drop it first: m.dropIndex("indexed", "partial")',
  },
  {
    operation: m.createTable("t", { a: m.int({ references: { table: "indexed", column: "d" } }) }),
    message: "foreign key t_a_fkey of table t refers to indexed (d), which is no key of it",
    hint: 'refer to its primary key, or make the columns unique before: m.addConstraint("indexed", { unique: ["d"] })',
  },
  {
    operation: m.createTable("t", { a: m.int({ references: { table: "indexed", column: "e" } }) }),
    message: "foreign key t_a_fkey of table t refers to indexed (e), which is no key of it",
    hint: 'refer to its primary key, or make the columns unique before: m.addConstraint("indexed", { unique: ["e"] })',
  },

  { operation: m.dropTable("gone"), message: "there is no table gone" },
  {
    operation: m.dropTable("user"),
    message: "table user cannot be dropped: table post refers to it",
    hint: 'drop the foreign key first: m.dropConstraint("post", "post_author_fkey")',
  },

  { operation: m.renameTable("gone", "t"), message: "there is no table gone" },
  { operation: m.renameTable("user", "post"), message: "table post exists already" },

  {
    operation: m.renameTable("tree", "bush"),
    message: "table bush would have two constraints named bush_first_key",
  },

  { operation: m.addColumn("gone", "a", m.int()), message: "there is no table gone" },
  { operation: m.addColumn("user", "name", m.int()), message: "table user has a column name already" },
  {
    operation: m.addColumn("user", "a", m.enum("color")),
    message: "column user.a needs the enum color, which does not exist",
    hint: "create it before with m.createEnum",
  },
  {
    operation: m.addColumn("user", "a", m.int({ references: { table: "gone", column: "id" } })),
    message: "foreign key user_a_fkey of table user refers to table gone, which does not exist",
    hint: "create the table before, or add the foreign key after it with m.addConstraint",
  },

  { operation: m.dropColumn("gone", "a"), message: "there is no table gone" },
  { operation: m.dropColumn("user", "a"), message: "table user has no column a" },
  { operation: m.dropColumn("tag", "name"), message: "name is the last column of table tag" },
  {
    operation: m.dropColumn("user", "id"),
    message: "column user.id cannot be dropped: the constraint user_pkey uses it",
    hint: 'drop it first: m.dropConstraint("user", "user_pkey")',
  },
  {
    operation: m.dropColumn("user", "age"),
    message: "column user.age cannot be dropped: the constraint adult uses it",
    hint: 'drop it first: m.dropConstraint("user", "adult")',
  },
  {
    operation: m.dropColumn("user", "mood"),
    message: "column user.mood cannot be dropped: the index user_mood_idx uses it",
    hint: 'drop it first: m.dropIndex("user", "user_mood_idx")',
  },
  {
    operation: m.dropColumn("post", "title"),
    message: "column post.title cannot be dropped: the constraint post_author_title_key uses it",
    hint: 'drop it first: m.dropConstraint("post", "post_author_title_key")',
  },

  { operation: m.alterColumn("gone", "a", m.int()), message: "there is no table gone" },
  { operation: m.alterColumn("user", "a", m.int()), message: "table user has no column a" },
  {
    operation: m.alterColumn("user", "name", m.enum("color")),
    message: "column user.name needs the enum color, which does not exist",
    hint: "create it before with m.createEnum",
  },
  {
    operation: m.alterColumn("user", "id", m.int({ null: true })),
    message: "column user.id is in the primary key and cannot accept NULL",
  },

  { operation: m.renameColumn("user", "a", "b"), message: "table user has no column a" },
  {
    operation: m.renameColumn("tree", "first", "third"),
    message: "table tree has an index tree_third_idx already",
  },
  { operation: m.renameColumn("user", "age", "name"), message: "table user has a column name already" },

  {
    operation: m.createIndex("user", ["a"]),
    message: "index user_a_idx names the column a, which table user does not have",
  },
  { operation: m.createIndex("user", ["mood"]), message: "table user has an index user_mood_idx already" },
  { operation: m.createIndex("user", []), message: "index user_idx of table user names no column" },
  { operation: m.dropIndex("user", "gone"), message: "table user has no index gone" },
  { operation: m.renameIndex("user", "gone", "x"), message: "table user has no index gone" },

  {
    operation: m.addConstraint("user", { primaryKey: ["name"] }),
    message: "table user has a primary key already",
  },
  {
    operation: m.addConstraint("tag", { primaryKey: ["name"] }),
    message: "column tag.name accepts NULL and cannot be in the primary key",
  },
  {
    operation: m.addConstraint("user", { unique: ["name"] }),
    message: "table user has a constraint user_name_key already",
  },
  {
    operation: m.addConstraint("user", { check: "age > 1", name: "adult" }),
    message: "table user has a constraint adult already",
  },
  {
    operation: m.addConstraint("user", { unique: ["a"] }),
    message: "constraint user_a_key names the column a, which table user does not have",
  },
  {
    operation: m.addConstraint("post", {
      foreignKey: ["author", "id"],
      references: { table: "user", columns: ["id"] },
    }),
    message: "foreign key post_author_id_fkey of table post has not as many columns as it refers to",
  },
  {
    operation: m.dropConstraint("user", "user_pkey"),
    message:
      "the constraint user_pkey of table user cannot be dropped: the foreign key post_author_fkey of table post refers to it",
    hint: 'drop the foreign key first: m.dropConstraint("post", "post_author_fkey")',
  },
  {
    operation: m.dropIndex("tree", "tree_code_uniq"),
    message:
      "the index tree_code_uniq of table tree cannot be dropped: the foreign key tree_parent_fkey of table tree refers to it",
    hint: 'drop the foreign key first: m.dropConstraint("tree", "tree_parent_fkey")',
  },
  { operation: m.dropConstraint("user", "gone"), message: "table user has no constraint gone" },

  { operation: m.createEnum("mood", ["x"]), message: "enum mood exists already" },
  { operation: m.createEnum("color", []), message: "enum color has no value" },
  { operation: m.createEnum("color", ["red", "red"]), message: 'enum color has the value "red" twice' },
  { operation: m.alterEnum("color", ["red"]), message: "there is no enum color" },
  { operation: m.alterEnum("mood", []), message: "enum mood has no value" },
  { operation: m.renameEnum("color", "colour"), message: "there is no enum color" },
  { operation: m.renameEnum("mood", "mood"), message: "enum mood exists already" },
  { operation: m.renameEnumValue("color", "red", "blue"), message: "there is no enum color" },
  { operation: m.renameEnumValue("mood", "none", "some"), message: 'enum mood has no value "none"' },
  { operation: m.dropEnum("color"), message: "there is no enum color" },
  { operation: m.dropEnum("mood"), message: "enum mood cannot be dropped: column user.mood uses it" },

  {
    operation: m.createTable("billing.invoice", { id: m.int() }),
    message: "table billing.invoice needs the schema billing, which does not exist",
    hint: 'create it before with m.createSchema("billing")',
  },
  {
    operation: m.renameTable("tag", "billing.tag"),
    message: "table billing.tag needs the schema billing, which does not exist",
    hint: 'create it before with m.createSchema("billing")',
  },
  {
    operation: m.createTable("a.b.c", { id: m.int() }),
    message: "the table name a.b.c has several dots: one stands between a schema and the name of the table",
  },
  {
    operation: m.renameTable("tag", ".tag"),
    message: "the table name .tag has a dot without a name on both sides of it",
  },
  { operation: m.createSchema("sales"), message: "schema sales exists already" },
  {
    operation: m.createSchema("a.b"),
    message: 'the schema name "a.b" has a dot, which stands between a schema and the name of a table',
  },
  {
    operation: m.createSchema("pg_new"),
    message: 'the schema name "pg_new" is a schema of PostgreSQL\'s own',
  },
  { operation: m.dropSchema("billing"), message: "there is no schema billing" },
  {
    operation: m.dropSchema("sales"),
    message: "schema sales cannot be dropped: it holds the table sales.offer",
    hint: 'drop its tables before: m.dropTable("sales.offer")',
  },
  { operation: m.createExtension("hstore"), message: "extension hstore exists already" },
  {
    operation: m.createExtension("citext; --"),
    message: '"citext; --" is no name of an extension',
    hint: 'give it as CREATE EXTENSION does: m.createExtension("uuid-ossp")',
  },
  { operation: m.dropExtension("citext"), message: "there is no extension citext" },

  { operation: m.alterComment("gone", "x"), message: "there is no table gone" },

  { operation: m.createView("places", "SELECT 1"), message: "view places exists already" },
  { operation: m.createView("book", "SELECT 1"), message: "view book has the name of a table" },
  { operation: m.createView("empty", " "), message: "view empty has no definition" },
  {
    operation: m.createView("two", "SELECT ';' AS a; DROP TABLE book; -- and more"),
    message: "view two has more than one statement",
    hint: "other statements go through m.runSQL",
  },
  { operation: m.createTable("places", { id: m.int() }), message: "table places has the name of a view" },
  {
    operation: m.dropView("titles"),
    message: "view titles cannot be dropped: view places reads it",
    hint: 'drop it first: m.dropView("places")',
  },
  { operation: m.dropView("gone"), message: "there is no view gone" },
  { operation: m.dropTrigger("book", "touch"), message: "there is no trigger touch of book" },
  ...(
    [
      [{ timing: "after", events: ["insert"] }, "does nothing: give it a body, postgres or sqlite"],
      [{ timing: "after", events: [], sqlite: "SELECT 1" }, "has no event"],
      [
        { timing: "insteadOf", events: ["insert"], sqlite: "SELECT 1" },
        "is insteadOf, which only a view can have",
      ],
      [
        { timing: "after", events: ["update"], columns: ["gone"], sqlite: "SELECT 1" },
        "names the column gone, which table book does not have",
      ],
      [
        { timing: "after", events: ["insert"], columns: ["title"], sqlite: "SELECT 1" },
        "names columns, which only an update has",
      ],
    ] as const
  ).map(([spec, problem]) => ({
    operation: m.createTrigger("book", "t", spec),
    message: `trigger t on book ${problem}`,
  })),
  {
    operation: m.dropTable("book"),
    message: "table book cannot be dropped: view titles uses it",
    hint: 'drop it first: m.dropView("titles")',
  },
  {
    operation: m.dropTable("shelf"),
    message: "table shelf cannot be dropped: it has the trigger touch",
    hint: 'drop it first: m.dropTrigger("shelf", "touch")',
  },
  {
    operation: m.dropColumn("book", "title"),
    message: "column book.title cannot be dropped: view titles uses it",
    hint: 'drop it first: m.dropView("titles")',
  },
  {
    operation: m.dropColumn("book", "pages"),
    message: "column book.pages cannot be dropped: trigger touch of shelf uses it",
    hint: 'drop it first: m.dropTrigger("shelf", "touch")',
  },
  {
    operation: m.addColumn("shelf", "place", m.int({ null: true })),
    message: "view places names place, which would be a column of shelf as well",
    hint: 'drop it before, with m.dropView("places"), and create it again after, with m.createView',
  },
];

test.each(REFUSALS.map((refusal) => [refusal.operation.kind, refusal.message, refusal] as const))(
  "%s is refused: %s",
  (_, __, { operation, message, hint }) => {
    const error = refusalOf(() => applyOperation(operation, schema));
    expect(error).toBeInstanceOf(SchemaError);
    expect(error).toMatchObject({ message, hint });
  },
);

test("every operation that can be wrong is among them", () => {
  const harmless: readonly OperationKind[] = ["runSQL", "runCode"];
  const refused = new Set<OperationKind>(REFUSALS.map(({ operation }) => operation.kind));
  expect(operationKinds.filter((kind) => !refused.has(kind))).toEqual([...harmless]);
});

test.each([
  ["a column", m.dropColumn("user", "gone"), "table user has no column gone"],
  ["an index", m.dropIndex("user", "gone"), "table user has no index gone"],
  ["a constraint", m.dropConstraint("user", "gone"), "table user has no constraint gone"],
  ["an enum", m.dropEnum("gone"), "there is no enum gone"],
  ["a table", m.dropTable("gone"), "there is no table gone"],
] as const)("inverting the drop of %s that is not there is refused", (_, operation, message) => {
  expect(refusalOf(() => invertOperation(operation, schema))).toMatchObject({ message });
});

test("SQL and code without a way back cannot be inverted", () => {
  expect(invertOperation(m.runSQL("SELECT 1"), schema)).toBeUndefined();
  expect(
    invertOperation(
      m.runCode(() => {}),
      schema,
    ),
  ).toBeUndefined();
});

function refusalOf(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was refused");
}

test("a table that says that it has no key as a model does is told how to say it", () => {
  const none = { primaryKey: false } as never;
  expect(() => m.createTable("log", { what: m.text() }, none)).toThrow(
    "createTable of log: primaryKey is false, not an array of columns",
  );
});
