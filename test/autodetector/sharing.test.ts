import { expect, test } from "bun:test";
import { diffSchemas } from "../../src/autodetector/diff.ts";
import { sharingTables } from "../../src/autodetector/sharing.ts";
import { defineModel, fields } from "../../src/index.ts";
import { schemaFromModels } from "../../src/models/to-schema.ts";
import type { Schema } from "../../src/schema/schema.ts";

/** Tables that refer each to the one before; those of `wide` have a longer name. */
function schemaWith(names: readonly string[], wide: readonly string[] = []): Schema {
  return schemaFromModels(
    names.map((name, at) =>
      defineModel(name, {
        id: fields.int({ pk: true }),
        name: fields.char({ maxLength: wide.includes(name) ? 200 : 100 }),
        parent: fields.foreignKey(names[Math.max(0, at - 1)] ?? name, { null: true, onDelete: "cascade" }),
      }),
    ),
  );
}

const state = schemaWith(["A", "B", "C"]);

test("what is equal becomes the very same", () => {
  const shared = sharingTables(schemaWith(["A", "B", "C"]), state);
  expect(shared.tables).toBe(state.tables);
  expect(diffSchemas(state, shared).operations).toEqual([]);
});

test.each([
  ["a table has changed", ["A", "B", "C"], ["B"]],
  ["one is gone", ["A", "B"], []],
  ["one is new", ["A", "B", "C", "D"], ["C"]],
  ["one is new in the place of another", ["A", "B", "D"], []],
])("nothing else is the same where %s", (_, names, wide) => {
  const schema = schemaWith(names, wide);
  const shared = sharingTables(schema, state);
  const byName = (tables: Schema["tables"]) =>
    [...tables.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  expect(byName(shared.tables)).toEqual(byName(schema.tables));
  for (const { name } of shared.tables.values()) {
    const referrers = (of: Schema) =>
      of.tables
        .referringTo(name)
        .map((table) => table.name)
        .sort();
    expect(referrers(shared)).toEqual(referrers(schema));
  }
  expect(diffSchemas(state, shared).operations).toEqual(diffSchemas(state, schema).operations);
});
