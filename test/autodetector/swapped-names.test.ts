import { expect, test } from "bun:test";
import { askRenames, type RenameAnswers } from "../../src/autodetector/ask-renames.ts";
import { diffSchemas } from "../../src/autodetector/diff.ts";
import { openQuestions } from "../../src/autodetector/open-questions.ts";
import { columnQuestions, isAnythingGone } from "../../src/autodetector/rename-candidates.ts";
import { type Added, applyRenames, type Rename } from "../../src/autodetector/renames.ts";
import { migrations as m } from "../../src/operations/build.ts";
import { applyOperation, describeOperation } from "../../src/operations/handlers.ts";
import type { Operation } from "../../src/operations/types.ts";
import { EMPTY_SCHEMA, type Schema } from "../../src/schema/schema.ts";

const schema = (...operations: readonly Operation[]): Schema =>
  operations.reduce((next, operation) => applyOperation(operation, next), EMPTY_SCHEMA);

const key = m.int({ pk: true });
const to = (table: string) => m.int({ references: { table, column: "id" } });
const models = (...names: readonly string[]) => names.map((name) => m.createTable(name, { id: key }));
/** The join table of a field: first the column of the model that has it. */
const join = (name: string, owner: string, target: string) =>
  m.createTable(
    name,
    { [`${owner}_id`]: to(owner), [`${target}_id`]: to(target) },
    { primaryKey: [`${owner}_id`, `${target}_id`] },
  );
const holding = (...columns: readonly (readonly [name: string, target: string])[]) =>
  m.createTable("x", {
    id: key,
    ...Object.fromEntries(columns.map(([name, target]) => [name, to(target)])),
  });

const table = (from: string, fresh: string): Rename => ({ kind: "table", from, to: fresh });
const column = (of: string, from: string, fresh: string): Rename => ({
  kind: "column",
  table: of,
  from,
  to: fresh,
});
const fresh = (of: string, added: string): Added => ({ kind: "column", of, added });

const SWAP = [table("a", "b"), table("b", "a")];
const CHAIN = [table("a", "b"), table("b", "c")];

/** What is done, without the models themselves, and what a comparison finds after it. */
function following(before: Schema, after: Schema, renames: readonly Rename[], added: readonly Added[] = []) {
  const renamed = applyRenames(before, after, renames, added);
  const done = renamed.operations
    .map(describeOperation)
    .filter((text) => !/^rename table .(_renamed)? to/.test(text));
  return [...done, ...diffSchemas(renamed.schema, after).operations.map(describeOperation)];
}

/** What is done after the tables have their names, where nobody answers more than this. */
async function doneWith(before: Schema, after: Schema, answers: RenameAnswers): Promise<string[]> {
  const renamed = await askRenames(before, after, answers, async () => undefined);
  return [...renamed.operations, ...diffSchemas(renamed.schema, after).operations]
    .map(describeOperation)
    .filter((text) => !text.startsWith("rename table "));
}

test("the columns of a join table swap their names with the models", () => {
  const before = schema(...models("a", "b"), join("a_x", "a", "b"));
  expect(following(before, schema(...models("a", "b"), join("b_x", "b", "a")), SWAP)).toEqual([
    "rename table a_x to b_x",
    "rename column a_id of b_x to a_id_renamed",
    "rename column b_id of b_x to a_id",
    "rename column a_id_renamed of b_x to b_id",
  ]);
});

test("so they do where the field is on the other model now", () => {
  const before = schema(...models("a", "b"), join("a_x", "a", "b"));
  expect(following(before, before, SWAP)).toEqual([
    "rename column a_id of a_x to a_id_renamed",
    "rename column b_id of a_x to a_id",
    "rename column a_id_renamed of a_x to b_id",
    // The key has the column of the model with the field first.
    "drop constraint a_x_pkey of a_x",
    "add constraint a_x_pkey to a_x",
  ]);
});

test("join tables of the same field swap their names, too", () => {
  const both = schema(...models("a", "b"), join("a_x", "a", "b"), join("b_x", "b", "a"));
  expect(following(both, both, SWAP).slice(0, 3)).toEqual([
    "rename table a_x to a_x_renamed",
    "rename table b_x to a_x",
    "rename table a_x_renamed to b_x",
  ]);
});

test("one whose name is given stays where it leads from and to the same tables", () => {
  const before = schema(...models("a", "b"), join("a_x", "a", "b"), join("b_x", "b", "a"));
  const after = schema(...models("a", "b"), join("a_x", "b", "a"), join("b_x", "a", "b"));
  expect(following(before, after, SWAP).filter((text) => text.startsWith("rename table"))).toEqual([]);
});

test("join tables and their columns go along in a chain, each to a name that is free by then", () => {
  const before = schema(...models("a", "b"), join("a_x", "a", "b"), join("b_x", "b", "a"));
  const after = schema(...models("b", "c"), join("b_x", "b", "c"), join("c_x", "c", "b"));
  expect(following(before, after, CHAIN)).toEqual([
    "rename table b_x to c_x",
    "rename table a_x to b_x",
    "rename column b_id of b_x to c_id",
    "rename column a_id of b_x to b_id",
    "rename column b_id of c_x to c_id",
    "rename column a_id of c_x to b_id",
  ]);
});

test("the rest goes along with a column that is decided, and none takes the name of one that stays", () => {
  const before = schema(...models("a", "b"), join("a_x", "a", "b"));
  const after = schema(...models("b", "c"), join("b_x", "b", "c"));
  const renames = ["rename column b_id of b_x to c_id", "rename column a_id of b_x to b_id"];
  for (const decided of [column("b_x", "a_id", "b_id"), column("b_x", "b_id", "c_id")])
    expect(following(before, after, [...CHAIN, decided]).slice(1)).toEqual(renames);
  const done = following(before, after, CHAIN, [fresh("b_x", "c_id")]);
  expect(done.filter((text) => text.startsWith("rename column"))).toEqual([]);
});

test("only a column that refers to the same table is a candidate for a foreign key", () => {
  const before = schema(...models("a", "b"), holding(["b_ident", "b"], ["link", "a"]));
  expect(columnQuestions(before, schema(...models("a", "b"), holding(["b_id", "a"])))).toEqual([
    { kind: "column", of: "x", added: "b_id", candidates: ["link"] },
  ]);
  expect(columnQuestions(before, schema(...models("a", "c"), holding(["b_id", "c"])))).toEqual([]);
});

test("it comes before a column that refers to nothing, whatever their names", () => {
  const before = schema(...models("a"), m.createTable("x", { b_idx: m.int(), b_ids: m.int(), q: to("a") }));
  expect(columnQuestions(before, schema(...models("a"), m.createTable("x", { b_id: to("a") })))).toEqual([
    { kind: "column", of: "x", added: "b_id", candidates: ["q", "b_idx", "b_ids"] },
  ]);
});

test("foreign keys are asked for by what they refer to, also where the name has been another one's", async () => {
  const before = schema(...models("a", "b"), holding(["a_id", "a"], ["b_id", "b"]));
  const firstAnswers = async (after: Schema, renames: readonly Rename[]) => {
    const questions = await openQuestions(before, after, { renames, added: [] }, new Map());
    return questions.flatMap(({ kind, answers }) => (kind === "fill" ? [] : answers.slice(0, 1)));
  };
  const chained = schema(...models("b", "c"), holding(["b_id", "b"], ["c_id", "c"]));
  expect(await firstAnswers(chained, CHAIN)).toEqual([
    { rename: "x.a_id=x.b_id" },
    { rename: "x.b_id=x.c_id" },
  ]);
  expect(await firstAnswers(before, SWAP)).toEqual([
    { rename: "x.b_id=x.a_id" },
    { rename: "x.a_id=x.b_id" },
  ]);
  expect(
    await firstAnswers(schema(...models("a", "b"), holding(["a_id", "b"], ["b_id", "a"])), SWAP),
  ).toEqual([]);
});

test("what is new in the place of a foreign key to another table has none of its values", async () => {
  const before = schema(...models("a", "b"), holding(["a_id", "a"], ["b_id", "b"]));
  expect(await doneWith(before, before, { renames: SWAP, added: [] })).toEqual([
    "drop column a_id of x",
    "drop column b_id of x",
    "add column a_id to x",
    "add column b_id to x",
  ]);
  const one = [...SWAP, column("x", "a_id", "b_id")];
  expect(await doneWith(before, before, { renames: one, added: [fresh("x", "a_id")] })).toEqual([
    "drop column b_id of x",
    "rename column a_id of x to b_id",
    "add column a_id to x",
  ]);
});

test("a foreign key that refers to another table keeps its values where nothing else is known, or is new", async () => {
  const before = schema(...models("a", "b"), holding(["ref", "a"]));
  const after = schema(...models("a", "b"), holding(["ref", "b"]));
  expect(isAnythingGone(before, after)).toBe(true);
  expect(columnQuestions(before, after)).toEqual([]);
  expect(await doneWith(before, after, { renames: [], added: [] })).toEqual([
    "drop constraint x_ref_fkey of x",
    "add constraint x_ref_fkey to x",
  ]);
  expect(await doneWith(before, after, { renames: [], added: [fresh("x", "ref")] })).toEqual([
    "drop column ref of x",
    "add column ref to x",
  ]);
});
