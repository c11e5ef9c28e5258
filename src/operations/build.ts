import { MigrationError } from "../errors.ts";
import { isInteger } from "../schema/column-type.ts";
import type { Expression, Literal, SqlValue } from "../schema/expression.ts";
import { indexPart } from "../schema/index-parts.ts";
import { type SqlExpression, sql } from "../schema/sql.ts";
import {
  type Check,
  type Column,
  type ForeignKey,
  type Index,
  type IndexPart,
  type PrimaryKey,
  type PrimaryKeyOptions,
  type Table,
  type Unique,
  withPrimaryKey,
} from "../schema/table.ts";
import type { Trigger } from "../schema/view.ts";
import { whatIs } from "../shown.ts";
import {
  type ColumnSpec,
  columnBuilders,
  requireKnown,
  requireSpec,
  toForeignKey,
  toSqlValue,
  toUniques,
} from "./column-spec.ts";
import type { CodeFunction, Operation, OperationOf, SqlStatements } from "./types.ts";

export type Columns =
  | Readonly<Record<string, ColumnSpec>>
  | readonly (readonly [name: string, spec: ColumnSpec])[];

/** What `createTable` takes besides the columns. Single-column keys and constraints belong to the columns. */
export interface TableOptions {
  readonly primaryKey?: readonly string[] | Omit<PrimaryKey, "kind">;
  readonly uniques?: readonly Omit<Unique, "kind">[];
  readonly checks?: readonly Omit<Check, "kind">[];
  readonly foreignKeys?: readonly ForeignKeySpec[];
  readonly indexes?: readonly IndexSpec[];
  readonly comment?: string;
}

export type ForeignKeySpec = Omit<ForeignKey, "kind" | "onDelete" | "onUpdate"> &
  Partial<Pick<ForeignKey, "onDelete" | "onUpdate">>;

/** An index; a part of `columns` is the name of a column, or an object where there is more to say. */
export type IndexSpec = Omit<Index, "unique"> & { readonly unique?: boolean };

export interface Concurrently {
  /** PostgreSQL: without keeping others from the table, and outside the transaction. */
  readonly concurrently?: boolean;
}

/** A constraint as `addConstraint` takes it: the key says which kind. */
export type ConstraintSpec =
  | ({ readonly primaryKey: readonly string[] } & PrimaryKeyOptions)
  | ({ readonly unique: readonly string[] } & Omit<Unique, "kind" | "columns">)
  | { readonly check: Expression; readonly name: string }
  | ({ readonly foreignKey: readonly string[]; readonly references: ForeignKey["references"] } & Partial<
      Pick<ForeignKey, "name" | "onDelete" | "onUpdate" | "deferrable">
    >);

/** A trigger without its name and table; see Trigger. */
export type TriggerSpec = Omit<Trigger, "name" | "table" | "forEach"> & {
  readonly forEach?: "row" | "statement";
};

export interface AlterOptions {
  /** How existing values become values of the new type. */
  readonly using?: Expression;
  /** What rows that hold NULL receive. */
  readonly fill?: Literal | SqlExpression;
}

/** The builders of migration files: columns, `sql`, and one builder for each operation. */
export const migrations = {
  ...columnBuilders,
  sql,

  createTable(name: string, columns: Columns, options: TableOptions = {}): OperationOf<"createTable"> {
    requireKnown(called("createTable", name), options, TABLE_OPTIONS);
    return freeze({ kind: "createTable", table: toTable(name, entriesOf(name, columns), options) });
  },

  dropTable: (table: string): OperationOf<"dropTable"> => freeze({ kind: "dropTable", table }),

  renameTable: (from: string, to: string): OperationOf<"renameTable"> =>
    freeze({ kind: "renameTable", from, to }),

  addColumn(
    table: string,
    name: string,
    spec: ColumnSpec,
    options: Pick<AlterOptions, "fill"> = {},
  ): OperationOf<"addColumn"> {
    const what = called("addColumn", table, name);
    requireSpec(what, spec);
    requireKnown(what, options, ["fill"]);
    if (spec.options.pk === true) {
      throw new MigrationError(
        `${what} says pk`,
        'a primary key is added by m.addConstraint(table, { primaryKey: ["..."] }) after its column',
      );
    }
    const [unique] = toUniques(name, spec.options.unique);
    return freeze({
      kind: "addColumn",
      table,
      column: toColumn(name, spec),
      ...(unique === undefined ? {} : { unique }),
      ...(spec.options.references === undefined
        ? {}
        : { foreignKey: toForeignKey(name, spec.options.references) }),
      ...fillOf(options),
    });
  },

  dropColumn: (table: string, column: string): OperationOf<"dropColumn"> =>
    freeze({ kind: "dropColumn", table, column }),

  alterColumn(
    table: string,
    name: string,
    spec: ColumnSpec,
    options: AlterOptions = {},
  ): OperationOf<"alterColumn"> {
    const what = called("alterColumn", table, name);
    requireSpec(what, spec);
    requireKnown(what, options, ["using", "fill"]);
    const { pk, unique, references } = spec.options;
    if (pk !== undefined || unique !== undefined || references !== undefined) {
      throw new MigrationError(
        `${what} says pk, unique or references`,
        "constraints are changed by m.addConstraint and m.dropConstraint",
      );
    }
    return freeze({
      kind: "alterColumn",
      table,
      column: toColumn(name, spec),
      ...(options.using === undefined ? {} : { using: options.using }),
      ...fillOf(options),
    });
  },

  renameColumn: (table: string, from: string, to: string): OperationOf<"renameColumn"> =>
    freeze({ kind: "renameColumn", table, from, to }),

  createIndex: (
    table: string,
    columns: readonly IndexPart[],
    { concurrently, ...options }: Omit<IndexSpec, "columns"> & Concurrently = {},
  ): OperationOf<"createIndex"> =>
    freeze({
      kind: "createIndex",
      table,
      index: toIndex({ columns, ...options }),
      ...(concurrently === true ? { concurrently } : {}),
    }),

  dropIndex(table: string, name: string, options: Concurrently = {}): OperationOf<"dropIndex"> {
    requireKnown(called("dropIndex", name), options, ["concurrently"]);
    const { concurrently } = options;
    return freeze({ kind: "dropIndex", table, name, ...(concurrently === true ? { concurrently } : {}) });
  },

  renameIndex: (table: string, from: string, to: string): OperationOf<"renameIndex"> =>
    freeze({ kind: "renameIndex", table, from, to }),

  addConstraint: (table: string, spec: ConstraintSpec): OperationOf<"addConstraint"> =>
    freeze({ kind: "addConstraint", table, constraint: toConstraint(table, spec) }),

  dropConstraint: (table: string, name: string): OperationOf<"dropConstraint"> =>
    freeze({ kind: "dropConstraint", table, name }),

  createEnum: (name: string, values: readonly string[]): OperationOf<"createEnum"> =>
    freeze({ kind: "createEnum", type: { name, values } }),

  alterEnum: (name: string, values: readonly string[]): OperationOf<"alterEnum"> =>
    freeze({ kind: "alterEnum", type: { name, values } }),

  renameEnum: (from: string, to: string): OperationOf<"renameEnum"> =>
    freeze({ kind: "renameEnum", from, to }),

  renameEnumValue: (name: string, from: string, to: string): OperationOf<"renameEnumValue"> =>
    freeze({ kind: "renameEnumValue", name, from, to }),

  dropEnum: (name: string): OperationOf<"dropEnum"> => freeze({ kind: "dropEnum", name }),

  createSchema: (name: string): OperationOf<"createSchema"> => freeze({ kind: "createSchema", name }),

  dropSchema: (name: string): OperationOf<"dropSchema"> => freeze({ kind: "dropSchema", name }),
  /** Makes sure that an extension of PostgreSQL is there; does nothing on SQLite. */
  createExtension: (name: string): OperationOf<"createExtension"> =>
    freeze({ kind: "createExtension", name }),

  dropExtension: (name: string): OperationOf<"dropExtension"> => freeze({ kind: "dropExtension", name }),

  alterComment: (table: string, comment?: string): OperationOf<"alterComment"> =>
    freeze({ kind: "alterComment", table, ...(comment === undefined ? {} : { comment }) }),

  /** A view of that query, or of one for each database. */
  createView(
    name: string,
    definition: Expression,
    options: { readonly materialized?: boolean } = {},
  ): OperationOf<"createView"> {
    requireKnown(called("createView", name), options, ["materialized"]);
    const { materialized } = options;
    return freeze({
      kind: "createView",
      view: { name, definition, ...(materialized ? { materialized } : {}) },
    });
  },

  dropView: (name: string): OperationOf<"dropView"> => freeze({ kind: "dropView", name }),

  /** A trigger of a table, or with `insteadOf` of a view. A database for which it has no body does without it. */
  createTrigger(
    table: string,
    name: string,
    { forEach, ...spec }: TriggerSpec,
  ): OperationOf<"createTrigger"> {
    const trigger = { name, table, ...spec, ...(forEach === "statement" ? { forEach } : {}) };
    return freeze({ kind: "createTrigger", trigger });
  },

  dropTrigger: (table: string, name: string): OperationOf<"dropTrigger"> =>
    freeze({ kind: "dropTrigger", table, name }),

  /** One statement, several in an array, or those of each database; `reverse` likewise, `[]` to do nothing. */
  runSQL(sql: SqlInput, options: { readonly reverse?: SqlInput } = {}): OperationOf<"runSQL"> {
    requireKnown("runSQL", options, ["reverse"]);
    return freeze({
      kind: "runSQL",
      sql: toStatements(sql),
      ...(options.reverse === undefined ? {} : { reverse: toStatements(options.reverse) }),
    });
  },

  /** `backward` reverts `forward`; without it the migration cannot be reverted. */
  runCode: (forward: CodeFunction, backward?: CodeFunction): OperationOf<"runCode"> =>
    freeze({ kind: "runCode", forward, ...(backward === undefined ? {} : { backward }) }),
};

type OneOrMore = string | readonly string[];
export type SqlInput = OneOrMore | { readonly postgres: OneOrMore; readonly sqlite: OneOrMore };

function toStatements(input: SqlInput): SqlStatements {
  if (typeof input === "string") return [input];
  if (typeof input === "object" && input !== null && "postgres" in input)
    return { postgres: listOf(input.postgres), sqlite: listOf(input.sqlite) };
  return input;
}

function listOf(input: OneOrMore): readonly string[] {
  return typeof input === "string" ? [input] : input;
}

/** A call of a builder in words. @throws MigrationError where a name is none: it would show as `[object Object]` */
function called(builder: string, ...names: readonly unknown[]): string {
  for (const name of names) {
    if (typeof name !== "string") throw new MigrationError(`${builder}: ${whatIs(name)} is no name`);
  }
  return `${builder} of ${names.join(".")}`;
}

function entriesOf(table: string, columns: Columns): (readonly [string, ColumnSpec])[] {
  const what = called("createTable", table);
  if (typeof columns !== "object" || columns === null)
    throw new MigrationError(`${what} has no columns`, "as in { id: m.int({ pk: true }) }");
  const entries = isEntries(columns) ? [...columns] : Object.entries(columns);
  for (const entry of entries) {
    if (!Array.isArray(entry))
      throw new MigrationError(`${what}: a column is ${whatIs(entry)}, not [name, spec]`);
    if (typeof entry[0] !== "string")
      throw new MigrationError(`${what}: a column is called ${whatIs(entry[0])}, which is no name`);
    requireSpec(() => `${what}: the column ${entry[0]}`, entry[1]);
  }
  return entries;
}

function isEntries(columns: Columns): columns is readonly (readonly [string, ColumnSpec])[] {
  return Array.isArray(columns);
}

function toTable(
  name: string,
  columns: readonly (readonly [string, ColumnSpec])[],
  options: TableOptions,
): Table {
  const keys: string[] = [];
  const foreignKeys: ForeignKey[] = [];
  const uniques: Unique[] = [];
  for (const [column, { options: own }] of columns) {
    if (own.pk === true) keys.push(column);
    if (own.references !== undefined) foreignKeys.push(toForeignKey(column, own.references));
    if (own.unique !== undefined) uniques.push(...toUniques(column, own.unique));
  }
  if (keys.length > 0 && options.primaryKey !== undefined) {
    throw new MigrationError(
      `${called("createTable", name)} names its primary key twice`,
      "either pk in the columns, or primaryKey in the options",
    );
  }
  const table: Table = {
    name,
    columns: columns.map(([column, spec]) => toColumn(column, keys.length === 1 ? withCounting(spec) : spec)),
    primaryKey: keys,
    foreignKeys: [...foreignKeys, ...(options.foreignKeys ?? []).map(withActions)],
    uniques: [
      ...uniques,
      ...(options.uniques ?? []).map((unique): Unique => ({ kind: "unique", ...unique })),
    ],
    checks: (options.checks ?? []).map((check): Check => ({ kind: "check", ...check })),
    indexes: (options.indexes ?? []).map(toIndex),
    ...(options.comment === undefined ? {} : { comment: options.comment }),
  };
  if (options.primaryKey === undefined) return table;
  return withPrimaryKey(table, toPrimaryKey(called("createTable", name), options.primaryKey));
}

function toPrimaryKey(
  what: string,
  given: NonNullable<TableOptions["primaryKey"]>,
): Omit<PrimaryKey, "kind"> {
  // A model says in this way that it has none.
  if (typeof given !== "object" || given === null)
    throw new MigrationError(
      `${what}: primaryKey is ${whatIs(given)}, not an array of columns`,
      "leave it out where the table has none",
    );
  return "columns" in given ? given : { columns: given };
}

/** An integer that is the whole key counts by itself, unless it says otherwise or takes its value from elsewhere. */
function withCounting(spec: ColumnSpec): ColumnSpec {
  const { pk, autoIncrement, references, default: given, generated } = spec.options;
  const valued = references !== undefined || given !== undefined || generated !== undefined;
  const counts = pk === true && autoIncrement === undefined && !valued;
  return counts && isInteger(spec.type)
    ? { ...spec, options: { ...spec.options, autoIncrement: true } }
    : spec;
}

function toColumn(name: string, { type, options }: ColumnSpec): Column {
  const { collation, default: given, autoIncrement, generated, comment } = options;
  const isPlain = collation === undefined && given === undefined && !autoIncrement;
  // Of most columns nothing more is to be said.
  if (isPlain && generated === undefined && comment === undefined)
    return { name, type, nullable: options.null ?? false };
  return {
    name,
    type,
    ...(collation === undefined ? {} : { collation }),
    nullable: options.null ?? false,
    ...(given === undefined ? {} : { default: toSqlValue(given) }),
    ...(autoIncrement === true ? { autoIncrement: true } : {}),
    ...(generated === undefined ? {} : { generated: { stored: true, ...generated } }),
    ...(comment === undefined ? {} : { comment }),
  };
}

function toConstraint(table: string, spec: ConstraintSpec): OperationOf<"addConstraint">["constraint"] {
  const kinds = ["primaryKey", "unique", "check", "foreignKey"];
  const given = typeof spec === "object" && spec !== null ? Object.keys(spec) : [];
  if (kinds.filter((kind) => given.includes(kind)).length !== 1) {
    throw new MigrationError(
      `${called("addConstraint", table)} does not say which constraint`,
      `it takes an object with one of ${kinds.join(", ")}, as in { unique: ["email"] }`,
    );
  }
  if ("primaryKey" in spec) {
    const { primaryKey: columns, ...rest } = spec;
    return { kind: "primaryKey", columns, ...rest };
  }
  if ("unique" in spec) {
    const { unique: columns, ...rest } = spec;
    return { kind: "unique", columns, ...rest };
  }
  if ("check" in spec) {
    const { check: expression, ...rest } = spec;
    return { kind: "check", ...rest, expression };
  }
  const { foreignKey: columns, ...rest } = spec;
  return withActions({ columns, ...rest });
}

function withActions(spec: ForeignKeySpec): ForeignKey {
  return {
    kind: "foreignKey",
    ...spec,
    onDelete: spec.onDelete ?? "noAction",
    onUpdate: spec.onUpdate ?? "noAction",
  };
}

function toIndex(spec: IndexSpec): Index {
  const { include, ...rest } = spec;
  return {
    ...rest,
    // Files are loaded without a look at their types: what is no list is refused with its operation.
    columns: Array.isArray(spec.columns) ? spec.columns.map(indexPart) : spec.columns,
    unique: spec.unique ?? false,
    ...(include === undefined || include.length === 0 ? {} : { include }),
  };
}

const TABLE_OPTIONS: readonly (keyof TableOptions)[] = [
  "primaryKey",
  "uniques",
  "checks",
  "foreignKeys",
  "indexes",
  "comment",
];

function fillOf(options: Pick<AlterOptions, "fill">): { fill?: SqlValue } {
  return options.fill === undefined ? {} : { fill: toSqlValue(options.fill) };
}

function freeze<O extends Operation>(operation: O): O {
  return Object.freeze(operation);
}
