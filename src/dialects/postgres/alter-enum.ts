import type { AlterEnum, Operation } from "../../operations/types.ts";
import { shorten } from "../../schema/identifier.ts";
import { constraintName, indexName } from "../../schema/naming.ts";
import { type EnumType, type Schema, tablesByName } from "../../schema/schema.ts";
import { type Column, type Constraint, type Index, isGenerated, type Table } from "../../schema/table.ts";
import type { Question } from "./counting.ts";
import { indexesComputedFrom, suspend } from "./generated.ts";
import { keepBelongings } from "./kept-enum.ts";
import { bringIndexes, takeIndexes } from "./kept-indexes.ts";
import { postgresRenderer as sql } from "./renderer.ts";

/**
 * The statements that give an enum its new values. Values are added in place where the old ones keep their order
 * and nothing in `later`, the rest of the transaction, may use a new one (PostgreSQL refuses that, 55P04).
 * Otherwise a new type takes the place of the old one, which rewrites the tables that use it.
 */
export function alterEnum(
  { type }: AlterEnum,
  before: Schema,
  later: readonly Operation[],
): (string | Question)[] {
  const old = before.enums.get(type.name);
  if (old === undefined) return [];
  const added = type.values.filter((value) => !old.values.includes(value));
  const kept = type.values.filter((value) => old.values.includes(value));
  const sameOrder = kept.length === old.values.length && kept.every((value, at) => value === old.values[at]);
  if (sameOrder && added.length === 0) return [];
  const usable = later.some((operation) => added.some((value) => mayUse(operation, value)));
  return sameOrder && !usable ? addValues(type, old) : replaceType(type, before);
}

function addValues(type: EnumType, old: EnumType): string[] {
  const lastOld = type.values.indexOf(old.values.at(-1) ?? "");
  return type.values.flatMap((value, at) => {
    if (old.values.includes(value)) return [];
    const statement = `ALTER TYPE ${sql.quote(type.name)} ADD VALUE ${sql.quoteText(value)}`;
    const [previous, first] = [type.values[at - 1], old.values[0]];
    if (at > lastOld) return [statement];
    if (previous !== undefined) return [`${statement} AFTER ${sql.quoteText(previous)}`];
    return [first === undefined ? statement : `${statement} BEFORE ${sql.quoteText(first)}`];
  });
}

/** True where the operation may read or write the value: only the structure without values is safe. */
function mayUse(operation: Operation, value: string): boolean {
  switch (operation.kind) {
    case "runSQL":
    case "runCode":
      return true;
    case "createTable":
    case "addColumn":
    case "alterColumn":
    case "addConstraint":
    case "createIndex":
    case "createView":
    case "createTrigger":
      return holdsText(operation, value);
    default:
      return false;
  }
}

function holdsText(data: unknown, text: string): boolean {
  if (typeof data === "string") return data.includes(text) || data.includes(text.replaceAll("'", "''"));
  if (typeof data !== "object" || data === null) return false;
  return Object.values(data).some((part) => holdsText(part, text));
}

function replaceType(type: EnumType, before: Schema): (string | Question)[] {
  const temporary = freeName(type.name, before);
  const users = tablesByName(before)
    .map((table) => ({ table, columns: table.columns.filter((column) => isOfType(column, type.name)) }))
    .filter(({ columns }) => columns.length > 0);
  const suspended = users.map(({ table }) =>
    suspend(
      before,
      table.name,
      table.columns.filter(isGenerated).map(({ name }) => name),
    ),
  );
  const away = new Set(suspended.flatMap(({ parts }) => [...parts]));
  // The two ends of a foreign key can only have the new type one after the other.
  const joined = users.flatMap(({ table, columns }) =>
    table.foreignKeys
      .filter((key) => !away.has(key) && columns.some((column) => key.columns.includes(column.name)))
      .map((key) => ({ table: table.name, key })),
  );
  // What an index computes or asks for is compared with values of the old type.
  const indexed = users.flatMap(({ table, columns }) => {
    const indexes = columns.flatMap(({ name }) => indexesComputedFrom(table, name));
    return [...new Set(indexes)]
      .filter((index) => !away.has(index))
      .map((index) => ({ table: table.name, index }));
  });
  return [
    sql.createEnum({ ...type, name: temporary }),
    ...indexed.map(({ table, index }) => sql.dropIndex(table, indexName(table, index))),
    ...joined.flatMap(({ table, key }) =>
      sql.alterTable(table, [`DROP CONSTRAINT ${sql.quote(constraintName(table, key))}`]),
    ),
    // A foreign key between two of them is in both.
    ...new Set(suspended.flatMap(({ drop }) => drop)),
    takeIndexes(type.name),
    ...users.flatMap(({ table, columns }) =>
      sql.alterTable(table.name, convert(withoutChecks(table, away), columns.filter(isPlain), temporary)),
    ),
    keepBelongings(type.name, temporary),
    `DROP TYPE ${sql.quote(type.name)}`,
    `ALTER TYPE ${sql.quote(temporary)} RENAME TO ${sql.quote(type.name)}`,
    // Defaults and checks come back last: they may name the type.
    ...users.flatMap(({ table, columns }) =>
      sql.alterTable(table.name, restore(withoutChecks(table, away), columns.filter(isPlain))),
    ),
    ...suspended.flatMap(({ restoreColumns, restoreParts }) => [...restoreColumns, ...restoreParts]),
    ...indexed.map(({ table, index }) => sql.createIndex(table, index)),
    bringIndexes(type.name),
    ...new Set(suspended.flatMap(({ restoreKeys }) => restoreKeys)),
    ...joined.flatMap(({ table, key }) => sql.alterTable(table, [`ADD ${sql.constraintClause(table, key)}`])),
  ];
}

function withoutChecks(table: Table, away: ReadonlySet<Constraint | Index>): Table {
  return { ...table, checks: table.checks.filter((check) => !away.has(check)) };
}

function isPlain(column: Column): boolean {
  return !isGenerated(column);
}

function convert(table: Table, columns: readonly Column[], typeName: string): string[] {
  return [
    ...table.checks.map((check) => `DROP CONSTRAINT ${sql.quote(check.name)}`),
    ...columns.flatMap((column) => {
      const [name, type] = [sql.quote(column.name), sql.quote(typeName)];
      return [
        ...(column.default === undefined ? [] : [`ALTER COLUMN ${name} DROP DEFAULT`]),
        `ALTER COLUMN ${name} TYPE ${type} USING ${name}::text::${type}`,
      ];
    }),
  ];
}

function restore(table: Table, columns: readonly Column[]): string[] {
  return [
    ...columns.flatMap((column) =>
      column.default === undefined
        ? []
        : [
            `ALTER COLUMN ${sql.quote(column.name)} SET DEFAULT ${sql.defaultValue(column.default, column.type)}`,
          ],
    ),
    ...table.checks.map((check) => `ADD ${sql.constraintClause(table.name, check)}`),
  ];
}

function isOfType({ type }: Column, name: string): boolean {
  return type.kind === "enum" && type.name === name;
}

/** A name that no enum and no table, whose row type would stand in the way, has. */
function freeName(name: string, schema: Schema): string {
  for (let suffix = "_new"; ; suffix += "_") {
    const candidate = shorten(`${name}${suffix}`);
    if (!schema.enums.has(candidate) && !schema.tables.has(candidate)) return candidate;
  }
}
