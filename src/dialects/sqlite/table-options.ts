import { SchemaError } from "../../errors.ts";
import type { Table } from "../../schema/table.ts";
import { declaredType } from "./types.ts";

/** What `pragma_table_list` tells of a table: not 0 where it is made with the option. */
export interface TableOptions {
  readonly strict: unknown;
  /** WITHOUT ROWID. */
  readonly wr: unknown;
}

/** The types of a STRICT table (https://www.sqlite.org/stricttables.html, 2). */
const STRICT_TYPES: ReadonlySet<string> = new Set(["int", "integer", "real", "text", "blob", "any"]);

/**
 * What stands behind the columns of CREATE TABLE where `table` takes the place of one with these options, which no
 * schema has words for. @throws SchemaError where it cannot have them
 */
export function tableOptions(table: Table, { strict, wr }: TableOptions): string {
  const options: string[] = [];
  if (Number(strict) !== 0) {
    refuseTypes(table);
    options.push("STRICT");
  }
  if (Number(wr) !== 0) {
    refuseKey(table);
    options.push("WITHOUT ROWID");
  }
  return options.length === 0 ? "" : ` ${options.join(", ")}`;
}

function refuseTypes({ name, columns }: Table): void {
  const refused = columns.find(({ type }) => !STRICT_TYPES.has(declaredType(type).toLowerCase()));
  if (refused === undefined) return;
  throw new SchemaError(
    `table ${name} must be made anew and is STRICT, which column ${refused.name} of type ${declaredType(refused.type)} does not allow`,
    "a STRICT table has columns of the types integer, real, text and blob only: give the column one of these, or make the table anew without STRICT by hand before",
  );
}

function refuseKey({ name, columns, primaryKey }: Table): void {
  const counts = columns.some(({ autoIncrement }) => autoIncrement);
  if (primaryKey.length > 0 && !counts) return;
  throw new SchemaError(
    `table ${name} must be made anew and is WITHOUT ROWID, which ${counts ? "a key that counts" : "a table without a primary key"} does not allow`,
    "keep the primary key as it is, or make the table anew without this option by hand before",
  );
}
