import { comparableIndex, dataEqual } from "../schema/compare.ts";
import { constraintName, constraintsOf, indexName } from "../schema/naming.ts";
import { normalizeExpression } from "../schema/sql-tokens.ts";
import type { Check, Column, Constraint, Index, Table } from "../schema/table.ts";

/** What became of one part of a table. */
export interface PartDiff<T> {
  readonly dropped: readonly T[];
  readonly added: readonly T[];
  readonly altered: readonly { readonly before: T; readonly after: T }[];
}

/** The differences between two versions of one table. A changed constraint or index is dropped and added. */
export interface TableDiff {
  readonly before: Table;
  readonly after: Table;
  readonly columns: PartDiff<Column>;
  readonly constraints: Omit<PartDiff<Constraint>, "altered">;
  readonly indexes: Omit<PartDiff<Index>, "altered">;
}

/** Compares two versions of a table; linear in their size. */
export function diffTable(before: Table, after: Table): TableDiff {
  return {
    before,
    after,
    columns: diffColumns(before.columns, after.columns),
    constraints: replaced(
      constraintsOf(before),
      constraintsOf(after),
      (table, constraint) => constraintName(table.name, constraint),
      before,
      after,
    ),
    indexes: replaced(
      before.indexes,
      after.indexes,
      (table, index) => indexName(table.name, index),
      before,
      after,
    ),
  };
}

/** True if the column's type is another one, be it in length or precision only. */
export function typeChanged({ before, after }: { readonly before: Column; readonly after: Column }): boolean {
  return !dataEqual(before.type, after.type);
}

function diffColumns(before: readonly Column[], after: readonly Column[]): PartDiff<Column> {
  const old = new Map(before.map((column) => [column.name, column]));
  const kept = new Set(after.map((column) => column.name));
  return {
    dropped: before.filter((column) => !kept.has(column.name)),
    added: after.filter((column) => !old.has(column.name)),
    altered: after.flatMap((column) => {
      const previous = old.get(column.name);
      return previous === undefined || dataEqual(previous, column)
        ? []
        : [{ before: previous, after: column }];
    }),
  };
}

function replaced<T extends Constraint | Index>(
  before: readonly T[],
  after: readonly T[],
  nameOf: (table: Table, part: T) => string,
  tableBefore: Table,
  tableAfter: Table,
): { dropped: T[]; added: T[] } {
  const old = new Map(before.map((part) => [nameOf(tableBefore, part), part]));
  const fresh = new Map(after.map((part) => [nameOf(tableAfter, part), part]));
  return {
    dropped: [...old].flatMap(([name, part]) => (sameDefinition(part, fresh.get(name)) ? [] : [part])),
    added: [...fresh].flatMap(([name, part]) => (sameDefinition(old.get(name), part) ? [] : [part])),
  };
}

/** The name has been compared already, and may be explicit on one side only. */
function sameDefinition(
  left: Constraint | Index | undefined,
  right: Constraint | Index | undefined,
): boolean {
  if (left === undefined || right === undefined) return false;
  if (isCheck(left) && isCheck(right)) {
    return dataEqual(normalizeExpression(left.expression), normalizeExpression(right.expression));
  }
  const [a, b] = [left, right].map((part) => ("kind" in part ? part : comparableIndex(part)));
  return dataEqual({ ...a, name: undefined }, { ...b, name: undefined });
}

function isCheck(part: Constraint | Index): part is Check {
  return "kind" in part && part.kind === "check";
}
