import { applyOperation } from "../../src/operations/handlers.ts";
import type { Operation, OperationKind } from "../../src/operations/types.ts";
import { constraintName, constraintsOf, indexName } from "../../src/schema/naming.ts";
import { compareText, type Schema, tablesByName } from "../../src/schema/schema.ts";
import { mentionsIdentifier } from "../../src/schema/sql-tokens.ts";
import { type Column, findColumn, type Table } from "../../src/schema/table.ts";
import type { Chooser } from "./chooser.ts";
import type { FilledTables } from "./filled-tables.ts";
import { allForeignKeys } from "./foreign-keys.ts";
import { foldName, freshEnumName, freshName } from "./names.ts";
import { alteredColumn } from "./random-alter.ts";
import {
  columnNamesOf,
  keyTypes,
  type Memory,
  randomCheck,
  randomColumn,
  randomForeignKey,
  randomIndex,
  randomTable,
  randomUnique,
} from "./random-table.ts";
import { SAMPLES, sampleValue } from "./values.ts";

/** What a random operation must respect besides the schema. */
export interface Circumstances {
  readonly memory: Memory;
  /** The operation will run on a database: types change only where every database can convert. */
  readonly executable: boolean;
  /** Operations that concern no schema are among them. */
  readonly special: boolean;
  /** The tables that hold rows, where there are any. */
  readonly filled?: FilledTables;
}

type Proposal = (chooser: Chooser, schema: Schema, circumstances: Circumstances) => Operation | undefined;

/** An operation of one of the kinds that fits the schema; undefined where the choices lead to none. */
export function randomOperation(
  chooser: Chooser,
  schema: Schema,
  circumstances: Circumstances,
  kinds: readonly [OperationKind, ...OperationKind[]] = WEIGHTED,
): Operation | undefined {
  const start = chooser.below(kinds.length);
  for (let turn = 0; turn < kinds.length; turn += 1) {
    const kind = kinds[(start + turn) % kinds.length] ?? kinds[0];
    const operation = proposals[kind](chooser, schema, circumstances);
    if (operation === undefined || !areFree(namesOf(operation), schema)) continue;
    if (areUnique(allNames(applyOperation(operation, schema)))) return operation;
  }
  return undefined;
}

const onTable =
  (
    propose: (chooser: Chooser, table: Table, schema: Schema, more: Circumstances) => Operation | undefined,
  ): Proposal =>
  (chooser, schema, circumstances) => {
    const table = chooser.pick(tablesByName(schema));
    return table === undefined ? undefined : propose(chooser, table, schema, circumstances);
  };

const proposals: { readonly [K in OperationKind]: Proposal } = {
  createTable: (chooser, schema, { memory }) => ({
    kind: "createTable",
    table: randomTable(chooser, schema, memory),
  }),

  dropTable: onTable((_, { name }, schema, { filled }) => {
    const isNeeded = allForeignKeys(schema).some(
      ({ table, key }) => table !== name && key.references.table === name,
    );
    return isNeeded || filled?.mayDropTable(name) === false ? undefined : { kind: "dropTable", table: name };
  }),

  renameTable: onTable((chooser, { name }, _, { memory }) => {
    const to = freshName(chooser, memory.names);
    memory.columnNames.set(to, memory.columnNames.get(name) ?? new Set());
    return { kind: "renameTable", from: name, to };
  }),

  addColumn: onTable((chooser, table, schema, { memory, filled }) => {
    const names = columnNamesOf(memory, table);
    const [type] = chooser.chance(40) ? keyTypes(chooser.pick(tablesByName(schema))) : [];
    const column: Column =
      type === undefined
        ? randomColumn(chooser, schema, names)
        : { name: freshName(chooser, names), type, nullable: true };
    const isEmpty = column.nullable && column.default === undefined;
    const base = { kind: "addColumn", table: table.name, column } as const;
    if (filled?.holdsRows(table.name) === true && !isEmpty) {
      if (column.nullable || column.default !== undefined) return base;
      const value = sampleValue(column.type, chooser.below(SAMPLES), schema);
      return { ...base, fill: { value } };
    }
    const grown = { ...table, columns: [...table.columns, column] };
    const onlyNew = { ...grown, columns: [column] };
    const key = chooser.chance(60)
      ? randomForeignKey(chooser, onlyNew, [...schema.tables.values()], memory)
      : undefined;
    const unique = chooser.chance(20) ? { unique: { kind: "unique", columns: [column.name] } as const } : {};
    return { ...base, ...unique, ...(key === undefined ? {} : { foreignKey: key }) };
  }),

  dropColumn: onTable((chooser, table, schema, { filled }) => {
    const free = table.columns.filter(
      (column) => isFree(schema, table, column.name) && filled?.mayDropColumn(table.name, column) !== false,
    );
    const column = chooser.pick(free);
    if (column === undefined || table.columns.length === 1) return undefined;
    return { kind: "dropColumn", table: table.name, column: column.name };
  }),

  alterColumn: onTable((chooser, table, schema, { executable, filled }) => {
    const before = chooser.pick(table.columns);
    if (before === undefined) return undefined;
    const column = alteredColumn(chooser, schema, table, before, executable);
    const needsFill = before.nullable && !column.nullable && filled?.holdsRows(table.name) === true;
    if (needsFill && filled?.mayFill(table.name, column.name) === false) return undefined;
    // A float may have been an integer, and must be able to become one again.
    const value = column.type.kind === "float" ? 2 : sampleValue(column.type, 1, schema);
    return { kind: "alterColumn", table: table.name, column, ...(needsFill ? { fill: { value } } : {}) };
  }),

  renameColumn: onTable((chooser, table, _, { memory }) => {
    const column = chooser.pick(table.columns);
    if (column === undefined) return undefined;
    const to = freshName(chooser, columnNamesOf(memory, table));
    return { kind: "renameColumn", table: table.name, from: column.name, to };
  }),

  createIndex: onTable((chooser, table, _, { memory, filled }) => {
    const index = randomIndex(chooser, table, memory);
    const fits = !index.unique || filled?.mayBeUnique(table.name, index.columns) !== false;
    return fits ? { kind: "createIndex", table: table.name, index } : undefined;
  }),

  dropIndex: onTable((chooser, table) => {
    const index = chooser.pick(table.indexes);
    return index && { kind: "dropIndex", table: table.name, name: indexName(table.name, index) };
  }),

  renameIndex: onTable((chooser, table, _, { memory }) => {
    const index = chooser.pick(table.indexes);
    if (index === undefined) return undefined;
    const from = indexName(table.name, index);
    const { name, ...unnamed } = index;
    const backToDerived = name !== undefined && chooser.chance(50);
    const to = backToDerived ? indexName(table.name, unnamed) : freshName(chooser, memory.names);
    return { kind: "renameIndex", table: table.name, from, to };
  }),

  addConstraint: onTable((chooser, table, schema, { memory, filled }) => {
    const kind = chooser.oneOf(["foreignKey", "unique", "check", "primaryKey"] as const);
    const add = (constraint: Extract<Operation, { kind: "addConstraint" }>["constraint"] | undefined) =>
      constraint && ({ kind: "addConstraint", table: table.name, constraint } as const);
    if (kind === "check") return add(randomCheck(chooser, table, memory));
    if (kind === "unique") {
      const unique = randomUnique(chooser, table, memory);
      const fits = unique !== undefined && filled?.mayBeUnique(table.name, unique.columns) !== false;
      return fits ? add(unique) : undefined;
    }
    if (kind === "foreignKey") {
      const key = randomForeignKey(
        chooser,
        table,
        [...schema.tables.values()],
        memory,
        (target, keys, columns) => {
          const names = columns.map((column) => column.name);
          return filled?.mayRefer(table.name, names, target.name, keys) !== false;
        },
      );
      return add(key);
    }
    const columns = chooser.some(
      table.columns.filter((column) => !column.nullable),
      2,
    );
    const names = columns.map((column) => column.name);
    const isTaken = table.uniques.some(
      (unique) => unique.columns.toSorted().join("\0") === names.toSorted().join("\0"),
    );
    if (table.primaryKey.length > 0 || names.length === 0 || isTaken) return undefined;
    if (filled?.mayBeUnique(table.name, names) === false) return undefined;
    return add({ kind: "primaryKey", columns: names });
  }),

  dropConstraint: onTable((chooser, table, schema) => {
    const free = constraintsOf(table).filter((constraint) => {
      if (constraint.kind === "check" || constraint.kind === "foreignKey") return true;
      const counts = constraint.columns.some((name) => findColumn(table, name)?.autoIncrement === true);
      if (constraint.kind === "primaryKey" && counts) return false;
      return allForeignKeys(schema).every(
        ({ key }) =>
          key.references.table !== table.name ||
          key.references.columns.toSorted().join("\0") !== constraint.columns.toSorted().join("\0"),
      );
    });
    const constraint = chooser.pick(free);
    const name = constraint && constraintName(table.name, constraint);
    return name === undefined ? undefined : { kind: "dropConstraint", table: table.name, name };
  }),

  createEnum: (chooser, _, { memory }) => ({
    kind: "createEnum",
    type: {
      name: freshEnumName(chooser, memory.names),
      values: ["one", "it's", "Zwei", "", "😀"].slice(0, 2 + chooser.below(4)),
    },
  }),

  /** The first values stay: rows and defaults hold them. */
  alterEnum(chooser, schema) {
    const type = chooser.pick([...schema.enums.values()].toSorted((a, b) => compareText(a.name, b.name)));
    if (type === undefined) return undefined;
    const [kept, rest] = [type.values.slice(0, SAMPLES), type.values.slice(SAMPLES)];
    const added = `new ${chooser.below(5)}`;
    const values = chooser.oneOf([
      [...kept, ...rest, added],
      [...kept, added, ...rest],
      [...kept, ...rest.slice(1)],
      [...kept, ...rest.toReversed()],
    ]);
    const isChange = values.join() !== type.values.join() && new Set(values).size === values.length;
    return isChange ? { kind: "alterEnum", type: { name: type.name, values } } : undefined;
  },

  dropEnum(chooser, schema) {
    const used = new Set(
      tablesByName(schema).flatMap((table) =>
        table.columns.flatMap(({ type }) => (type.kind === "enum" ? [type.name] : [])),
      ),
    );
    const name = chooser.pick([...schema.enums.keys()].filter((candidate) => !used.has(candidate)).sort());
    return name === undefined ? undefined : { kind: "dropEnum", name };
  },

  alterComment: onTable((chooser, { name: table }) =>
    chooser.chance(30)
      ? { kind: "alterComment", table }
      : { kind: "alterComment", table, comment: chooser.oneOf(["a comment", "it's\nanother"]) },
  ),

  runSQL: (chooser, _, { special }) => {
    const sql = [chooser.oneOf(["SELECT 1", "UPDATE x SET y = 'z'"])];
    return special ? { kind: "runSQL", sql, reverse: chooser.chance(50) ? ["SELECT 2"] : [] } : undefined;
  },

  runCode: (_, __, { special }) =>
    special ? { kind: "runCode", forward: () => {}, backward: async () => {} } : undefined,
};

const OFTEN = [
  "createTable",
  "addColumn",
  "addConstraint",
  "alterColumn",
  "dropColumn",
  "createIndex",
] as const;
const WEIGHTED: readonly [OperationKind, ...OperationKind[]] = [
  ...OFTEN,
  "dropConstraint",
  "dropIndex",
  "createEnum",
  "addColumn",
  "addConstraint",
  "addConstraint",
  "renameColumn",
  "renameTable",
  "renameIndex",
  "alterEnum",
  "alterColumn",
  "dropTable",
  "alterComment",
  "dropEnum",
  "addConstraint",
  "runSQL",
  "runCode",
];

/** True if nothing but the column's own single-column constraints has to do with it. */
function isFree(schema: Schema, table: Table, name: string): boolean {
  const own = [...table.uniques, ...table.foreignKeys].filter(({ columns }) => columns.includes(name));
  const referred = allForeignKeys(schema).some(
    ({ key }) => key.references.table === table.name && key.references.columns.includes(name),
  );
  const kinds = new Set(own.map(({ kind }) => kind));
  return (
    !referred &&
    kinds.size === own.length &&
    own.every(({ columns }) => columns.length === 1) &&
    !table.primaryKey.includes(name) &&
    table.indexes.every((index) => !index.columns.includes(name)) &&
    table.checks.every(
      ({ expression }) => typeof expression !== "string" || !mentionsIdentifier(expression, name),
    )
  );
}

/**
 * The names that must differ: PostgreSQL keeps tables, indexes, keys and types under one roof, and the constraints
 * of a table share one more.
 */
function allNames(schema: Schema): string[] {
  return [...schema.enums.keys(), ...tablesByName(schema).flatMap(namesOfTable)].map(foldName);
}

function namesOfTable(table: Table): string[] {
  return [
    table.name,
    ...table.indexes.map((index) => indexName(table.name, index)),
    ...constraintsOf(table).map((constraint) => constraintName(table.name, constraint)),
  ];
}

/** The names that an operation brings, as far as it says them itself. */
function namesOf(operation: Operation): string[] {
  switch (operation.kind) {
    case "createTable":
      return namesOfTable(operation.table);
    case "createIndex":
      return [indexName(operation.table, operation.index)];
    case "renameIndex":
      return [operation.to];
    case "addConstraint":
      return [constraintName(operation.table, operation.constraint)];
    case "addColumn":
      return [operation.unique, operation.foreignKey].flatMap((constraint) =>
        constraint === undefined ? [] : [constraintName(operation.table, constraint)],
      );
    default:
      return [];
  }
}

function areFree(names: readonly string[], schema: Schema): boolean {
  const taken = new Set(allNames(schema));
  return areUnique(names.map(foldName)) && names.every((name) => !taken.has(foldName(name)));
}

function areUnique(names: readonly string[]): boolean {
  return new Set(names).size === names.length;
}
