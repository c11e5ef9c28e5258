import type { Operation } from "../operations/types.ts";
import { uniqueColumns } from "../schema/index-parts.ts";
import { constraintName, indexName } from "../schema/naming.ts";
import type { ByName } from "../schema/persistent-map.ts";
import { compareText, type EnumType, namespacesOf, type Schema } from "../schema/schema.ts";
import type { Column, Constraint, ForeignKey, Index, Table } from "../schema/table.ts";
import { dropsComeLast, inAlterOrder, inDropOrder, plainFirst } from "./column-order.ts";
import { changeEnums } from "./enum-changes.ts";
import { type Fills, fillOfAlteredColumn, fillOfNewColumn, type MissingFill } from "./fill.ts";
import { renameIndexes } from "./index-renames.ts";
import { missingNamespaces } from "./missing-namespaces.ts";
import { type DependencyOrder, dependencyOrder } from "./order.ts";
import { diffTable, type TableDiff, typeChanged } from "./table-diff.ts";
import { changeViews } from "./view-changes.ts";

/** What leads from one schema to another, in an order that always applies, and what a person should know of it. */
export interface Diff {
  readonly operations: readonly Operation[];
  readonly missingFills: readonly MissingFill[];
}

/**
 * Compares two schemas. Pure; linear in the number of tables. Nothing but an index is ever taken for a rename.
 * `fills` gives values for rows that exist already.
 */
export function diffSchemas(from: Schema, to: Schema, fills: Fills = new Map()): Diff {
  const enums = split(from.enums, to.enums);
  const tables = split(from.tables, to.tables);
  const { diffs: changed, operations: renamedIndexes } = renameIndexes(
    tables.kept
      .filter(({ before, after }) => before !== after)
      .map(({ before, after }) => diffTable(before, after)),
  );
  const all = new Map(changed.map((diff) => [diff.after.name, diff]));

  const drops = dependencyOrder(tables.dropped);
  const creates = dependencyOrder(tables.added);
  const shaken = shakenForeignKeys(tables.kept, all);
  const deferred = new DeferredKeys(creates, all);
  const missingFills: MissingFill[] = [];
  const enumChanges = changeEnums(enums.kept, changed, tables.dropped);

  const views = changeViews(from, to);

  const operations: Operation[] = [
    ...views.before,
    ...missingNamespaces(from, [
      ...namespacesOf(tables.added.map(({ name }) => name)),
      ...to.namespaces.values(),
    ]),
    // One that is not asked for stays: others may use it.
    ...to.extensions
      .filter((name) => !from.extensions.includes(name))
      .map((name): Operation => ({ kind: "createExtension", name })),
    ...enums.added.map((type): Operation => ({ kind: "createEnum", type })),
    ...enumChanges.before,
    ...dropForeignKeys(changed, shaken, drops, (table) => to.tables.has(table) && !all.has(table)),
    ...drops.tables.toReversed().map((table): Operation => ({ kind: "dropTable", table: table.name })),
    ...changed.flatMap(dropIndexesAndConstraints),
    ...renamedIndexes,
    ...creates.tables.map((table): Operation => ({ kind: "createTable", table: deferred.from(table) })),
    ...changed.flatMap((diff) => changeColumns(diff, fills, deferred, missingFills)),
    ...enumChanges.after,
    ...changed.flatMap(addIndexesAndConstraints),
    ...addForeignKeys(changed, shaken, deferred),
    ...enums.dropped.map((type): Operation => ({ kind: "dropEnum", name: type.name })),
    ...changed.flatMap(alterComment),
    ...views.after,
  ];
  return { operations, missingFills };
}

interface Split<V> {
  readonly dropped: readonly V[];
  readonly added: readonly V[];
  readonly kept: readonly { readonly before: V; readonly after: V }[];
}

function split<V extends Table | EnumType>(from: ByName<V>, to: ByName<V>): Split<V> {
  // What stays as it is need not be told.
  if (from === to) return { dropped: [], added: [], kept: [] };
  const byName = (a: V, b: V) => compareText(a.name, b.name);
  return {
    dropped: [...from.values()].filter(({ name }) => !to.has(name)).sort(byName),
    added: [...to.values()].filter(({ name }) => !from.has(name)).sort(byName),
    kept: [...to.values()].sort(byName).flatMap((after) => {
      const before = from.get(after.name);
      return before === undefined ? [] : [{ before, after }];
    }),
  };
}

type OwnedKey = { readonly table: string; readonly key: ForeignKey };

/**
 * Foreign keys that stay, but must be away while the columns that they join change their type, or while the key
 * that they refer to is replaced.
 */
function shakenForeignKeys(
  kept: Split<Table>["kept"],
  diffs: ReadonlyMap<string, TableDiff>,
): { before: OwnedKey[]; after: OwnedKey[] } {
  const shaken: { before: OwnedKey[]; after: OwnedKey[] } = { before: [], after: [] };
  if (diffs.size === 0) return shaken;
  const shakes = new Map([...diffs].map(([name, diff]) => [name, whatShakes(diff)]));
  for (const { before, after } of kept) {
    const own = diffs.get(after.name);
    const gone = new Set(
      own?.constraints.dropped.map((constraint) => constraintName(before.name, constraint)),
    );
    const stays = (key: ForeignKey) => !gone.has(constraintName(before.name, key));
    const isShaken = (key: ForeignKey) =>
      key.columns.some((column) => shakes.get(after.name)?.columns.has(column)) ||
      key.references.columns.some((column) => shakes.get(key.references.table)?.columns.has(column)) ||
      shakes.get(key.references.table)?.keys.has(setKey(key.references.columns));
    const names = new Set<string>();
    for (const key of before.foreignKeys.filter((candidate) => stays(candidate) && isShaken(candidate))) {
      names.add(constraintName(before.name, key));
      shaken.before.push({ table: before.name, key });
    }
    for (const key of after.foreignKeys) {
      if (names.has(constraintName(after.name, key))) shaken.after.push({ table: after.name, key });
    }
  }
  return shaken;
}

function whatShakes(diff: TableDiff): { columns: ReadonlySet<string>; keys: ReadonlySet<string> } {
  return {
    columns: new Set(diff.columns.altered.filter(typeChanged).map(({ after }) => after.name)),
    keys: keysIn(diff.constraints.dropped, diff.indexes.dropped),
  };
}

/** The sets of columns, as `setKey` says them, that a foreign key can refer to because of one of these. */
function keysIn(constraints: readonly Constraint[], indexes: readonly Index[]): ReadonlySet<string> {
  const keys = constraints
    .filter((constraint) => constraint.kind === "primaryKey" || constraint.kind === "unique")
    .map(({ columns }) => columns);
  const unique = indexes.map(uniqueColumns).filter((columns) => columns !== undefined);
  return new Set([...keys, ...unique].map(setKey));
}

function setKey(columns: readonly string[]): string {
  return JSON.stringify(columns.toSorted());
}

function dropForeignKeys(
  changed: readonly TableDiff[],
  shaken: { readonly before: readonly OwnedKey[] },
  drops: DependencyOrder,
  isUntouched: (table: string) => boolean,
): Operation[] {
  const drop = ({ table, key }: OwnedKey): Operation => ({
    kind: "dropConstraint",
    table,
    name: constraintName(table, key),
  });
  const removed = changed.flatMap((diff) =>
    diff.constraints.dropped
      .filter((constraint) => constraint.kind === "foreignKey")
      .filter((key) => !(goesWithColumn(key, diff) && isUntouched(key.references.table)))
      .map((key) => drop({ table: diff.before.name, key })),
  );
  const closing = drops.tables.flatMap((table) =>
    table.foreignKeys.filter((key) => drops.closing.has(key)).map((key) => drop({ table: table.name, key })),
  );
  return [...removed, ...shaken.before.map(drop), ...closing];
}

/** True for a constraint that is dropped with its column: the only one of its kind on that column alone. */
function goesWithColumn(constraint: Constraint, diff: TableDiff): boolean {
  if (constraint.kind === "check" || constraint.kind === "primaryKey" || constraint.columns.length !== 1)
    return false;
  // Where the new columns come first, a constraint of the same name may come with them.
  if (dropsComeLast(diff)) return false;
  const [column] = constraint.columns;
  if (diff.columns.dropped.every((dropped) => dropped.name !== column)) return false;
  const family = constraint.kind === "unique" ? diff.before.uniques : diff.before.foreignKeys;
  return family.filter((other) => other.columns.length === 1 && other.columns[0] === column).length === 1;
}

function dropIndexesAndConstraints(diff: TableDiff): Operation[] {
  const table = diff.before.name;
  return [
    ...diff.indexes.dropped.map(
      (index): Operation => ({ kind: "dropIndex", table, name: indexName(table, index) }),
    ),
    ...diff.constraints.dropped
      .filter((constraint) => constraint.kind !== "foreignKey" && !goesWithColumn(constraint, diff))
      .map(
        (constraint): Operation => ({
          kind: "dropConstraint",
          table,
          name: constraintName(table, constraint),
        }),
      ),
  ];
}

function changeColumns(
  diff: TableDiff,
  fills: Fills,
  deferred: DeferredKeys,
  missing: MissingFill[],
): Operation[] {
  const table = diff.after.name;
  const given = (fill: ReturnType<typeof fillOfNewColumn>, column: string, change: MissingFill["change"]) => {
    if (fill === "missing") missing.push({ table, column, change });
    return fill === undefined || fill === "missing" ? {} : { fill };
  };
  const drop = (column: Column): Operation => ({ kind: "dropColumn", table, column: column.name });
  const { computed, plain } = inDropOrder(diff.columns.dropped);
  const drops = plain.map(drop);
  const adds = plainFirst(diff.columns.added).map(
    (column): Operation => ({
      kind: "addColumn",
      table,
      column,
      ...deferred.ownOf(diff, column.name),
      ...given(fillOfNewColumn(table, column, fills), column.name, "added"),
    }),
  );
  const alters = inAlterOrder(diff.columns.altered).map(
    ({ before, after }): Operation => ({
      kind: "alterColumn",
      table,
      column: after,
      ...given(fillOfAlteredColumn(table, before, after, fills), after.name, "altered"),
    }),
  );
  const first = computed.map(drop);
  return dropsComeLast(diff)
    ? [...first, ...adds, ...alters, ...drops]
    : [...first, ...drops, ...adds, ...alters];
}

function addIndexesAndConstraints(diff: TableDiff): Operation[] {
  const table = diff.after.name;
  const own = new Set(diff.columns.added.flatMap((column) => ownUnique(diff, column.name) ?? []));
  return [
    ...diff.constraints.added
      .filter((constraint) => constraint.kind !== "foreignKey")
      .filter((constraint) => constraint.kind !== "unique" || !own.has(constraint))
      .map((constraint): Operation => ({ kind: "addConstraint", table, constraint })),
    ...diff.indexes.added.map((index): Operation => ({ kind: "createIndex", table, index })),
  ];
}

function addForeignKeys(
  changed: readonly TableDiff[],
  shaken: { readonly after: readonly OwnedKey[] },
  deferred: DeferredKeys,
): Operation[] {
  const add = ({ table, key }: OwnedKey): Operation => ({ kind: "addConstraint", table, constraint: key });
  const added = changed.flatMap((diff) =>
    diff.constraints.added.flatMap((constraint) =>
      constraint.kind === "foreignKey" && !deferred.inColumn.has(constraint)
        ? [add({ table: diff.after.name, key: constraint })]
        : [],
    ),
  );
  return [...deferred.closing.map(add), ...added, ...shaken.after.map(add)];
}

function alterComment({ before, after }: TableDiff): Operation[] {
  if (before.comment === after.comment) return [];
  return [
    {
      kind: "alterComment",
      table: after.name,
      ...(after.comment === undefined ? {} : { comment: after.comment }),
    },
  ];
}

function ownUnique(diff: TableDiff, column: string) {
  return diff.after.uniques.find((unique) => unique.columns.length === 1 && unique.columns[0] === column);
}

/** Decides which foreign keys are part of the CreateTable or AddColumn of their columns, and which come last. */
class DeferredKeys {
  readonly closing: OwnedKey[] = [];
  readonly inColumn = new Set<ForeignKey>();
  readonly #order: DependencyOrder;
  readonly #diffs: ReadonlyMap<string, TableDiff>;

  constructor(order: DependencyOrder, diffs: ReadonlyMap<string, TableDiff>) {
    this.#order = order;
    this.#diffs = diffs;
  }

  /** The table without the foreign keys whose target is not complete when it is created. */
  from(table: Table): Table {
    const isLate = (key: ForeignKey) => this.#order.closing.has(key) || !this.#isReady(key);
    const late = table.foreignKeys.filter(isLate);
    if (late.length === 0) return table;
    this.closing.push(...late.map((key) => ({ table: table.name, key })));
    return { ...table, foreignKeys: table.foreignKeys.filter((key) => !isLate(key)) };
  }

  /** The constraints that the new column brings with it. */
  ownOf(diff: TableDiff, column: string) {
    const unique = ownUnique(diff, column);
    const foreignKey = diff.after.foreignKeys.find(
      (key) => key.columns.length === 1 && key.columns[0] === column,
    );
    const ready = foreignKey !== undefined && this.#isReady(foreignKey) ? foreignKey : undefined;
    if (ready !== undefined) this.inColumn.add(ready);
    return {
      ...(unique === undefined ? {} : { unique }),
      ...(ready === undefined ? {} : { foreignKey: ready }),
    };
  }

  /** False where the target's columns or keys change in this very diff. */
  #isReady({ references }: ForeignKey): boolean {
    const target = this.#diffs.get(references.table);
    if (target === undefined) return true;
    const { columns, constraints, indexes } = target;
    const inFlux = new Set(
      [...columns.added, ...columns.altered.map(({ after }) => after)].map(({ name }) => name),
    );
    return !(
      references.columns.some((column) => inFlux.has(column)) ||
      keysIn(constraints.added, indexes.added).has(setKey(references.columns))
    );
  }
}
