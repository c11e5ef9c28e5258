import type { DialectName } from "../schema/expression.ts";
import { postgresValues } from "./postgres/values.ts";
import { sqliteValues } from "./sqlite/values.ts";
import type { DatabaseValues } from "./values.ts";

const VALUES: Readonly<Record<DialectName, DatabaseValues>> = {
  postgres: postgresValues,
  sqlite: sqliteValues,
};

/** How values are written and read on the database of that name. */
export function valuesOf(name: DialectName): DatabaseValues {
  return VALUES[name];
}
