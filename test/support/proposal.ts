import type { Operation } from "../../src/operations/types.ts";
import { type Schema, tablesByName } from "../../src/schema/schema.ts";
import type { Table } from "../../src/schema/table.ts";
import type { Chooser } from "./chooser.ts";
import type { FilledTables } from "./filled-tables.ts";
import type { Memory } from "./random-table.ts";

/** What a random operation must respect besides the schema. */
export interface Circumstances {
  readonly memory: Memory;
  /** The operation will run on a database: types change only where every database can convert. */
  readonly executable: boolean;
  /** Generated columns need not be stored. */
  readonly virtual: boolean;
  /** Operations that concern no schema are among them. */
  readonly special: boolean;
  /** The tables that hold rows, where there are any. */
  readonly filled?: FilledTables;
}

/** An operation of one kind, or undefined where the schema or the choices allow none. */
export type Proposal = (
  chooser: Chooser,
  schema: Schema,
  circumstances: Circumstances,
) => Operation | undefined;

/** A proposal for one of the tables. */
export const onTable =
  (
    propose: (chooser: Chooser, table: Table, schema: Schema, more: Circumstances) => Operation | undefined,
  ): Proposal =>
  (chooser, schema, circumstances) => {
    const table = chooser.pick(tablesByName(schema));
    return table === undefined ? undefined : propose(chooser, table, schema, circumstances);
  };
