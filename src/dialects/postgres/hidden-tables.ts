import type { Connection } from "../../connection/connection.ts";
import type { HiddenTable } from "../dialect.ts";
import { postgresRenderer as sql } from "./renderer.ts";

/** See Dialect.hidden. */
export async function hidden(
  table: string,
  connection: Pick<Connection, "query">,
): Promise<HiddenTable | undefined> {
  const name = sql.quoteText(table);
  // In most databases without records there is no such table anywhere, which is found out in a fraction of the time.
  const tables = await connection.query(`SELECT 1 FROM pg_class WHERE relname = ${name} LIMIT 1`);
  if (tables.length === 0) return undefined;
  const [found] = await connection.query<{ schema: string; role: string }>(
    `SELECT n.nspname AS schema, current_user AS role FROM pg_namespace n
     WHERE n.nspname IN (
       SELECT CASE WHEN part = '$user' THEN current_user ELSE part END
       FROM (SELECT btrim(entry, ' "') AS part FROM unnest(string_to_array(current_setting('search_path'), ',')) AS entry) AS path
     )
     AND NOT has_schema_privilege(n.oid, 'USAGE')
     AND EXISTS (SELECT FROM pg_class c WHERE c.relnamespace = n.oid AND c.relname = ${name})`,
  );
  return found;
}
