import type { Question } from "./counting.ts";
import { postgresRenderer as sql } from "./renderer.ts";

/*
 * Indexes that compare with values of an enum and that no migration knows. Under them PostgreSQL gives a column no new type:
 * it reads their text again, with the old type in it. While they are away they wait as statements in a setting of the session.
 */

/** Notes and drops all indexes that depend on the enum; those that migrations know are away already. */
export function takeIndexes(type: string): Question {
  return {
    sql: `SELECT c.oid::regclass::text AS "index", pg_get_indexdef(c.oid) AS "definition",
  format('COMMENT ON INDEX %s IS %L', c.oid::regclass, obj_description(c.oid, 'pg_class')) AS "comment",
  obj_description(c.oid, 'pg_class') IS NOT NULL AS "commented"
FROM pg_class c JOIN pg_type t ON t.oid = ${sql.quoteText(sql.quote(type))}::regtype
WHERE c.relkind = 'i' AND NOT c.relispartition
  AND EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid
    AND d.refclassid = 'pg_type'::regclass AND d.refobjid IN (t.oid, t.typarray))
  AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = c.oid AND k.contype IN ('p', 'u', 'x'))
ORDER BY 1`,
    describe: `drops the indexes over values of ${type} that no migration knows`,
    statements: (rows) =>
      rows.length === 0
        ? []
        : [
            note(
              type,
              rows.flatMap(({ definition, comment, commented }) => [
                String(definition),
                ...(commented === true ? [String(comment)] : []),
              ]),
            ),
            ...rows.map(({ index }) => `DROP INDEX ${index}`),
          ],
  };
}

/** Creates the indexes again that were noted. */
export function bringIndexes(type: string): Question {
  return {
    sql: `SELECT json_array_elements_text(nullif(current_setting(${setting(type)}, true), '')::json) AS "statement"`,
    describe: `creates again the indexes over values of ${type} that no migration knows`,
    statements: (rows) =>
      rows.length === 0 ? [] : [...rows.map(({ statement }) => String(statement)), note(type, [])],
  };
}

function note(type: string, statements: readonly string[]): string {
  return `SELECT set_config(${setting(type)}, ${sql.quoteText(JSON.stringify(statements))}, false)`;
}

function setting(type: string): string {
  return sql.quoteText(`yara_orm.indexes_${Bun.hash.crc32(type).toString(16)}`);
}
