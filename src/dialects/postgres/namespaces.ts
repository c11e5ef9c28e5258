import type { CreateSchema, DropSchema } from "../../operations/types.ts";
import { shorten } from "../../schema/identifier.ts";
import type { Question } from "./counting.ts";
import { postgresRenderer as sql } from "./renderer.ts";

/**
 * An administrator may have made the schema, and even IF NOT EXISTS needs the right to create one where there is nothing
 * to do.
 */
export function createSchema({ name }: CreateSchema): Question[] {
  return [
    {
      sql: `SELECT FROM pg_namespace WHERE nspname = ${nameText(name)}`,
      statements: (rows) => (rows.length > 0 ? [] : [`CREATE SCHEMA IF NOT EXISTS ${sql.quote(name)}`]),
      describe: `looks first whether the schema ${name} exists, and then needs no right to create it`,
    },
  ];
}

/**
 * Nothing of anybody else's may go with it, and it must be possible to create it again: a row says that it stays. One
 * of the search path is there for more than its tables.
 */
export function dropSchema({ name }: DropSchema): Question[] {
  const goes = `SELECT FROM pg_namespace n
  WHERE n.nspname = ${nameText(name)} AND n.nspname <> 'public' AND n.nspname <> ALL (current_schemas(false))
    AND pg_has_role(n.nspowner, 'USAGE') AND has_database_privilege(current_database(), 'CREATE')
    AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.refclassid = 'pg_namespace'::regclass AND d.refobjid = n.oid)`;
  return [
    {
      sql: `SELECT 1 AS "stays" WHERE NOT EXISTS (${goes})`,
      // Without CASCADE it is refused where something is in it.
      statements: (rows) => (rows.length > 0 ? [] : [`DROP SCHEMA ${sql.quote(name)}`]),
      describe: `keeps the schema ${name} where it holds something, belongs to another role or could not be made again`,
    },
  ];
}

function nameText(name: string): string {
  return sql.quoteText(shorten(name));
}
