import type { Connection } from "../../connection/connection.ts";
import { SchemaError } from "../../errors.ts";
import { mapIndex } from "../../schema/index-parts.ts";
import { constraintName, withoutDerivedName } from "../../schema/naming.ts";
import { isOwnTable } from "../../schema/own-tables.ts";
import { rawTypeProblem } from "../../schema/raw-type.ts";
import { type Schema, schemaOf, withViews } from "../../schema/schema.ts";
import {
  type Check,
  type Column,
  type ForeignKey,
  type Index,
  type PrimaryKey,
  type Table,
  type Unique,
  withPrimaryKey,
} from "../../schema/table.ts";
import type { Unsupported } from "../dialect.ts";
import { normalizeCollation } from "./collation.ts";
import { parseCreateIndex } from "./create-index-parser.ts";
import {
  type ParsedColumn,
  type ParsedConstraint,
  type ParsedTable,
  parseCreateTable,
} from "./create-table-parser.ts";
import { canonicalExpression, withoutOwnTable, withTexts } from "./expression-text.ts";
import { type ObjectRow, readObjects } from "./objects.ts";
import { parseType } from "./types.ts";
import { parseTrigger, parseView } from "./views.ts";

/**
 * The schema of a live SQLite database; see Dialect.introspect.
 * @throws SchemaError for a column that a schema has no words for; the message names it
 */
export async function introspect(connection: Connection): Promise<Schema> {
  return toSchema(await readObjects(connection), ({ message, hint }) => {
    throw new SchemaError(message, hint);
  });
}

/** Takes note of what a Schema has no words for: throws, or lists it. */
export type Refuse = (
  problem: Unsupported & {
    readonly table: string;
    readonly column?: string;
    readonly message: string;
    readonly hint: string;
  },
) => void;

/** The schema of what `readObjects` has read; what it has no words for is left out once `refuse` has returned. */
export function toSchema(rows: readonly ObjectRow[], refuse: Refuse): Schema {
  const parsed = new Map<string, { name: string; table: ParsedTable }>();
  for (const { type, name, sql } of rows) {
    if (type !== "table" || isOwnTable(name)) continue;
    const table = parse(name, sql, refuse);
    if (table !== undefined) parsed.set(fold(name), { name, table });
  }
  const indexes = new Map<string, Index[]>();
  for (const { type, name, table, sql } of rows) {
    if (type !== "index") continue;
    const index = { name, ...parseCreateIndex(sql) };
    const list = indexes.get(fold(table));
    if (list === undefined) indexes.set(fold(table), [index]);
    else list.push(index);
  }
  const schema = schemaOf(
    Array.from(parsed.values(), ({ name, table }) =>
      toTable(name, table, parsed, indexes.get(fold(name)) ?? [], refuse),
    ),
    [],
    [],
  );
  return withViews(
    schema,
    rows.flatMap(({ type, name, sql }) => (type === "view" && parseView(name, sql)) || []),
    rows.flatMap(
      ({ type, name, table, sql }) =>
        (type === "trigger" && !isOwnTable(table) && parseTrigger(name, relationNamed(table, rows), sql)) ||
        [],
    ),
  );
}

/** A trigger keeps the spelling of its own statement. */
function relationNamed(name: string, rows: readonly ObjectRow[]): string {
  const isMeant = (row: ObjectRow) =>
    (row.type === "table" || row.type === "view") && fold(row.name) === fold(name);
  return rows.find(isMeant)?.name ?? name;
}

function parse(name: string, sql: string, refuse: Refuse): ParsedTable | undefined {
  try {
    return parseCreateTable(sql);
  } catch (error) {
    if (!(error instanceof SchemaError)) throw error;
    const { message } = error;
    const hint = error.hint ?? "";
    return void refuse({ path: `table ${name}`, what: message, table: name, message, hint });
  }
}

type ParsedTables = ReadonlyMap<string, { readonly name: string; readonly table: ParsedTable }>;

function toTable(
  name: string,
  parsed: ParsedTable,
  all: ParsedTables,
  indexes: readonly Index[],
  refuse: Refuse,
): Table {
  const primaryKey = keyOf(parsed)?.columns ?? [];
  const keys = new Set(primaryKey.map(fold));
  const spelled = speller(parsed);
  const names = parsed.columns.map((column) => column.name);
  const read = (sql: string) => canonicalExpression(withTexts(withoutOwnTable(sql, name), names));
  const taken = new Set<string>();
  const unnamed = (family: string): string => {
    // The suffixes that PostgreSQL gives to a name that is taken.
    for (let count = 0; ; count++) {
      const candidate = count === 0 ? family : `${family}${count}`;
      if (taken.has(candidate)) continue;
      taken.add(candidate);
      return candidate;
    }
  };
  for (const constraint of parsed.constraints) if (constraint.name !== undefined) taken.add(constraint.name);
  const uniques: Unique[] = [];
  const checks: Check[] = [];
  const foreignKeys: ForeignKey[] = [];
  for (const constraint of parsed.constraints) {
    if (constraint.kind === "unique") {
      const unique: Unique = { kind: "unique", columns: constraint.columns.map(spelled) };
      uniques.push({ ...unique, name: constraint.name ?? unnamed(constraintName(name, unique)) });
    } else if (constraint.kind === "check") {
      const expression = read(constraint.expression);
      checks.push({ kind: "check", name: constraint.name ?? unnamed(`${name}_check`), expression });
    } else if (constraint.kind === "foreignKey") {
      const key = toForeignKey(constraint, all, spelled);
      foreignKeys.push({ ...key, name: constraint.name ?? unnamed(constraintName(name, key)) });
    }
  }
  const table: Table = {
    name,
    columns: parsed.columns.flatMap((column) => toColumn(name, column, keys, read, refuse) ?? []),
    primaryKey: [],
    uniques,
    checks,
    foreignKeys,
    indexes: indexes.map((index) => mapIndex(index, spelled, (expression) => read(String(expression)))),
  };
  const key = keyOf(parsed);
  if (key === undefined) return table;
  const named = key.name === undefined ? {} : { name: key.name };
  const own: PrimaryKey = { kind: "primaryKey", ...named, columns: primaryKey.map(spelled) };
  return withPrimaryKey(table, withoutDerivedName(name, own));
}

function toColumn(
  table: string,
  column: ParsedColumn,
  keys: ReadonlySet<string>,
  read: (sql: string) => string,
  refuse: Refuse,
): Column | undefined {
  const type = parseType(column.type) ?? { kind: "raw", type: column.type };
  if (type.kind === "raw" && rawTypeProblem({ postgres: "text", sqlite: column.type }) !== undefined) {
    const what = `the unknown type ${column.type}`;
    return void refuse({
      path: `table ${table}, column ${column.name}`,
      what: `has ${what}`,
      table,
      column: column.name,
      message: `column ${table}.${column.name} has ${what}`,
      hint: "change the column, or keep its table out of this database",
    });
  }
  const collation = column.collation === undefined ? undefined : normalizeCollation(column.collation);
  const isKey = keys.has(fold(column.name));
  return {
    name: column.name,
    type,
    ...(collation === undefined ? {} : { collation }),
    nullable: !column.notNull && !isKey,
    ...(column.default === undefined ? {} : { default: { expression: canonicalExpression(column.default) } }),
    ...(column.autoIncrement ? { autoIncrement: true } : {}),
    ...(column.generated === undefined
      ? {}
      : {
          generated: {
            expression: read(column.generated.expression),
            stored: column.generated.stored,
          },
        }),
  };
}

function toForeignKey(
  constraint: ParsedConstraint & { kind: "foreignKey" },
  all: ParsedTables,
  spelled: (column: string) => string,
): ForeignKey {
  const target = all.get(fold(constraint.target));
  const targetColumns =
    constraint.targetColumns ?? (target === undefined ? [] : (keyOf(target.table)?.columns ?? []));
  return {
    kind: "foreignKey",
    columns: constraint.columns.map(spelled),
    references: {
      table: target?.name ?? constraint.target,
      columns: target === undefined ? targetColumns : targetColumns.map(speller(target.table)),
    },
    onDelete: constraint.onDelete,
    onUpdate: constraint.onUpdate,
    ...(constraint.deferrable === undefined ? {} : { deferrable: constraint.deferrable }),
  };
}

function keyOf(table: ParsedTable): (ParsedConstraint & { kind: "primaryKey" | "unique" }) | undefined {
  for (const constraint of table.constraints) if (constraint.kind === "primaryKey") return constraint;
  return undefined;
}

/** A constraint may spell a column in another case than its declaration does. */
function speller(table: ParsedTable): (column: string) => string {
  const exact = new Set(table.columns.map(({ name }) => name));
  let folded: ReadonlyMap<string, string> | undefined;
  return (column) => {
    if (exact.has(column)) return column;
    folded ??= new Map(table.columns.map(({ name }) => [fold(name), name]));
    return folded.get(fold(column)) ?? column;
  };
}

/** SQLite compares names without regard to the case of ASCII letters. */
function fold(name: string): string {
  return /[A-Z]/.test(name) ? name.replace(/[A-Z]/g, (letter) => letter.toLowerCase()) : name;
}
