import type { View } from "../../schema/view.ts";
import { postgresRenderer as sql } from "./renderer.ts";

/*
 * What belongs to a view and is no part of its definition: owner, privileges, options, defaults, comments, and what hangs on it
 * that no migration knows. All of it would be gone with DROP VIEW, so it waits as statements in a setting of the session.
 */

/** The statement that notes what belongs to a view, before it is dropped. */
export function noteBelongings(view: View): string {
  const kind = view.materialized ? "MATERIALIZED VIEW" : "VIEW";
  const grantee = "CASE g.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(g.grantee)) END";
  const grantable = "CASE WHEN g.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END";
  const statements = [
    `SELECT 1, NULL, format('GRANT %s ON %I TO %s%s', g.privilege_type, c.relname, ${grantee}, ${grantable})
     FROM c, aclexplode(c.relacl) AS g WHERE g.grantee <> c.relowner`,
    `SELECT 1, a.attname, format('GRANT %s (%I) ON %I TO %s%s', g.privilege_type, a.attname, c.relname, ${grantee}, ${grantable})
     FROM c JOIN pg_attribute a ON a.attrelid = c.oid, aclexplode(a.attacl) AS g`,
    `SELECT 2, NULL, format('ALTER ${kind} %I SET (%s)', c.relname, array_to_string(c.reloptions, ', '))
     FROM c WHERE c.reloptions IS NOT NULL`,
    `SELECT 2, NULL, format('COMMENT ON ${kind} %I IS %L', c.relname, obj_description(c.oid, 'pg_class'))
     FROM c WHERE obj_description(c.oid, 'pg_class') IS NOT NULL`,
    `SELECT 2, a.attname, format('COMMENT ON COLUMN %I.%I IS %L', c.relname, a.attname, col_description(c.oid, a.attnum))
     FROM c JOIN pg_attribute a ON a.attrelid = c.oid WHERE col_description(c.oid, a.attnum) IS NOT NULL`,
    `SELECT 2, a.attname, format('ALTER VIEW %I ALTER COLUMN %I SET DEFAULT %s', c.relname, a.attname, pg_get_expr(d.adbin, d.adrelid))
     FROM c JOIN pg_attrdef d ON d.adrelid = c.oid JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = d.adnum`,
    "SELECT 2, NULL, pg_get_indexdef(i.indexrelid) FROM c JOIN pg_index i ON i.indrelid = c.oid",
    "SELECT 2, NULL, pg_get_triggerdef(t.oid) FROM c JOIN pg_trigger t ON t.tgrelid = c.oid AND NOT t.tgisinternal",
    "SELECT 2, NULL, pg_get_ruledef(r.oid) FROM c JOIN pg_rewrite r ON r.ev_class = c.oid AND r.rulename <> '_RETURN'",
    `SELECT 3, NULL, format('ALTER ${kind} %I OWNER TO %I', c.relname, pg_get_userbyid(c.relowner))
     FROM c WHERE pg_get_userbyid(c.relowner) <> current_user`,
  ];
  return `WITH c AS (SELECT * FROM pg_class WHERE oid = to_regclass(${sql.quoteText(sql.quote(view.name))})),
kept (place, "column", statement) AS (
  ${statements.join("\n  UNION ALL ")})
SELECT set_config(${setting(view)}, coalesce(json_agg(kept ORDER BY place), '[]')::text, false) FROM kept`;
}

/** The statement that gives a view what was noted, after it has been created again, and takes what it got by default. */
export function giveBelongings(view: View): string {
  return `DO $yara$
DECLARE
  one record;
BEGIN
  FOR one IN SELECT DISTINCT c.relname, CASE g.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(g.grantee)) END AS grantee
    FROM pg_class c, aclexplode(c.relacl) AS g WHERE c.oid = ${identity(view)} AND g.grantee <> c.relowner
  LOOP
    EXECUTE format('REVOKE ALL ON %I FROM %s', one.relname, one.grantee);
  END LOOP;
  FOR one IN SELECT k.statement FROM json_to_recordset(current_setting(${setting(view)})::json) AS k (place int, "column" text, statement text)
    WHERE k."column" IS NULL OR EXISTS (
      SELECT FROM pg_attribute a WHERE a.attrelid = ${identity(view)} AND a.attname = k."column" AND NOT a.attisdropped)
    ORDER BY k.place
  LOOP
    EXECUTE one.statement;
  END LOOP;
END
$yara$`;
}

function identity({ name }: View): string {
  return `${sql.quoteText(sql.quote(name))}::regclass`;
}

function setting({ name }: View): string {
  return sql.quoteText(`yara_orm.view_${Bun.hash.crc32(name).toString(16)}`);
}
