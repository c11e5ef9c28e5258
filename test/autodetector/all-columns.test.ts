import { expect, test } from "bun:test";
import { diffSchemas } from "../../src/autodetector/diff.ts";
import { migrations as m } from "../../src/operations/build.ts";
import { applyOperation } from "../../src/operations/handlers.ts";
import { compareSchemas } from "../../src/schema/compare.ts";
import { schemaOf } from "../../src/schema/schema.ts";

test("a table can change all its columns, and keep the name of a constraint of theirs", () => {
  const uniques = (column: string) => ({ uniques: [{ columns: [column], name: "only_one" }] });
  const from = schemaOf([m.createTable("t", { a: m.int() }, uniques("a")).table]);
  const to = schemaOf([m.createTable("t", { b: m.int() }, uniques("b")).table]);
  const { operations } = diffSchemas(from, to);
  expect(operations.map(({ kind }) => kind)).toEqual(["dropConstraint", "addColumn", "dropColumn"]);
  const reached = operations.reduce((schema, operation) => applyOperation(operation, schema), from);
  expect(compareSchemas(reached, to)).toEqual([]);
});
