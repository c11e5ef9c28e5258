import { INDEX_METHODS, indexProblem, repeatedColumn } from "../schema/index-parts.ts";
import type { Index, IndexKey } from "../schema/table.ts";
import type { OptionsOf } from "./options-of.ts";

/** Throws a ModelError if an entry of `indexes` is wrong in itself. */
export function validateIndex(model: OptionsOf, index: unknown): void {
  const keys = ["fields", "name", "unique", "where", "include", "method"];
  const entry = Array.isArray(index) ? { fields: index } : model.record(index, "an index", keys);
  const { fields, name, unique, where, include, method } = entry;
  if (!Array.isArray(fields) || fields.length === 0)
    model.fail("an index needs a list of fields", 'For example ["author"].');
  const parts = fields.map((part: unknown) => partOf(model, part));
  const attributes = parts.map((part) =>
    part.column === undefined ? part : { ...part, column: model.field(part.column, "an index") },
  );
  const twice = repeatedColumn(attributes);
  if (twice !== undefined) model.fail(`an index names the field ${twice} twice`);
  model.identifier(name, "the name of an index");
  if (unique !== undefined && typeof unique !== "boolean") model.fail("unique of an index is not a boolean");
  if (where !== undefined) model.expression(where, "where of an index");
  if (include !== undefined) model.fieldList(include, "include of an index");
  model.choice(method, INDEX_METHODS, "the method of an index");
  const problem = indexProblem({
    columns: parts,
    unique: unique === true,
    ...(include === undefined ? {} : { include: ["one"] }),
    // It was checked above.
    ...(method === undefined ? {} : { method: method as NonNullable<Index["method"]> }),
  });
  if (problem !== undefined) model.fail(`an index ${problem}`);
}

/** The part with the field as it was written in the place of the column. */
function partOf(model: OptionsOf, part: unknown): IndexKey {
  if (typeof part !== "object" || part === null) {
    const descends = typeof part === "string" && part.startsWith("-");
    const column = descends ? part.slice(1) : model.field(part, "an index");
    return { column, ...(descends ? { order: "desc" } : {}) };
  }
  const what = "a part of an index";
  const { field, expression, order, nulls, opclass } = model.record(part, what, [
    ...["field", "expression", "order", "nulls", "opclass"],
  ]);
  if ((field === undefined) === (expression === undefined))
    model.fail(`${what} names a field or an expression, one of the two`);
  if (expression !== undefined) model.expression(expression, what);
  model.choice(order, ["desc"], `order of ${what}`);
  model.choice(nulls, ["first", "last"], `nulls of ${what}`);
  model.identifier(opclass, `opclass of ${what}`);
  return {
    ...(field === undefined ? { expression: "-" } : { column: model.field(field, "an index") }),
    ...(order === undefined ? {} : { order: "desc" }),
    ...(nulls === undefined ? {} : { nulls: "first" }),
    // It was checked above.
    ...(opclass === undefined ? {} : { opclass: String(opclass) }),
  };
}
