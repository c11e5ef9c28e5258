import type { Dialect } from "../../src/dialects/dialect.ts";
import { postgresDialect } from "../../src/dialects/postgres/dialect.ts";
import { sqliteDialect } from "../../src/dialects/sqlite/dialect.ts";
import type { DialectName } from "../../src/schema/expression.ts";

/** The dialect of that name. */
export function dialectFor(name: DialectName): Dialect {
  return name === "postgres" ? postgresDialect : sqliteDialect;
}
