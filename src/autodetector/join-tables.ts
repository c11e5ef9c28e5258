import { dataEqual } from "../schema/compare.ts";
import { shortenTable } from "../schema/qualified-name.ts";
import { compareText, type Schema } from "../schema/schema.ts";
import type { Table } from "../schema/table.ts";
import { targetsOf } from "./column-targets.ts";
import type { NamePair } from "./rename-order.ts";

/** True for a table that only joins two: two columns, each of which refers to one, and together they are the key. */
export function isJoinTable(table: Table): boolean {
  return (
    table.columns.length === 2 &&
    table.primaryKey.length === 2 &&
    table.foreignKeys.length === 2 &&
    table.columns.every(({ name }) => targetsOf(table, name).length > 0)
  );
}

/** True if what the one with fewer references refers to, the other refers to as often. */
export function joinsTheSame(left: Table, right: Table): boolean {
  const [fewer, more] = [tableTargets(left), tableTargets(right)].sort((a, b) => a.length - b.length);
  const rest = [...(more ?? [])];
  return (fewer ?? []).every((target) => {
    const at = rest.indexOf(target);
    if (at >= 0) rest.splice(at, 1);
    return at >= 0;
  });
}

/**
 * The join tables that go with renamed tables, because their derived names (`article_tags`) begin with those of the
 * tables. One may have the name of another that goes, too. `schema` has the tables under their new names already.
 */
export function followingJoinTables(schema: Schema, to: Schema, renamed: readonly NamePair[]): NamePair[] {
  const decided = new Set(renamed.map((pair) => pair.to));
  return [...schema.tables.values()]
    .filter((table) => isJoinTable(table) && !decided.has(table.name))
    .filter((table) => !staysJoinTable(table, to.tables.get(table.name)))
    .sort((a, b) => compareText(a.name, b.name))
    .flatMap((old) =>
      renamed
        .filter((pair) => old.name.startsWith(`${pair.from}_`))
        .map((pair) => shortenTable(`${pair.to}${old.name.slice(pair.from.length)}`))
        .filter((name) => {
          const fresh = to.tables.get(name);
          return fresh !== undefined && isJoinTable(fresh) && joinsTheSame(old, fresh);
        })
        .filter((name) => !staysJoinTable(schema.tables.get(name), to.tables.get(name)))
        .slice(0, 1)
        .map((name): NamePair => ({ from: old.name, to: name })),
    );
}

/** True where the table of that name is there still: it leads from and to the same tables. */
function staysJoinTable(old: Table | undefined, fresh: Table | undefined): boolean {
  if (old === undefined || fresh === undefined) return false;
  return !isJoinTable(old) || dataEqual(columnTargets(old), columnTargets(fresh));
}

/**
 * The columns of join tables that go with the renamed tables to which they refer. Two that refer to the same table go in
 * their order, and one that has its name and its table still goes nowhere.
 */
export function followingJoinColumns(
  schema: Schema,
  to: Schema,
  renamed: readonly NamePair[],
): (NamePair & { readonly table: string })[] {
  const names = new Set(renamed.map((pair) => pair.to));
  return [...to.tables.values()].flatMap((after) => {
    const before = schema.tables.get(after.name);
    if (before === undefined || before === after || !isJoinTable(before) || !isJoinTable(after)) return [];
    const olds = referringColumns(before);
    const freshs = referringColumns(after);
    const rest = (columns: readonly ReferringColumn[], others: readonly ReferringColumn[]) =>
      Map.groupBy(
        columns.filter((column) => !others.some((other) => dataEqual(column, other))),
        ({ target }) => target,
      );
    const going = rest(freshs, olds);
    return [...rest(olds, freshs)].flatMap(([target, columns]) =>
      names.has(target)
        ? columns.flatMap(({ name: old }, at) => {
            const fresh = going.get(target)?.[at]?.name;
            return fresh === undefined ? [] : [{ table: after.name, from: old, to: fresh }];
          })
        : [],
    );
  });
}

interface ReferringColumn {
  readonly name: string;
  readonly target: string;
}

function referringColumns(table: Table): ReferringColumn[] {
  return table.columns.flatMap(({ name }) => targetsOf(table, name).map((target) => ({ name, target })));
}

function columnTargets(table: Table): string[] {
  return referringColumns(table).map(({ target }) => target);
}

function tableTargets(table: Table): string[] {
  return table.foreignKeys.map((key) => key.references.table);
}
