import { type ColumnType, isInteger } from "../../src/schema/column-type.ts";
import { constraintsOf } from "../../src/schema/naming.ts";
import { type Schema, tablesByName } from "../../src/schema/schema.ts";
import {
  type Check,
  type Column,
  type Deferrable,
  type ForeignKey,
  isGenerated,
  type PrimaryKey,
  type PrimaryKeyOptions,
  type ReferentialAction,
  type Table,
  type Unique,
} from "../../src/schema/table.ts";
import type { Chooser } from "./chooser.ts";
import { foldName, freshName, freshTableName } from "./names.ts";
import { randomGenerated } from "./random-generated.ts";
import { randomIndex } from "./random-index.ts";
import { columnType, defaultFor, isText, randomCollation } from "./values.ts";

/** What a sequence of random operations remembers besides the schema. */
export interface Memory {
  /** Every name of a table, an enum, an index or a constraint that was ever chosen. */
  readonly names: Set<string>;
  /** The names of columns that each table ever had. */
  readonly columnNames: Map<string, Set<string>>;
}

/** A table, perhaps with references to itself and to tables of the schema. */
export function randomTable(chooser: Chooser, schema: Schema, memory: Memory, virtual: boolean): Table {
  const name = freshTableName(chooser, schema, memory.names);
  const columnNames = new Set<string>();
  memory.columnNames.set(name, columnNames);
  const columns = Array.from({ length: 1 + chooser.below(5) }, () =>
    randomColumn(chooser, schema, columnNames),
  );
  const { primaryKey, keyed } = withPrimaryKey(chooser, columns);
  const computed = chooser.chance(25) ? randomGenerated(chooser, keyed, virtual) : undefined;
  let table: Table = {
    name,
    columns:
      computed === undefined ? keyed : [...keyed, { name: freshName(chooser, columnNames), ...computed }],
    primaryKey,
    ...(primaryKey.length === 0 ? {} : keyOptions(chooser, memory)),
    foreignKeys: [],
    uniques: [],
    checks: [],
    indexes: [],
    ...(chooser.chance(15) ? { comment: 'the table\'s "comment"' } : {}),
  };
  for (let more = 0; more < 2 && chooser.chance(60); more += 1) {
    const targets = [table, ...tablesByName(schema)];
    const grown = chooser.chance(70) ? withReferringColumns(chooser, table, targets, columnNames) : table;
    const key = randomForeignKey(chooser, grown, targets, memory);
    if (key !== undefined) table = { ...grown, foreignKeys: [...table.foreignKeys, key] };
  }
  for (let more = 0; more < 3 && chooser.chance(30); more += 1) {
    table = { ...table, uniques: [...table.uniques, randomUnique(chooser, table, memory)] };
  }
  if (chooser.chance(25)) {
    const check = randomCheck(chooser, table, memory);
    if (check !== undefined) table = { ...table, checks: [check] };
  }
  if (chooser.chance(35)) table = { ...table, indexes: [randomIndex(chooser, table, memory)] };
  return table;
}

/** The table with columns of its own for a foreign key to one of the targets. */
function withReferringColumns(
  chooser: Chooser,
  table: Table,
  targets: readonly Table[],
  columnNames: Set<string>,
): Table {
  const types = keyTypes(chooser.pick(targets.filter((target) => target.primaryKey.length > 0)));
  const columns = types.map(
    (type): Column => ({ name: freshName(chooser, columnNames), type, nullable: chooser.chance(50) }),
  );
  return { ...table, columns: [...table.columns, ...columns] };
}

/** The types of the columns of the primary key. */
export function keyTypes(table: Table | undefined): ColumnType[] {
  return (table?.primaryKey ?? []).flatMap(
    (name) => table?.columns.find((column) => column.name === name)?.type ?? [],
  );
}

/** A column with a name that is new in its table. */
export function randomColumn(chooser: Chooser, schema: Schema, columnNames: Set<string>): Column {
  const name = freshName(chooser, columnNames);
  const type = columnType(chooser, schema);
  return {
    name,
    type,
    ...(isText(type) && chooser.chance(20) ? { collation: randomCollation(chooser) } : {}),
    nullable: chooser.chance(40),
    ...(chooser.chance(30) ? { default: defaultFor(chooser, type, schema) } : {}),
    ...(chooser.chance(10) ? { comment: "it's 100 % a comment" } : {}),
  };
}

function withPrimaryKey(
  chooser: Chooser,
  columns: readonly Column[],
): { primaryKey: string[]; keyed: readonly Column[] } {
  const candidates = columns.filter((column) => !column.nullable);
  if (candidates.length === 0 || chooser.chance(15)) return { primaryKey: [], keyed: columns };
  const primaryKey = chooser.chance(20)
    ? chooser.some(candidates, 3).map((column) => column.name)
    : candidates.slice(0, 1).map((column) => column.name);
  const counts = !chooser.chance(40);
  const keyed = columns.map((column) =>
    counts && canCount(column, primaryKey) ? { ...column, autoIncrement: true as const } : column,
  );
  return { primaryKey, keyed };
}

/** True where the database could number the column. */
export function canCount(column: Column, primaryKey: readonly string[]): boolean {
  const whole = primaryKey.length === 1 && primaryKey[0] === column.name;
  const isPlain = column.default === undefined && !isGenerated(column);
  return whole && isInteger(column.type) && !column.nullable && isPlain;
}

/** A unique constraint, which now and then says again what the key or another one says. */
export function randomUnique(chooser: Chooser, table: Table, memory: Memory): Unique {
  const again = chooser.chance(35) ? chooser.pick(keysOf(table)) : undefined;
  if (again !== undefined) return { ...again, kind: "unique", name: freshName(chooser, memory.names) };
  const columns = chooser.some(table.columns, 3).map((column) => column.name);
  return {
    kind: "unique",
    ...explicitName(chooser, memory),
    columns,
    ...deferral(chooser),
    ...(chooser.chance(15) ? { nullsNotDistinct: true } : {}),
  };
}

/** A check that `sampleValue` of every integer passes. */
export function randomCheck(chooser: Chooser, table: Table, memory: Memory): Check | undefined {
  const quoted = table.columns
    .filter((column) => isInteger(column.type))
    .map((column) => `"${column.name.replaceAll('"', '""')}"`);
  const [a, b] = [chooser.pick(quoted), chooser.pick(quoted)];
  if (a === undefined || b === undefined) return undefined;
  const expression = chooser.oneOf([
    `${a} >= 0`,
    `${a} != -5`,
    `${a} > 0 AND ${b} < 1000`,
    `${a} IN (1, 2, 3) OR ${b} IS NULL`,
    `${a} + ${b} BETWEEN 0 AND 100`,
    `NOT (${a} < ${b} - 10)`,
  ]);
  return { kind: "check", name: freshName(chooser, memory.names), expression };
}

/** A foreign key to a primary key or a unique constraint of one of the targets, whose types it has. */
export function randomForeignKey(
  chooser: Chooser,
  table: Table,
  targets: readonly Table[],
  memory: Memory,
  usable: (target: Table, keys: readonly string[], columns: readonly Column[]) => boolean = () => true,
): ForeignKey | undefined {
  const target = chooser.pick(targets);
  // The rows hold sample values, which a generated column does not compute; and PostgreSQL cannot compare arrays of
  // varchar for a foreign key ("cannot determine element type", 42804).
  const isPlain = (name: string) =>
    target?.columns.every(
      (column) => column.name !== name || !(isGenerated(column) || column.type.kind === "array"),
    );
  const keys = target && referable(target).map(({ columns }) => columns);
  const key = chooser.pick(keys?.filter((columns) => columns.every(isPlain)) ?? []);
  if (target === undefined || key === undefined || key.length === 0) return undefined;
  const columns: Column[] = [];
  for (const name of key) {
    const type = JSON.stringify(target.columns.find((column) => column.name === name)?.type);
    const fitting = table.columns.filter(
      (column) =>
        JSON.stringify(column.type) === type &&
        !columns.includes(column) &&
        column.autoIncrement === undefined &&
        !isGenerated(column),
    );
    const column = chooser.pick(fitting);
    if (column === undefined) return undefined;
    columns.push(column);
  }
  const names = columns.map((column) => column.name);
  if (target.name === table.name && names.some((name) => key.includes(name))) return undefined;
  if (!usable(target, key, columns)) return undefined;
  const actions: [ReferentialAction, ...ReferentialAction[]] = ["noAction", "cascade", "restrict"];
  if (columns.every((column) => column.nullable)) actions.push("setNull", "setDefault");
  return {
    kind: "foreignKey",
    ...explicitName(chooser, memory),
    columns: names,
    references: { table: target.name, columns: key },
    onDelete: chooser.oneOf(actions),
    onUpdate: chooser.oneOf(actions),
    ...deferral(chooser),
  };
}

/** PostgreSQL refers to no deferrable constraint. */
function referable(target: Table): (PrimaryKey | Unique)[] {
  return keysOf(target).filter(({ deferrable }) => deferrable === undefined);
}

function keysOf(table: Table): (PrimaryKey | Unique)[] {
  return constraintsOf(table).filter(
    (constraint) => constraint.kind === "primaryKey" || constraint.kind === "unique",
  );
}

function deferral(chooser: Chooser): { deferrable?: Deferrable } {
  return chooser.chance(20) ? { deferrable: chooser.oneOf(["immediate", "deferred"]) } : {};
}

/** Mostly nothing; seldom deferrable, because no foreign key refers to such a key. */
export function keyOptions(chooser: Chooser, memory: Memory): Pick<Table, "primaryKeyOptions"> {
  const options: PrimaryKeyOptions = {
    ...explicitName(chooser, memory),
    ...(chooser.chance(25) ? deferral(chooser) : {}),
  };
  return Object.keys(options).length === 0 ? {} : { primaryKeyOptions: options };
}

/** No name mostly, so that it is derived. */
export function explicitName(chooser: Chooser, memory: Memory): { name?: string } {
  return chooser.chance(20) ? { name: freshName(chooser, memory.names) } : {};
}

/** The column names that the table ever had, to be added to. */
export function columnNamesOf(memory: Memory, table: Table): Set<string> {
  const known = memory.columnNames.get(table.name) ?? new Set<string>();
  for (const column of table.columns) known.add(foldName(column.name));
  memory.columnNames.set(table.name, known);
  return known;
}
