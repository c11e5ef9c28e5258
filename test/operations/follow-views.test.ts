import { describe, expect, test } from "bun:test";
import { SchemaError } from "../../src/errors.ts";
import { migrations as m } from "../../src/operations/build.ts";
import { applyOperation } from "../../src/operations/handlers.ts";
import type { Operation } from "../../src/operations/types.ts";
import { EMPTY_SCHEMA, type Schema } from "../../src/schema/schema.ts";

const TABLES = [
  m.createTable("user", { id: m.int({ pk: true }), name: m.text(), active: m.boolean() }),
  m.createTable("post", { id: m.int({ pk: true }), name: m.text(), title: m.text() }),
];

const applied = (...operations: Operation[]): Schema =>
  [...TABLES, ...operations].reduce<Schema>((next, one) => applyOperation(one, next), EMPTY_SCHEMA);

/** What becomes of a view with that definition. */
function viewAfter(definition: string, operation: Operation): unknown {
  return applied(m.createView("v", definition), operation).views.get("v")?.definition;
}

describe("a view follows the rename", () => {
  test.each([
    ['SELECT id, name FROM "user" WHERE active', 'SELECT id, "full" FROM "user" WHERE active'],
    ['SELECT u.name, p.name FROM "user" AS u, post p', 'SELECT u."full", p.name FROM "user" AS u, post p'],
    ['SELECT u.NAME AS full FROM "user" u -- name', 'SELECT u."full" AS full FROM "user" u -- name'],
    ["SELECT title FROM post WHERE name = 'name'", "SELECT title FROM post WHERE name = 'name'"],
    ['SELECT * FROM "user"', 'SELECT * FROM "user"'],
  ])("of a column: %s", (definition, expected) => {
    expect(viewAfter(definition, m.renameColumn("user", "name", "full"))).toBe(expected);
  });

  test.each([
    ['SELECT "user".id FROM "user"', 'SELECT "person".id FROM "person"'],
    ['SELECT u.id FROM post JOIN "user" u ON true', 'SELECT u.id FROM post JOIN "person" u ON true'],
    ["SELECT 'user' FROM post", "SELECT 'user' FROM post"],
  ])("of a table: %s", (definition, expected) => {
    expect(viewAfter(definition, m.renameTable("user", "person"))).toBe(expected);
  });
});

test.each([
  ['SELECT name FROM "user", post', "user", "name", "full"],
  ['SELECT upper(name) AS name FROM "user" ORDER BY name', "user", "name", "full"],
  ['SELECT name AS label FROM "user"', "user", "name", "label"],
  ['SELECT x.name FROM (SELECT * FROM "user") x', "user", "name", "full"],
  ['SELECT name FROM public."user"', "user", "name", "full"],
])("what a view means is not guessed: %s", (definition, table, from, to) => {
  const rename = () => viewAfter(definition, m.renameColumn(table, from, to));
  expect(rename).toThrow(SchemaError);
  expect(rename).toThrow("column user.name cannot be renamed: what view v means by its names is not clear");
});

test("a trigger follows the renames of its table, of its columns, and of what its body uses", () => {
  const schema = applied(
    m.createTrigger("user", "touch", {
      timing: "before",
      events: ["update"],
      columns: ["name"],
      when: "NEW.name <> OLD.name",
      postgres: "BEGIN UPDATE post SET title = NEW.name; RETURN NEW; END",
    }),
    m.renameColumn("user", "name", "full"),
    m.renameColumn("post", "title", "heading"),
    m.renameTable("user", "person"),
  );
  expect([...schema.triggers.values()]).toEqual([
    {
      name: "touch",
      table: "person",
      timing: "before",
      events: ["update"],
      columns: ["full"],
      when: 'NEW."full" <> OLD."full"',
      postgres: 'BEGIN UPDATE post SET "heading" = NEW."full"; RETURN NEW; END',
    },
  ]);
});

test("a view that reads a renamed column through another one stands in the way", () => {
  const views = [m.createView("v", 'SELECT name FROM "user"'), m.createView("w", "SELECT name FROM v")];
  expect(() => applied(...views, m.renameColumn("user", "name", "full"))).toThrow(
    "what view w means by its names is not clear",
  );
});
