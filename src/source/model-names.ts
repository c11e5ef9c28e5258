import { isReservedFieldName } from "../models/validate-model.ts";
import type { Table } from "../schema/table.ts";

/** The names that a table and its columns have in a models file. */
export interface TableNames {
  readonly table: Table;
  /** Of the model, and of the constant that holds it. */
  readonly model: string;
  /** Of the fields, by column. */
  readonly fields: ReadonlyMap<string, string>;
}

/** A name for a model of that table which is not among those that are taken; it is taken then. */
export function modelName(table: string, taken: Set<string>): string {
  const words = wordsOf(table).map(capitalized).join("");
  return claim(identifier(words, "Model"), (name) => [name], taken);
}

/**
 * The names of the fields by column. A relation is named without the `_id` of its column, because rows carry it as
 * `authorId`; where both are taken it gets a name of its own.
 */
export function fieldNames(table: Table, isRelation: (column: string) => boolean): Map<string, string> {
  const taken = new Set<string>();
  const names = new Map<string, string>();
  const [relations, values] = [true, false].map((wanted) =>
    table.columns.map(({ name }) => name).filter((column) => isRelation(column) === wanted),
  );
  // Columns that are nothing but themselves come first, so that they keep their names.
  for (const column of values ?? [])
    names.set(
      column,
      claim(camelCase(column), (name) => [name], taken),
    );
  for (const column of relations ?? []) {
    const plain = camelCase(column.replace(/(?<=.)(?:_id|(?<=[a-z])(?:Id|ID))$/, ""));
    names.set(
      column,
      claim(plain, (name) => [name, `${name}Id`], taken),
    );
  }
  return names;
}

function camelCase(text: string): string {
  const [first = "", ...rest] = wordsOf(text);
  return identifier(first.toLowerCase() + rest.map(capitalized).join(""), "field");
}

/** The words of `blog_post`, `BlogPost`, `blogPost`, `HTTPServer`, `zip code`. */
function wordsOf(text: string): string[] {
  return text
    .normalize("NFC")
    .split(/[^\p{ID_Continue}]+|_+/u)
    .flatMap((part) => part.match(/\p{Lu}+(?=\p{Lu}\p{Ll})|\p{Lu}?[^\p{Lu}]+|\p{Lu}+/gu) ?? []);
}

function capitalized(word: string): string {
  const [first = "", ...rest] = word;
  return first.toUpperCase() + rest.join("").toLowerCase();
}

function identifier(name: string, otherwise: string): string {
  if (name === "") return otherwise;
  return /^\p{ID_Start}/u.test(name) && !isReservedFieldName(name) ? name : `_${name}`;
}

/** The name, or the first of it with a number behind that is free with all that comes with it. */
function claim(name: string, withIt: (name: string) => readonly string[], taken: Set<string>): string {
  for (let count = 1; ; count++) {
    const candidate = count === 1 ? name : `${name}${count}`;
    const all = withIt(candidate);
    if (all.some((each) => taken.has(each))) continue;
    for (const each of all) taken.add(each);
    return candidate;
  }
}
