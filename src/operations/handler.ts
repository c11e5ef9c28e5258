import { SchemaError } from "../errors.ts";
import { namespaceOf } from "../schema/qualified-name.ts";
import { type Schema, withTable } from "../schema/schema.ts";
import type { Table } from "../schema/table.ts";
import type { Operation } from "./types.ts";

/** The behaviour of one kind of operation: pure functions over plain data. */
export interface Handler<O extends Operation> {
  /**
   * The schema after the operation.
   * @throws SchemaError where the operation does not fit the schema
   */
  apply(operation: O, schema: Schema): Schema;

  /** The operation that undoes it, given the schema before it; undefined where nothing can. */
  invert(operation: O, before: Schema): Operation | undefined;

  /** What it does, in a few words for people. */
  describe(operation: O): string;

  /** The tables, enums (`enum:name`) and schemas (`schema:name`) that it changes or needs; "everything" where nobody can know. */
  touches(operation: O): readonly string[] | "everything";

  /**
   * What the operation and a later one come to when nothing between them touches the same: one operation, none,
   * or undefined where both must stay.
   */
  reduce(operation: O, next: Operation): readonly [] | readonly [Operation] | undefined;
}

/** The table of that name. Throws SchemaError where there is none. */
export function tableOf(schema: Schema, name: string): Table {
  const table = schema.tables.get(name);
  if (table === undefined) throw new SchemaError(`there is no table ${name}`);
  return table;
}

/** The schema with one table replaced by what `change` makes of it. */
export function changeTable(schema: Schema, name: string, change: (table: Table) => Table): Schema {
  return withTable(schema, change(tableOf(schema, name)));
}

/** `values` without the one at `index`. */
export function without<T>(values: readonly T[], index: number): T[] {
  return values.toSpliced(index, 1);
}

/** The key under which `touches` speaks of an enum. */
export function enumKey(name: string): string {
  return `enum:${name}`;
}

/** The keys under which `touches` speaks of the schema that a table lives in. */
export function namespaceKeys(table: string): string[] {
  const name = namespaceOf(table);
  return name === undefined ? [] : [namespaceKey(name)];
}

/** The key under which `touches` speaks of a schema. */
export function namespaceKey(name: string): string {
  return `schema:${name}`;
}

/** For `reduce`: nothing can be joined. */
export const never = (): undefined => undefined;
