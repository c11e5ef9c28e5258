import { UsageError } from "../errors.ts";
import { applyOperation } from "../operations/handlers.ts";
import { namesValue } from "../operations/named-values.ts";
import type { Operation } from "../operations/types.ts";
import { indexName } from "../schema/naming.ts";
import { compareText, namespacesOf, type Schema } from "../schema/schema.ts";
import { findColumn, type Table } from "../schema/table.ts";
import { columnsReferringElsewhere } from "./column-targets.ts";
import { diffSchemas } from "./diff.ts";
import { freeRenames } from "./free-renames.ts";
import { withoutColumn, withoutTable } from "./give-way.ts";
import { followingJoinColumns, followingJoinTables } from "./join-tables.ts";
import { missingNamespaces } from "./missing-namespaces.ts";
import { type NamePair, orderRenames } from "./rename-order.ts";

/** A rename that somebody has decided; `table` and `enum` are the new names of what holds the column or value. */
export type Rename =
  | ({ readonly kind: "table" } & NamePair)
  | ({ readonly kind: "column"; readonly table: string } & NamePair)
  | ({ readonly kind: "enum" } & NamePair)
  | ({ readonly kind: "value"; readonly enum: string } & NamePair);

/** The operations that carry out renames, and the schema after them. */
export interface Renamed {
  readonly operations: readonly Operation[];
  readonly schema: Schema;
}

/** Something new by its kind and name; `of` is the table of a column or the enum of a value. */
export interface Added {
  readonly kind: "table" | "column" | "value";
  readonly of?: string;
  readonly added: string;
}

/**
 * Carries out decided renames on `from`: tables, then columns, then enums, then their values. A table or a column that
 * has the new name of another one, and gets none itself, is dropped before. Join tables and enums
 * whose name is derived from a renamed table or column follow by themselves, unless they are among what is `added`.
 * What else differs is left to `diffSchemas`.
 * @throws UsageError for a rename that does not lead from `from` to `to`
 */
export function applyRenames(
  from: Schema,
  to: Schema,
  renames: readonly Rename[],
  added: readonly Added[] = [],
): Renamed {
  const operations: Operation[] = [];
  let schema = from;
  const run = (operation: Operation) => {
    schema = applyOperation(operation, schema);
    operations.push(operation);
  };

  const giveWay = (rest: Schema) => {
    for (const operation of diffSchemas(schema, rest).operations) run(operation);
  };

  const tables = renames.filter((rename) => rename.kind === "table");
  for (const { from: old, to: fresh } of tables) {
    require(schema.tables.has(old), `there was no table ${old} to rename`);
    require(to.tables.has(fresh), `there is no model with the table ${fresh}`);
  }
  for (const creation of missingNamespaces(schema, namespacesOf(tables.map((table) => table.to))))
    run(creation);
  requireOnce(tables, "table");
  for (const name of inTheWay(tables, schema.tables, to.tables, "there is a model with the table"))
    giveWay(withoutTable(schema, name));
  for (const pair of orderRenames(tables, (name) => schema.tables.has(name) || to.tables.has(name))) {
    run({ kind: "renameTable", ...pair });
  }
  const isNew = (kind: Added["kind"], name: string, of?: string) =>
    added.some((other) => other.kind === kind && other.added === name && other.of === of);
  const hasTable = (name: string) => schema.tables.has(name);
  const joins = freeRenames(
    followingJoinTables(schema, to, tables).filter((pair) => !isNew("table", pair.to)),
    hasTable,
  );
  for (const pair of orderRenames(joins, (name) => hasTable(name) || to.tables.has(name)))
    run({ kind: "renameTable", ...pair });

  const decided = Map.groupBy(
    renames.filter((rename) => rename.kind === "column"),
    ({ table }) => table,
  );
  const following = Map.groupBy(
    followingJoinColumns(schema, to, tables).filter((pair) => !isNew("column", pair.to, pair.table)),
    ({ table }) => table,
  );
  for (const name of new Set([...decided.keys(), ...following.keys()])) {
    const before = schema.tables.get(name);
    const after = to.tables.get(name);
    if (before === undefined || after === undefined)
      throw unknown(`there is no table ${name} with columns to rename`);
    const given = decided.get(name) ?? [];
    const isOpen = (pair: NamePair) => given.every(({ from, to }) => from !== pair.from && to !== pair.to);
    const others = (following.get(name) ?? []).filter(isOpen);
    const pairs = [...given, ...freeRenames(others, (column) => hasColumn(before, column), given)];
    for (const pair of pairs) {
      require(findColumn(before, pair.from) !==
        undefined, `table ${name} had no column ${pair.from} to rename`);
      require(findColumn(after, pair.to) !== undefined, `table ${name} gets no column ${pair.to}`);
    }
    requireOnce(pairs, `column of ${name}`);
    const kept = namesOf(after).difference(columnsReferringElsewhere(before, after));
    for (const column of inTheWay(pairs, namesOf(before), kept, `table ${name} has a column`)) {
      const rest = withoutColumn(schema, name, column);
      const left = namesOf(rest.tables.get(name) ?? before);
      for (const { from: old } of pairs)
        require(left.has(
          old,
        ), `column ${old} of ${name} is computed from ${column}, whose name it cannot get`);
      giveWay(rest);
    }
    const taken = (column: string) => hasColumn(before, column) || hasColumn(after, column);
    for (const pair of orderRenames(pairs, taken)) run({ kind: "renameColumn", table: name, ...pair });
  }

  const enums = [...renames.filter((rename) => rename.kind === "enum"), ...followingEnums(schema, to)];
  for (const { from: old, to: fresh } of enums) {
    require(schema.enums.has(old), `there was no enum ${old} to rename`);
    require(to.enums.has(fresh), `there is no enum ${fresh}`);
  }
  for (const pair of orderRenames(enums, (name) => schema.enums.has(name) || to.enums.has(name))) {
    run({ kind: "renameEnum", ...pair });
  }

  const values = renames.filter((rename) => rename.kind === "value");
  for (const [name, pairs] of Map.groupBy(values, (rename) => rename.enum)) {
    const before = schema.enums.get(name)?.values ?? [];
    for (const pair of pairs) {
      require(before.includes(pair.from), `enum ${name} had no value ${JSON.stringify(pair.from)} to rename`);
      require(to.enums.get(name)?.values.includes(pair.to) ===
        true, `enum ${name} gets no value ${JSON.stringify(pair.to)}`);
      for (const drop of dropNamers(schema, name, pair.from)) run(drop);
    }
    requireOnce(pairs, `value of ${name}`);
    const taken = (value: string) => before.includes(value);
    for (const pair of orderRenames(pairs, taken)) {
      run({ kind: "renameEnumValue", name, ...pair });
    }
  }
  return { operations, schema };
}

/**
 * The enums that go with columns which stay: where a column has an enum of another name now, and neither name is in
 * use on the other side, it is the derived name that has followed its table or column.
 */
function followingEnums(from: Schema, to: Schema): NamePair[] {
  const pairs = new Map<string, string>();
  for (const after of to.tables.values()) {
    const before = from.tables.get(after.name);
    if (before === undefined || before === after) continue;
    for (const { name, type } of after.columns) {
      const old = findColumn(before, name)?.type;
      if (type.kind !== "enum" || old?.kind !== "enum" || old.name === type.name) continue;
      const isFree = !to.enums.has(old.name) && !from.enums.has(type.name);
      if (isFree && ![...pairs.values()].includes(type.name)) pairs.set(old.name, type.name);
    }
  }
  return [...pairs]
    .map(([old, fresh]) => ({ from: old, to: fresh }))
    .sort((a, b) => compareText(a.from, b.from));
}

/**
 * The new names that something has which gets no other one: it is dropped. @throws UsageError where the old name is still
 * in use, so that it is more likely that nothing was renamed
 */
function inTheWay(
  pairs: readonly NamePair[],
  before: Pick<ReadonlySet<string>, "has">,
  after: Pick<ReadonlySet<string>, "has">,
  what: string,
): string[] {
  const [olds, freshs] = [new Set(pairs.map(({ from }) => from)), new Set(pairs.map(({ to }) => to))];
  const over = pairs.filter(({ to }) => before.has(to) && !olds.has(to));
  for (const { from, to } of over) {
    require(!after.has(from) || freshs.has(from), `${what} ${from} still, for which ${to} would be dropped`);
  }
  return over.map(({ to }) => to);
}

/**
 * The checks and indexes that name the value go before it is renamed; what the models say of them is added again by the
 * diff. PostgreSQL would let an index follow the value, and then it would be another one than its text says.
 */
function dropNamers(schema: Schema, name: string, value: string): Operation[] {
  return [...schema.tables.values()]
    .filter(({ columns }) => columns.some(({ type }) => type.kind === "enum" && type.name === name))
    .flatMap((table): Operation[] => [
      ...table.indexes
        .filter((index) => namesValue(index, value))
        .map(
          (index): Operation => ({
            kind: "dropIndex",
            table: table.name,
            name: indexName(table.name, index),
          }),
        ),
      ...table.checks
        .filter((check) => namesValue(check, value))
        .map((check): Operation => ({ kind: "dropConstraint", table: table.name, name: check.name })),
    ]);
}

function namesOf({ columns }: Table): Set<string> {
  return new Set(columns.map(({ name }) => name));
}

function hasColumn(table: Table, name: string): boolean {
  return findColumn(table, name) !== undefined;
}

/** Nothing has two new names or two old ones. */
function requireOnce(pairs: readonly NamePair[], what: string): void {
  for (const [side, other] of [
    ["from", "to"],
    ["to", "from"],
  ] as const) {
    for (const [name, same] of Map.groupBy(pairs, (pair) => pair[side])) {
      if (same.length < 2) continue;
      const others = same.map((pair) => pair[other]).join(" and ");
      const problem = side === "from" ? `cannot become both ${others}` : `cannot have been both ${others}`;
      throw new UsageError(`the ${what} ${name} ${problem}`, "give one rename for it");
    }
  }
}

function require(condition: boolean, message: string): void {
  if (!condition) throw unknown(message);
}

function unknown(message: string): UsageError {
  return new UsageError(message, "look at the old names in the migrations and at the new ones in the models");
}
