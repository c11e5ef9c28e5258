import type { Question } from "./counting.ts";
import { postgresRenderer as sql } from "./renderer.ts";

/**
 * Gives the enum `fresh`, which takes the place of `old`, what belongs to that one and is no part of its definition: comment,
 * owner and privileges. All of it would be gone with DROP TYPE. The owner is another one only where the role may give
 * it away, which is no reason to stop: the privileges are those of the old one in either case.
 */
export function keepBelongings(old: string, fresh: string): Question {
  const [from, to] = [old, fresh].map((name) => `${sql.quoteText(sql.quote(name))}::regtype`);
  return {
    sql: `WITH old AS (SELECT * FROM pg_type WHERE oid = ${from}),
fresh AS (SELECT *, oid::regtype AS name FROM pg_type WHERE oid = ${to}),
owner AS (
  SELECT CASE WHEN ${MAY_GIVE} THEN old.typowner ELSE fresh.typowner END AS oid FROM old, fresh),
had AS (SELECT g.* FROM old, fresh, aclexplode(coalesce(old.typacl, acldefault('T', old.typowner))) AS g
  WHERE old.typacl IS DISTINCT FROM fresh.typacl),
has AS (SELECT g.* FROM old, fresh, aclexplode(coalesce(fresh.typacl, acldefault('T', fresh.typowner))) AS g
  WHERE old.typacl IS DISTINCT FROM fresh.typacl AND g.grantee <> fresh.typowner),
kept (place, statement) AS (
  SELECT 1, format('COMMENT ON TYPE %s IS %L', fresh.name, obj_description(old.oid, 'pg_type'))
  FROM old, fresh WHERE obj_description(old.oid, 'pg_type') IS NOT NULL
  UNION ALL
  SELECT 2, format('ALTER TYPE %s OWNER TO %I', fresh.name, pg_get_userbyid(owner.oid))
  FROM fresh, owner WHERE owner.oid <> fresh.typowner
  UNION ALL
  SELECT DISTINCT 3, format('REVOKE ALL ON TYPE %s FROM %s', fresh.name, ${grantee("has")})
  FROM fresh, owner, has WHERE has.grantee <> owner.oid
  UNION ALL
  SELECT 4, format('GRANT %s ON TYPE %s TO %s%s', had.privilege_type, fresh.name, ${grantee("had")},
    CASE WHEN had.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END)
  FROM fresh, owner, had WHERE had.grantee <> owner.oid)
SELECT statement FROM kept ORDER BY place, statement`,
    describe: `gives the new ${old} the comment, the owner and the privileges of the old one`,
    statements: (rows) => rows.map(({ statement }) => String(statement)),
  };
}

/** What ALTER TYPE OWNER TO asks of a role (manual, ALTER TYPE); PostgreSQL 16 knows members who may not become the role. */
const MAY_GIVE = `(SELECT rolsuper FROM pg_roles WHERE rolname = current_user) OR (
    pg_has_role(old.typowner, 'USAGE') AND has_schema_privilege(old.typowner, old.typnamespace, 'CREATE')
    AND CASE WHEN current_setting('server_version_num')::int < 160000 THEN true ELSE pg_has_role(old.typowner, 'SET') END)`;

function grantee(privilege: string): string {
  return `CASE ${privilege}.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(${privilege}.grantee)) END`;
}
