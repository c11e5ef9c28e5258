import { describe, expect, test } from "bun:test";
import { migrations as m } from "../../src/operations/build.ts";
import {
  applyOperation,
  describeOperation,
  invertOperation,
  operationKinds,
  touchedBy,
} from "../../src/operations/handlers.ts";
import type { Operation } from "../../src/operations/types.ts";
import { EMPTY_SCHEMA, type Schema } from "../../src/schema/schema.ts";

async function fillNames(): Promise<void> {}

const CASES: readonly (readonly [Operation, string, readonly string[] | "everything"])[] = [
  [
    m.createTable("post", {
      mood: m.enum("mood"),
      author: m.int({ references: { table: "user", column: "id" } }),
    }),
    "create table post",
    ["post", "user", "enum:mood"],
  ],
  [m.dropTable("user"), "drop table user", ["user"]],
  [m.renameTable("user", "person"), "rename table user to person", "everything"],
  [m.addColumn("user", "age", m.int()), "add column age to user", ["user"]],
  [
    m.addColumn("post", "mood", m.enum("mood", { references: { table: "moods", column: "id" } })),
    "add column mood to post",
    ["post", "enum:mood", "moods"],
  ],
  [m.dropColumn("user", "age"), "drop column age of user", ["user"]],
  [m.alterColumn("user", "mood", m.enum("mood")), "alter column mood of user", ["user", "enum:mood"]],
  [m.renameColumn("user", "age", "years"), "rename column age of user to years", "everything"],
  [m.createIndex("user", ["age"]), "create index user_age_idx on user", ["user"]],
  [m.dropIndex("user", "user_age_idx"), "drop index user_age_idx of user", ["user"]],
  [m.renameIndex("user", "a", "b"), "rename index a of user to b", ["user"]],
  [m.addConstraint("user", { unique: ["age"] }), "add constraint user_age_key to user", ["user"]],
  [
    m.addConstraint("post", { foreignKey: ["author"], references: { table: "user", columns: ["id"] } }),
    "add constraint post_author_fkey to post",
    ["post", "user"],
  ],
  [m.dropConstraint("user", "user_age_key"), "drop constraint user_age_key of user", ["user"]],
  [m.createEnum("mood", ["ok"]), "create enum mood", ["enum:mood"]],
  [m.alterEnum("mood", ["ok"]), "alter enum mood", ["enum:mood"]],
  [m.renameEnum("mood", "feeling"), "rename enum mood to feeling", "everything"],
  [m.renameEnumValue("mood", "ok", "fine"), "rename value ok of enum mood to fine", "everything"],
  [m.createSchema("billing"), "create schema billing", ["schema:billing"]],
  [m.dropSchema("billing"), "drop schema billing", ["schema:billing"]],
  [
    m.createTable("billing.invoice", { id: m.int() }),
    "create table billing.invoice",
    ["billing.invoice", "schema:billing"],
  ],
  [m.dropTable("billing.invoice"), "drop table billing.invoice", ["billing.invoice", "schema:billing"]],
  [m.dropEnum("mood"), "drop enum mood", ["enum:mood"]],
  [m.createExtension("citext"), "create extension citext", "everything"],
  [m.dropExtension("citext"), "drop extension citext", "everything"],
  [m.alterComment("user", "people"), "alter the comment of table user", ["user"]],
  [
    m.createView("adults", 'SELECT name FROM "user" -- all'),
    "create view adults",
    ["adults", "SELECT", "name", "FROM", "user"],
  ],
  [m.dropView("adults"), "drop view adults", ["adults"]],
  [
    m.createTrigger("user", "touch", { timing: "after", events: ["insert"], sqlite: "SELECT 1" }),
    "create trigger touch of user",
    ["user", "SELECT"],
  ],
  [m.dropTrigger("user", "touch"), "drop trigger touch of user", ["user"]],
  [m.runSQL("SELECT 1"), "run SQL", "everything"],
  [m.runCode(fillNames), "run code fillNames", "everything"],
  [m.runCode(() => {}), "run code", "everything"],
];

test.each(CASES.map(([operation, words, touched]) => [words, operation, touched] as const))(
  "%s: what it says and what it touches",
  (words, operation, touched) => {
    expect(describeOperation(operation)).toBe(words);
    const touches = touchedBy(operation);
    expect(typeof touches === "string" ? touches : touches.toSorted()).toEqual(
      typeof touched === "string" ? touched : touched.toSorted(),
    );
  },
);

test("every kind of operation is among them", () => {
  expect(new Set(CASES.map(([{ kind }]) => kind))).toEqual(new Set(operationKinds));
});

describe("inverting", () => {
  const schema: Schema = [
    m.createTable("user", { id: m.int({ pk: true }) }, { comment: "people" }),
    m.createTable("post", {
      id: m.int({ pk: true }),
      author: m.int({
        unique: true,
        default: 1,
        references: { table: "user", column: "id", onDelete: "cascade" },
      }),
    }),
  ].reduce<Schema>((next, operation) => applyOperation(operation, next), EMPTY_SCHEMA);

  test("the drop of a column brings its own constraints back", () => {
    expect(invertOperation(m.dropColumn("post", "author"), schema)).toEqual(
      m.addColumn(
        "post",
        "author",
        m.int({ unique: true, default: 1, references: { table: "user", column: "id", onDelete: "cascade" } }),
      ),
    );
  });

  test("the drop of a table brings all of it back", () => {
    expect(invertOperation(m.dropTable("post"), schema)).toEqual({
      kind: "createTable",
      table: schema.tables.get("post") ?? expect.unreachable(),
    });
  });

  test("takes what there was before from the state", () => {
    expect(invertOperation(m.alterComment("user"), schema)).toEqual(m.alterComment("user", "people"));
    expect(invertOperation(m.alterComment("post", "x"), schema)).toEqual(m.alterComment("post"));
    expect(invertOperation(m.alterColumn("post", "author", m.text({ null: true })), schema)).toEqual(
      m.alterColumn("post", "author", m.int({ default: 1 })),
    );
    expect(invertOperation(m.dropConstraint("post", "post_pkey"), schema)).toEqual(
      m.addConstraint("post", { primaryKey: ["id"] }),
    );
  });

  test("SQL and code turns round", () => {
    expect(invertOperation(m.runSQL("A", { reverse: ["B", "C"] }), schema)).toEqual(
      m.runSQL(["B", "C"], { reverse: "A" }),
    );
    expect(invertOperation(m.runSQL("A", { reverse: [] }), schema)).toEqual(m.runSQL([], { reverse: "A" }));
    const back = () => {};
    expect(invertOperation(m.runCode(fillNames, back), schema)).toEqual(m.runCode(back, fillNames));
  });
});

describe("renaming", () => {
  const schema: Schema = [
    m.createTable(
      "user",
      { id: m.int({ pk: true }), boss: m.int({ null: true, references: { table: "user", column: "id" } }) },
      {
        checks: [{ name: "positive", expression: "id > 0 AND boss <> id" }],
        indexes: [
          { columns: ["id", "boss"] },
          {
            columns: [{ column: "id", order: "desc" }, { expression: "abs(id)" }],
            include: ["id"],
            where: { postgres: "id > 1", sqlite: "ID > 2" },
          },
        ],
      },
    ),
    m.createTable("post", { author: m.int({ references: { table: "user", column: "id" } }) }),
  ].reduce<Schema>((next, operation) => applyOperation(operation, next), EMPTY_SCHEMA);

  test("a table takes those along that refer to it", () => {
    const after = applyOperation(m.renameTable("user", "person"), schema);
    expect(after.tables.has("user")).toBe(false);
    const targets = ["person", "post"].map(
      (name) => after.tables.get(name)?.foreignKeys[0]?.references.table,
    );
    expect(targets).toEqual(["person", "person"]);
  });

  test("a column takes keys, indexes, checks and those along that refer to it", () => {
    const after = applyOperation(m.renameColumn("user", "id", "order"), schema);
    const user = after.tables.get("user");
    expect(user?.primaryKey).toEqual(["order"]);
    expect(user?.indexes[0]?.columns).toEqual(["order", "boss"]);
    expect(user?.indexes[1]).toEqual({
      columns: [{ column: "order", order: "desc" }, { expression: 'abs("order")' }],
      unique: false,
      include: ["order"],
      where: { postgres: '"order" > 1', sqlite: '"order" > 2' },
    });
    expect(user?.checks[0]?.expression).toBe('"order" > 0 AND boss <> "order"');
    expect(user?.foreignKeys[0]).toMatchObject({ columns: ["boss"], references: { columns: ["order"] } });
    expect(after.tables.get("post")?.foreignKeys[0]?.references.columns).toEqual(["order"]);
  });
});
