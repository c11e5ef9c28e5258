import { dataEqual } from "../schema/compare.ts";
import { type Column, isGenerated, type Table } from "../schema/table.ts";
import { referApart, targetsOf } from "./column-targets.ts";
import { isJoinTable, joinsTheSame } from "./join-tables.ts";

/** How much a new table is like one that is gone; 0: not enough to ask. A join table is known by what it joins. */
export function tableLikeness(old: Table, fresh: Table): number {
  const likeness = columnLikeness(old, fresh);
  const joins = isJoinTable(old) || isJoinTable(fresh);
  if (joins ? !joinsTheSame(old, fresh) : likeness < 0.5) return 0;
  return (joins ? 1 : 0) + likeness + nameLikeness(old.name, fresh.name);
}

/** How much a new column is like one that is gone, by definition, name, place and what it refers to; 0: not enough. */
export function columnLikenessIn(before: Table, old: Column, after: Table, fresh: Column): number {
  // What the database computes or numbers by itself is not what somebody has entered.
  if (isGenerated(old) || isGenerated(fresh) || old.autoIncrement !== fresh.autoIncrement) return 0;
  const reference = referenceLikeness(targetsOf(before, old.name), targetsOf(after, fresh.name));
  if (reference === undefined) return 0;
  const [definition, name] = [definitionLikeness(old, fresh), nameLikeness(old.name, fresh.name)];
  if (definition + name < 0.9) return 0;
  const place = (table: Table, column: Column) => table.columns.indexOf(column) / table.columns.length;
  const distance = Math.abs(place(before, old) - place(after, fresh));
  // A letter or two that two names share say less than their places do.
  return definition + name ** 2 + 0.3 * (1 - distance) + reference;
}

/** 1 for the same name, 0 where no two neighbouring letters are the same (Dice's coefficient). */
export function nameLikeness(old: string, fresh: string): number {
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

/** What refers to the same table is likelier than any other column; undefined: the values of the one fit no row of the other. */
function referenceLikeness(old: readonly string[], fresh: readonly string[]): number | undefined {
  if (referApart(old, fresh)) return undefined;
  if (!dataEqual(old, fresh)) return -0.5;
  return old.length > 0 ? 1 : 0;
}
