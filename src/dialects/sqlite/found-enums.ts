import { dataEqual } from "../../schema/compare.ts";
import { shorten } from "../../schema/identifier.ts";
import { enumName } from "../../schema/naming.ts";
import { compareText, type EnumType, type Schema, schemaOf, tablesByName } from "../../schema/schema.ts";
import type { Column, Table } from "../../schema/table.ts";
import { sqlite } from "./renderer.ts";
import { tokenize } from "./tokenizer.ts";

/** A column with a check that is named and written as for an enum. */
interface Candidate {
  readonly table: string;
  readonly column: string;
  readonly check: string;
  readonly values: readonly string[];
}

/**
 * The schema with enums in place of the checks that stand for them. Columns that foreign keys join have one enum, or
 * none of them has: a foreign key does not join an enum and a text.
 */
export function withEnums(schema: Schema): Schema {
  const candidates = new Map(
    tablesByName(schema)
      .flatMap(candidatesOf)
      .map((one) => [keyOf(one.table, one.column), one]),
  );
  const enums = new Map<string, EnumType>();
  const types = new Map<string, string>();
  for (const group of joinedColumns(schema, candidates)) {
    const found = group.map((key) => candidates.get(key));
    const [first] = found;
    if (first === undefined || !found.every((one) => dataEqual(one?.values, first.values))) continue;
    const names = found.flatMap((one) => (one === undefined ? [] : [enumName(one.table, one.column)]));
    const name = names.sort(compareText).find((each) => !schema.tables.has(each) && !enums.has(each));
    if (name === undefined) continue;
    enums.set(name, { name, values: first.values });
    for (const key of group) types.set(key, name);
  }
  const tables = Array.from(schema.tables.values(), (table): Table => {
    const typeOf = (column: string) => types.get(keyOf(table.name, column));
    const replaced = new Set(
      table.columns.map(({ name }) => typeOf(name) && candidates.get(keyOf(table.name, name))?.check),
    );
    return {
      ...table,
      columns: table.columns.map((column): Column => {
        const name = typeOf(column.name);
        return name === undefined ? column : { ...column, type: { kind: "enum", name } };
      }),
      checks: table.checks.filter(({ name }) => !replaced.has(name)),
    };
  });
  return schemaOf(tables, enums.values());
}

function candidatesOf(table: Table): Candidate[] {
  return table.columns.flatMap((column) => {
    const name = shorten(`${table.name}_${column.name}_enum`);
    const expression = table.checks.find((check) => check.name === name)?.expression;
    const values = typeof expression === "string" ? valuesOf(expression, column) : undefined;
    return values === undefined ? [] : [{ table: table.name, column: column.name, check: name, values }];
  });
}

/** The values of `"column" IN ('a', 'b')`, written exactly so. */
function valuesOf(expression: string, column: Column): string[] | undefined {
  if (column.type.kind !== "text") return undefined;
  const values = tokenize(expression).flatMap(({ kind, name }) => (kind === "string" ? [name] : []));
  const written = `${sqlite.quote(column.name)} IN (${values.map((value) => sqlite.quoteText(value)).join(", ")})`;
  const isEnum = values.length > 0 && new Set(values).size === values.length && !values.includes("");
  return isEnum && written === expression ? values : undefined;
}

/** The candidates in groups, each with all columns that foreign keys join to it, directly or not. */
function joinedColumns(schema: Schema, candidates: ReadonlyMap<string, Candidate>): string[][] {
  const joined = new Map<string, string[]>();
  const join = (from: string, to: string) => joined.set(from, [...(joined.get(from) ?? []), to]);
  for (const { name, foreignKeys } of schema.tables.values()) {
    for (const { columns, references } of foreignKeys) {
      for (const [position, column] of columns.entries()) {
        const other = keyOf(references.table, references.columns[position] ?? "");
        join(keyOf(name, column), other);
        join(other, keyOf(name, column));
      }
    }
  }
  const seen = new Set<string>();
  const groupOf = (start: string): string[] => {
    const group: string[] = [];
    const waiting = [start];
    for (let key = waiting.pop(); key !== undefined; key = waiting.pop()) {
      if (seen.has(key)) continue;
      seen.add(key);
      group.push(key);
      waiting.push(...(joined.get(key) ?? []));
    }
    return group;
  };
  return [...candidates.keys()].map(groupOf).filter((group) => group.length > 0);
}

function keyOf(table: string, column: string): string {
  return JSON.stringify([table, column]);
}
