import type { DialectName } from "../schema/expression.ts";
import type { Dialect } from "./dialect.ts";

/** The dialect of that name. It is loaded when it is asked for: a dialect is a tenth of the tool, and most programs need one or none. */
export async function dialectFor(name: DialectName): Promise<Dialect> {
  return name === "postgres"
    ? (await import("./postgres/dialect.ts")).postgresDialect
    : (await import("./sqlite/dialect.ts")).sqliteDialect;
}
