import { dataEqual } from "../schema/compare.ts";
import { compareText, type Schema } from "../schema/schema.ts";
import type { Column, Table } from "../schema/table.ts";

/** Something new that could be something old under another name: only a person knows. */
export interface RenameQuestion {
  readonly kind: "table" | "column" | "value";
  /** The table of a column or the enum of a value, under its new name. */
  readonly of?: string;
  readonly added: string;
  /** The old names that it could have had, the likeliest first. */
  readonly candidates: readonly string[];
}

/** The tables that could be renamed ones: alike in name or in most of their columns. */
export function tableQuestions(from: Schema, to: Schema): RenameQuestion[] {
  const dropped = [...from.tables.values()].filter(({ name }) => !to.tables.has(name));
  const added = [...to.tables.values()].filter(({ name }) => !from.tables.has(name));
  return questions("table", undefined, dropped, added, (old, fresh) => {
    const likeness = columnLikeness(old, fresh);
    return likeness >= 0.5 ? likeness + nameLikeness(old.name, fresh.name) : 0;
  });
}

/** The columns that could be renamed ones, in the tables that stay (renamed ones under their new name already). */
export function columnQuestions(from: Schema, to: Schema): RenameQuestion[] {
  return bothSides(from.tables, to.tables).flatMap(({ before, after }) => {
    const dropped = before.columns.filter(({ name }) =>
      after.columns.every((column) => column.name !== name),
    );
    const added = after.columns.filter(({ name }) => before.columns.every((column) => column.name !== name));
    const place = (table: Table, column: Column) => table.columns.indexOf(column) / table.columns.length;
    return questions("column", after.name, dropped, added, (old, fresh) => {
      const likeness = definitionLikeness(old, fresh) + nameLikeness(old.name, fresh.name);
      if (likeness < 0.9) return 0;
      return likeness + (1 - Math.abs(place(before, old) - place(after, fresh))) / 10;
    });
  });
}

/** The values of enums that could be renamed ones: as many gone as come, or alike in name. */
export function valueQuestions(from: Schema, to: Schema): RenameQuestion[] {
  return bothSides(from.enums, to.enums).flatMap(({ before, after }) => {
    const named = (values: readonly string[], others: readonly string[]) =>
      values.filter((value) => !others.includes(value)).map((name) => ({ name, at: values.indexOf(name) }));
    const dropped = named(before.values, after.values);
    const added = named(after.values, before.values);
    return questions(
      "value",
      after.name,
      dropped,
      added,
      (old, fresh) =>
        1 +
        nameLikeness(old.name, fresh.name) -
        Math.abs(old.at - fresh.at) / (before.values.length + after.values.length),
    );
  });
}

function bothSides<V extends { readonly name: string }>(
  from: { get(name: string): V | undefined },
  to: { values(): Iterable<V> },
): { before: V; after: V }[] {
  return [...to.values()]
    .sort((a, b) => compareText(a.name, b.name))
    .flatMap((after) => {
      const before = from.get(after.name);
      return before === undefined || before === after ? [] : [{ before, after }];
    });
}

function questions<V extends { readonly name: string }>(
  kind: RenameQuestion["kind"],
  of: string | undefined,
  dropped: readonly V[],
  added: readonly V[],
  likeness: (old: V, fresh: V) => number,
): RenameQuestion[] {
  return added
    .toSorted((a, b) => compareText(a.name, b.name))
    .flatMap((fresh): RenameQuestion[] => {
      const scored = dropped
        .map((old) => ({ name: old.name, score: likeness(old, fresh) }))
        .filter(({ score }) => score > 0)
        .sort((a, b) => b.score - a.score || compareText(a.name, b.name));
      if (scored.length === 0) return [];
      const candidates = scored.map(({ name }) => name);
      return [{ kind, ...(of === undefined ? {} : { of }), added: fresh.name, candidates }];
    });
}

/** The share of columns that both have, by name and type. */
function columnLikeness(old: Table, fresh: Table): number {
  const shape = ({ name, type }: Column) => JSON.stringify([name, type.kind === "enum" ? "enum" : type]);
  const shapes = new Set(old.columns.map(shape));
  const shared = fresh.columns.filter((column) => shapes.has(shape(column))).length;
  return (2 * shared) / (old.columns.length + fresh.columns.length);
}

function definitionLikeness(old: Column, fresh: Column): number {
  if (dataEqual(old.type, fresh.type)) return old.nullable === fresh.nullable ? 1 : 0.95;
  return old.type.kind === fresh.type.kind ? 0.9 : 0;
}

/** 1 for the same name, 0 where no two neighbouring letters are the same (Dice's coefficient). */
function nameLikeness(old: string, fresh: string): number {
  const pairs = (name: string) =>
    Array.from({ length: name.length - 1 }, (_, at) => name.toLowerCase().slice(at, at + 2));
  const [a, b] = [pairs(old), pairs(fresh)];
  if (a.length + b.length === 0) return 0;
  const rest = [...b];
  let shared = 0;
  for (const pair of a) {
    const at = rest.indexOf(pair);
    if (at < 0) continue;
    shared += 1;
    rest.splice(at, 1);
  }
  return (2 * shared) / (a.length + b.length);
}
