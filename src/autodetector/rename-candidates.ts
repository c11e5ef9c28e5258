import { dataEqual } from "../schema/compare.ts";
import { compareText, type Schema } from "../schema/schema.ts";
import { columnsReferringElsewhere, targetsOf } from "./column-targets.ts";
import { isJoinTable } from "./join-tables.ts";
import { columnLikenessIn, nameLikeness, tableLikeness } from "./likeness.ts";

/** Something new that could be something old under another name: only a person knows. */
export interface RenameQuestion {
  readonly kind: "table" | "column" | "value";
  /** The table of a column or the enum of a value, under its new name. */
  readonly of?: string;
  readonly added: string;
  /** The old names that it could have had, the likeliest first. */
  readonly candidates: readonly string[];
}

/**
 * What is asked, one after the other, because each needs the answers before it: tables, join tables by the tables that
 * they join, columns of the tables that stay, values of enums. An enum is not asked for: it goes with its columns.
 */
export const QUESTIONS = [tableQuestions, joinTableQuestions, columnQuestions, valueQuestions] as const;

/**
 * True where a table, a column, an enum or a value is there no more, or a column refers to another table: nothing else
 * can have got another name.
 */
export function isAnythingGone(from: Schema, to: Schema): boolean {
  const isGone = (before: Iterable<string>, after: { has(name: string): boolean }) => {
    for (const name of before) if (!after.has(name)) return true;
    return false;
  };
  const namesOf = (columns: readonly { readonly name: string }[]) => columns.map(({ name }) => name);
  return (
    isGone(from.tables.keys(), to.tables) ||
    isGone(from.enums.keys(), to.enums) ||
    bothSides(from.tables, to.tables).some(
      ({ before, after }) =>
        isGone(namesOf(before.columns), new Set(namesOf(after.columns))) ||
        columnsReferringElsewhere(before, after).size > 0,
    ) ||
    bothSides(from.enums, to.enums).some(({ before, after }) => isGone(before.values, new Set(after.values)))
  );
}

/** The tables that could be renamed ones: alike in name or in most of their columns. */
export function tableQuestions(from: Schema, to: Schema): RenameQuestion[] {
  return questionsOfTables(from, to, false);
}

/** The join tables that could be renamed ones, or have become a table with more columns, or were one. */
export function joinTableQuestions(from: Schema, to: Schema): RenameQuestion[] {
  return questionsOfTables(from, to, true);
}

function questionsOfTables(from: Schema, to: Schema, joins: boolean): RenameQuestion[] {
  const dropped = [...from.tables.values()].filter(({ name }) => !to.tables.has(name));
  const added = [...to.tables.values()].filter(({ name }) => !from.tables.has(name));
  return questions("table", undefined, dropped, added, (old, fresh) =>
    (isJoinTable(old) || isJoinTable(fresh)) === joins ? tableLikeness(old, fresh) : 0,
  );
}

/**
 * The columns that could be renamed ones, in the tables that stay (renamed ones under their new name already). A foreign
 * key that refers to another table has kept its name only: both it and what had the name may belong to others.
 */
export function columnQuestions(from: Schema, to: Schema): RenameQuestion[] {
  return bothSides(from.tables, to.tables).flatMap(({ before, after }) => {
    const had = new Set(before.columns.map(({ name }) => name));
    const has = new Set(after.columns.map(({ name }) => name));
    const elsewhere = columnsReferringElsewhere(before, after);
    const dropped = before.columns.filter(({ name }) => !has.has(name) || elsewhere.has(name));
    const added = after.columns.filter(({ name }) => !had.has(name) || elsewhere.has(name));
    return questions("column", after.name, dropped, added, (old, fresh) => {
      const isKnownByTarget = elsewhere.has(old.name) || elsewhere.has(fresh.name);
      const isSame = !isKnownByTarget || dataEqual(targetsOf(before, old.name), targetsOf(after, fresh.name));
      return isSame ? columnLikenessIn(before, old, after, fresh) : 0;
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
  const both: { before: V; after: V }[] = [];
  for (const after of to.values()) {
    const before = from.get(after.name);
    if (before !== undefined && before !== after) both.push({ before, after });
  }
  return both.sort((a, b) => compareText(a.after.name, b.after.name));
}

/** The surest question comes first, because what it is answered with is no candidate for the others any more. */
function questions<V extends { readonly name: string }>(
  kind: RenameQuestion["kind"],
  of: string | undefined,
  dropped: readonly V[],
  added: readonly V[],
  likeness: (old: V, fresh: V) => number,
): RenameQuestion[] {
  if (dropped.length === 0) return [];
  return added
    .flatMap((fresh) => {
      const scored = dropped
        .map((old) => ({ name: old.name, score: likeness(old, fresh) }))
        .filter(({ score }) => score > 0)
        .sort((a, b) => b.score - a.score || compareText(a.name, b.name));
      return scored[0] === undefined ? [] : [{ added: fresh.name, scored, best: scored[0].score }];
    })
    .sort((a, b) => b.best - a.best || compareText(a.added, b.added))
    .map((question) => ({
      kind,
      ...(of === undefined ? {} : { of }),
      added: question.added,
      candidates: question.scored.map(({ name }) => name),
    }));
}
