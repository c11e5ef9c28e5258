import { shortenTable } from "../schema/qualified-name.ts";
import { compareText, type Schema } from "../schema/schema.ts";
import type { Table } from "../schema/table.ts";
import type { NamePair } from "./rename-order.ts";

/** True for a table that only joins two: two columns, each of which refers to one, and together they are the key. */
export function isJoinTable(table: Table): boolean {
  return (
    table.columns.length === 2 &&
    table.primaryKey.length === 2 &&
    table.foreignKeys.length === 2 &&
    table.columns.every(({ name }) => targetOf(table, name) !== undefined)
  );
}

/** True if what the one with fewer references refers to, the other refers to as often. */
export function joinsTheSame(left: Table, right: Table): boolean {
  const [fewer, more] = [targetsOf(left), targetsOf(right)].sort((a, b) => a.length - b.length);
  const rest = [...(more ?? [])];
  return (fewer ?? []).every((target) => {
    const at = rest.indexOf(target);
    if (at >= 0) rest.splice(at, 1);
    return at >= 0;
  });
}

/**
 * The join tables that go with renamed tables, because their derived names (`article_tags`) begin with those of the
 * tables. `schema` has the tables under their new names already.
 */
export function followingJoinTables(schema: Schema, to: Schema, renamed: readonly NamePair[]): NamePair[] {
  return [...schema.tables.values()]
    .filter((table) => !to.tables.has(table.name) && isJoinTable(table))
    .sort((a, b) => compareText(a.name, b.name))
    .flatMap((old) =>
      renamed
        .filter((pair) => old.name.startsWith(`${pair.from}_`))
        .map((pair) => shortenTable(`${pair.to}${old.name.slice(pair.from.length)}`))
        .filter((name) => !schema.tables.has(name))
        .filter((name) => {
          const fresh = to.tables.get(name);
          return fresh !== undefined && isJoinTable(fresh) && joinsTheSame(old, fresh);
        })
        .slice(0, 1)
        .map((name): NamePair => ({ from: old.name, to: name })),
    );
}

/** The columns of join tables that go with the renamed tables to which they refer, each in its place. */
export function followingJoinColumns(
  schema: Schema,
  to: Schema,
  renamed: readonly NamePair[],
): (NamePair & { readonly table: string })[] {
  const names = new Set(renamed.map((pair) => pair.to));
  return [...to.tables.values()].flatMap((after) => {
    const before = schema.tables.get(after.name);
    if (before === undefined || before === after || !isJoinTable(before) || !isJoinTable(after)) return [];
    return before.columns.flatMap((old, at) => {
      const fresh = after.columns[at];
      const target = targetOf(before, old.name);
      if (fresh === undefined || target === undefined || !names.has(target)) return [];
      if (target !== targetOf(after, fresh.name)) return [];
      const isGone = after.columns.every(({ name }) => name !== old.name);
      const isNew = before.columns.every(({ name }) => name !== fresh.name);
      return isGone && isNew ? [{ table: after.name, from: old.name, to: fresh.name }] : [];
    });
  });
}

function targetOf(table: Table, column: string): string | undefined {
  return table.foreignKeys.find((key) => key.columns.length === 1 && key.columns[0] === column)?.references
    .table;
}

function targetsOf(table: Table): string[] {
  return table.foreignKeys.map((key) => key.references.table);
}
