import { postgresRenderer as sql } from "./renderer.ts";

/** What an extension says of itself where a migration has made it; its own comment is in `pg_available_extensions`. */
const MADE_HERE = "created by a migration";

/**
 * Makes sure that an extension is there. One belongs to the whole database, so that an administrator may have installed it in
 * any schema; that one is left as it is.
 */
export function createExtension(name: string): string {
  return block(
    `NOT EXISTS (SELECT FROM pg_extension WHERE extname = ${sql.quoteText(name)})`,
    `CREATE EXTENSION ${sql.quote(name)}`,
    `COMMENT ON EXTENSION ${sql.quote(name)} IS ${sql.quoteText(MADE_HERE)}`,
  );
}

/** Drops an extension that a migration has made in this schema, unless others need it. */
export function dropExtension(name: string): string {
  return block(
    `EXISTS (SELECT FROM pg_extension e WHERE e.extname = ${sql.quoteText(name)}
    AND e.extnamespace = to_regnamespace(quote_ident(current_schema()))
    AND obj_description(e.oid, 'pg_extension') = ${sql.quoteText(MADE_HERE)})`,
    `BEGIN
      DROP EXTENSION ${sql.quote(name)};
    EXCEPTION WHEN dependent_objects_still_exist THEN
      RAISE NOTICE 'extension % stays: %', ${sql.quoteText(name)}, SQLERRM;
    END`,
  );
}

function block(condition: string, ...statements: readonly string[]): string {
  const body = statements.map((statement) => `    ${statement};\n`).join("");
  return `DO $migration$ BEGIN\n  IF ${condition} THEN\n${body}  END IF;\nEND $migration$`;
}
