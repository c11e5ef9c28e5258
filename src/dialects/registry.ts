import type { DialectName } from "../schema/expression.ts";
import type { Dialect } from "./dialect.ts";
import { postgresDialect } from "./postgres/dialect.ts";
import { postgresValues } from "./postgres/values.ts";
import { sqliteDialect } from "./sqlite/dialect.ts";
import { sqliteValues } from "./sqlite/values.ts";
import type { DatabaseValues } from "./values.ts";

const DIALECTS: Readonly<Record<DialectName, Dialect>> = { postgres: postgresDialect, sqlite: sqliteDialect };
const VALUES: Readonly<Record<DialectName, DatabaseValues>> = {
  postgres: postgresValues,
  sqlite: sqliteValues,
};

/** The dialect of that name. */
export function dialectFor(name: DialectName): Dialect {
  return DIALECTS[name];
}

/** How values are written and read on the database of that name. */
export function valuesOf(name: DialectName): DatabaseValues {
  return VALUES[name];
}
