import { dataEqual } from "../../schema/compare.ts";
import { shorten } from "../../schema/identifier.ts";
import { constraintsOf } from "../../schema/naming.ts";
import {
  type Column,
  type Constraint,
  findColumn,
  type Index,
  isGenerated,
  type Table,
} from "../../schema/table.ts";
import { isRowIdName, sqlite } from "./renderer.ts";
import type { Alteration } from "./table-work.ts";

/**
 * The statements without a rebuild, or undefined where ALTER TABLE cannot make the very table that is wanted
 * (https://www.sqlite.org/lang_altertable.html). Of what newer versions can do (ALTER COLUMN, ADD and DROP
 * CONSTRAINT of 3.53) nothing is used: the same text has to run on SQLite 3.40.
 */
export function nativeAlter(work: Alteration): string[] | undefined {
  const { base, target, added, altered, sources } = work;
  if (sources.size > 0 || altered.values().some(({ using }) => using !== undefined)) return undefined;
  if (!dataEqual(base.primaryKey, target.primaryKey)) return undefined;

  const isNew = (column: Column) => added.has(column.name) || findColumn(base, column.name) === undefined;
  const kept = target.columns.filter((column) => !isNew(column));
  if (!kept.every((column) => dataEqual(column, findColumn(base, column.name)))) return undefined;
  const dropped = base.columns.filter(
    ({ name }) => added.has(name) || findColumn(target, name) === undefined,
  );
  const isStuck = ({ name }: Column) => base.primaryKey.includes(name) || isRowIdName(name);
  if (kept.length === 0 || dropped.some(isStuck)) return undefined;

  const stored = new Set(
    constraintsOf(base).map((constraint) => sqlite.constraintClause(base.name, constraint)),
  );
  const fresh: Constraint[] = [];
  for (const constraint of constraintsOf(target)) {
    if (!stored.delete(sqlite.constraintClause(target.name, constraint))) fresh.push(constraint);
  }
  if (stored.size > 0) return undefined;

  const additions: string[] = [];
  for (const column of target.columns.filter(isNew)) {
    const own = fresh.filter((constraint) => belongsTo(constraint, column, target));
    for (const constraint of own) fresh.splice(fresh.indexOf(constraint), 1);
    const fill = added.get(column.name);
    const isFilled = fill === undefined || dataEqual(fill, column.default ?? { value: null });
    if (!isFilled || !canAdd(column, own)) return undefined;
    additions.push(sqlite.addColumn(target, column, own));
  }
  if (fresh.length > 0) return undefined;

  const indexes = indexChanges(base, target);
  return [
    ...indexes.dropped.map(({ name = "" }) => sqlite.dropIndex(base.name, name)),
    // A column that another is computed from cannot go before that one.
    ...[...dropped.filter(isGenerated).toReversed(), ...dropped.filter((column) => !isGenerated(column))].map(
      ({ name }) => sqlite.dropColumn(base.name, name),
    ),
    ...additions,
    ...indexes.created.map((index) => sqlite.index(target, index)),
  ];
}

function indexChanges(base: Table, target: Table): { dropped: Index[]; created: Index[] } {
  const missingIn = (table: Table) => {
    const byName = new Map(table.indexes.map((index) => [index.name, index]));
    return (index: Index) => !dataEqual(index, byName.get(index.name));
  };
  return { dropped: base.indexes.filter(missingIn(target)), created: target.indexes.filter(missingIn(base)) };
}

/** A constraint that ADD COLUMN can declare: a foreign key, or the check that stands for an enum. */
function belongsTo(constraint: Constraint, column: Column, table: Table): boolean {
  if (constraint.kind === "foreignKey") {
    return constraint.columns.length === 1 && constraint.columns[0] === column.name;
  }
  return (
    constraint.kind === "check" &&
    constraint.name === shorten(`${table.name}_${column.name}_enum`) &&
    String(constraint.expression).startsWith(`${sqlite.quote(column.name)} IN (`)
  );
}

function canAdd(column: Column, constraints: readonly Constraint[]): boolean {
  if (column.autoIncrement || isRowIdName(column.name)) return false;
  if (column.generated !== undefined) return !column.generated.stored;
  const value =
    column.default === undefined ? null : "value" in column.default ? column.default.value : undefined;
  if (value === undefined) return false;
  if (value === null) return column.nullable;
  return !constraints.some(({ kind }) => kind === "foreignKey");
}
