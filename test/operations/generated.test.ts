import { expect, test } from "bun:test";
import { SchemaError } from "../../src/errors.ts";
import { migrations as m } from "../../src/operations/build.ts";
import { applyOperation } from "../../src/operations/handlers.ts";
import type { Operation } from "../../src/operations/types.ts";
import { EMPTY_SCHEMA } from "../../src/schema/schema.ts";

const computed = (expression: string) => m.int({ null: true, generated: { expression } });
const schema = [
  m.createTable("item", { id: m.int({ pk: true }), price: m.int(), total: computed('"Price" * 2') }),
  m.createTable("lone", { a: m.int({ null: true }), b: computed("1") }),
].reduce((before, operation) => applyOperation(operation, before), EMPTY_SCHEMA);

const CASES: readonly [operation: Operation, message: string][] = [
  [
    m.addColumn("item", "x", m.int({ default: 1, generated: { expression: "price" } })),
    "column item.x is generated and has a default",
  ],
  [
    m.addColumn("item", "x", m.int({ autoIncrement: true, generated: { expression: "price" } })),
    "column item.x is generated and has autoIncrement",
  ],
  [m.addColumn("item", "x", computed("price"), { fill: 1 }), "column item.x is generated and takes no fill"],
  [
    m.alterColumn("item", "total", computed("price"), { using: "1" }),
    "column item.total is generated and takes no using",
  ],
  [m.createTable("t", { a: computed("1") }), "table t would have no column that is not generated"],
  [m.dropColumn("lone", "a"), "table lone would have no column that is not generated"],
  [m.alterColumn("lone", "a", computed("2")), "table lone would have no column that is not generated"],
  [
    m.createTable("t", { a: m.int(), b: m.int({ pk: true, generated: { expression: "a" } }) }),
    "column t.b is generated and cannot be in the primary key",
  ],
  [
    m.addColumn(
      "item",
      "x",
      m.int({
        null: true,
        generated: { expression: "price" },
        references: { table: "item", column: "id", onDelete: "setNull" },
      }),
    ),
    "foreign key item_x_fkey of table item would write to a generated column",
  ],
];

test.each(CASES.map(([operation, message]) => ({ operation, message })))(
  "$message",
  ({ operation, message }) => {
    expect(() => applyOperation(operation, schema)).toThrow(new SchemaError(message));
  },
);

test("what a generated column is computed from cannot be dropped before it, and is renamed in it", () => {
  const exact = applyOperation(m.alterColumn("item", "total", computed("price * 2")), schema);
  expect(() => applyOperation(m.dropColumn("item", "price"), exact)).toThrow(
    "column item.price cannot be dropped: the generated column total uses it",
  );
  const renamed = applyOperation(m.renameColumn("item", "price", "cost"), exact).tables.get("item");
  expect(renamed?.columns.map(({ name, generated }) => [name, generated?.expression])).toEqual([
    ["id", undefined],
    ["cost", undefined],
    ["total", '"cost" * 2'],
  ]);
});
