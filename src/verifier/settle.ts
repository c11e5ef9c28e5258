import type { Connection } from "../connection/connection.ts";
import type { Dialect } from "../dialects/dialect.ts";
import { compareSchemas } from "../schema/compare.ts";
import { type Schema, withTable } from "../schema/schema.ts";

/** What a database has, and what is expected of it. */
export interface Compared {
  readonly live: Schema;
  readonly expected: Schema;
}

/**
 * Both schemas with their expressions as the database gives them back when it has read its own words again: PostgreSQL
 * moves a cast of an array (`IN` over `varchar`) to its elements only then, so that a table and one made from its
 * definition differ in words. The same schemas where they do not differ.
 */
export async function settle(
  { connection, dialect }: { readonly connection: Connection; readonly dialect: Dialect },
  { live, expected }: Compared,
): Promise<Compared> {
  if (compareSchemas(live, expected).length === 0) return { live, expected };
  const read = async (schema: Schema, other: Schema) => {
    const alone = [...schema.tables.keys()].filter((name) => !other.tables.has(name));
    const tables = alone.reduce((map, name) => map.delete(name), schema.tables);
    const again = await dialect.canonicalize({ ...schema, tables }, connection);
    const { views, triggers } = again;
    return [...again.tables.values()].reduce(withTable, { ...schema, views, triggers });
  };
  return { live: await read(live, expected), expected: await read(expected, live) };
}
