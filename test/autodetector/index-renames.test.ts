import { expect, test } from "bun:test";
import { diffSchemas } from "../../src/autodetector/diff.ts";
import { migrations as m } from "../../src/operations/build.ts";
import { applyOperation } from "../../src/operations/handlers.ts";
import type { Operation } from "../../src/operations/types.ts";
import { compareSchemas } from "../../src/schema/compare.ts";
import { EMPTY_SCHEMA, type Schema } from "../../src/schema/schema.ts";

type Indexes = NonNullable<Parameters<typeof m.createTable>[2]>["indexes"];

const book = (indexes: NonNullable<Indexes>): Schema =>
  applyOperation(
    m.createTable("book", { id: m.int(), title: m.text(), year: m.int() }, { indexes }),
    EMPTY_SCHEMA,
  );

function changes(before: NonNullable<Indexes>, after: NonNullable<Indexes>): readonly Operation[] {
  const [from, to] = [book(before), book(after)];
  const { operations } = diffSchemas(from, to);
  const reached = operations.reduce((schema, operation) => applyOperation(operation, schema), from);
  expect(compareSchemas(reached, to)).toEqual([]);
  return operations;
}

test("an index with another name and the same definition is renamed", () => {
  expect(changes([{ columns: ["title"], name: "old" }], [{ columns: ["title"], name: "new" }])).toEqual([
    { kind: "renameIndex", table: "book", from: "old", to: "new" },
  ]);
});

test("a name that is given, or not given any more, is another name", () => {
  const derived = [{ columns: ["title"] }];
  const named = [{ columns: ["title"], name: "mine" }];
  expect(changes(derived, named)).toEqual([
    { kind: "renameIndex", table: "book", from: "book_title_idx", to: "mine" },
  ]);
  expect(changes(named, derived)).toEqual([
    { kind: "renameIndex", table: "book", from: "mine", to: "book_title_idx" },
  ]);
});

test("another definition is another index", () => {
  const kinds = (operations: readonly Operation[]) => operations.map(({ kind }) => kind);
  const old = [{ columns: ["title"], name: "old" }];
  for (const fresh of [
    { columns: ["title", "year"], name: "new" },
    { columns: ["title"], name: "new", unique: true },
    { columns: ["title"], name: "new", where: "year > 0" },
  ]) {
    expect(kinds(changes(old, [fresh]))).toEqual(["dropIndex", "createIndex"]);
  }
});

test("a name that is still in use is left to drop and create", () => {
  const swapped = changes(
    [
      { columns: ["title"], name: "a" },
      { columns: ["year"], name: "b" },
    ],
    [
      { columns: ["title"], name: "b" },
      { columns: ["year"], name: "a" },
    ],
  );
  expect(swapped.map(({ kind }) => kind)).toEqual(["dropIndex", "dropIndex", "createIndex", "createIndex"]);
});
