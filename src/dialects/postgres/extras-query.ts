import type { Unsupported } from "../dialect.ts";
import { HERE, isRead, OWN, tableName } from "./read-namespaces.ts";
import { STORAGE } from "./storage-query.ts";

/** What `EXTRAS_QUERY` returns, as JSON. */
export interface Extras {
  /** Every index that is not behind a constraint; the caller knows which ones a Schema has words for. */
  readonly indexes: readonly { readonly table: string; readonly name: string; readonly definition: string }[];
  readonly others: readonly Unsupported[];
}

/** The name of something that lives in a schema, with that schema where it is not the current one. */
const nameIn = (oid: string, name: string) =>
  `CASE WHEN ${oid} = ${HERE} THEN ${name}::text ELSE ${oid}::regnamespace || '.' || ${name} END`;

/** Neither of an extension nor, but for relations, a part of something else. */
const own = (catalog: string, alias: string) =>
  `NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = '${catalog}'::regclass AND e.objid = ${alias}.oid
    AND e.deptype IN ('e'${catalog === "pg_class" ? "" : ", 'i'"}))`;

/** Whom a privilege is granted to. */
const grantee = (acl: string) =>
  `CASE ${acl}.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(${acl}.grantee)::text END`;

/** Rows of a path and what is there, for the tables that are introspected (`c`). */
const OF_TABLES = [
  // Partitions are tables that the introspection leaves out.
  `SELECT 'table ' || c.label, format('is partitioned by %s, with %s partitions', pg_get_partkeydef(c.oid),
     (SELECT count(*) FROM pg_inherits h WHERE h.inhparent = c.oid)) FROM tables c WHERE c.relkind = 'p'`,
  `SELECT 'table ' || c.label, 'inherits from ' || h.inhparent::regclass::text
   FROM tables c JOIN pg_inherits h ON h.inhrelid = c.oid`,
  `SELECT 'table ' || c.label, 'is unlogged' FROM tables c WHERE c.relpersistence = 'u'`,
  `SELECT 'table ' || c.label, 'has row level security' FROM tables c WHERE c.relrowsecurity OR c.relforcerowsecurity`,
  `SELECT format('table %s, policy %s', c.label, p.polname), 'a row level security policy'
   FROM tables c JOIN pg_policy p ON p.polrelid = c.oid`,
  `SELECT format('table %s, trigger %s', c.label, t.tgname), pg_get_triggerdef(t.oid)
   FROM tables c JOIN pg_trigger t ON t.tgrelid = c.oid AND NOT t.tgisinternal`,
  `SELECT format('table %s, rule %s', c.label, r.rulename), pg_get_ruledef(r.oid)
   FROM tables c JOIN pg_rewrite r ON r.ev_class = c.oid`,
  `SELECT format('table %s, column %s', c.label, a.attname), 'is GENERATED ALWAYS AS IDENTITY: here it is BY DEFAULT'
   FROM tables c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attidentity = 'a' AND NOT a.attisdropped`,
  `SELECT format('table %s, constraint %s', c.label, k.conname), pg_get_constraintdef(k.oid)
   FROM tables c JOIN pg_constraint k ON k.conrelid = c.oid LEFT JOIN pg_index i ON i.indexrelid = k.conindid
   WHERE k.conparentid = 0 AND (k.contype = 'x' OR k.contype IN ('p', 'u', 'c', 'f') AND (
     NOT k.convalidated OR k.contype = 'c' AND k.connoinherit OR k.confmatchtype = 'f'
     OR pg_get_constraintdef(k.oid) ~ '(SET NULL|SET DEFAULT) \\('
     OR k.contype IN ('p', 'u') AND i.indnatts > i.indnkeyatts))`,
  `SELECT format('table %s, constraint %s', c.label, k.conname), 'has the comment ' || quote_literal(d.description)
   FROM tables c JOIN pg_constraint k ON k.conrelid = c.oid
   JOIN pg_description d ON d.classoid = 'pg_constraint'::regclass AND d.objoid = k.oid`,
  `SELECT format('table %s, index %s', c.label, r.relname), 'has the comment ' || quote_literal(d.description)
   FROM tables c JOIN pg_index i ON i.indrelid = c.oid JOIN pg_class r ON r.oid = i.indexrelid
   JOIN pg_description d ON d.classoid = 'pg_class'::regclass AND d.objoid = i.indexrelid`,
  `SELECT 'table ' || c.label, 'has privileges: ' || string_agg(DISTINCT p.grantee || ' ' || p.what, ', ' ORDER BY p.grantee || ' ' || p.what)
   FROM tables c, LATERAL (
     SELECT ${grantee("g")}, g.privilege_type FROM aclexplode(c.relacl) AS g WHERE g.grantee <> c.relowner
     UNION ALL
     SELECT ${grantee("g")}, format('%s (%s)', g.privilege_type, a.attname)
     FROM pg_attribute a, aclexplode(a.attacl) AS g WHERE a.attrelid = c.oid AND NOT a.attisdropped) AS p (grantee, what)
   GROUP BY c.label`,
  `SELECT 'table ' || c.label, 'is published by ' || b.pubname
   FROM tables c JOIN pg_publication_rel p ON p.prrelid = c.oid JOIN pg_publication b ON b.oid = p.prpubid`,
];

/** The same for what stands beside the tables, in the schema or beside it. */
const BESIDE = [
  `SELECT CASE r.relkind WHEN 'v' THEN 'view ' WHEN 'm' THEN 'materialized view ' WHEN 'f' THEN 'foreign table '
     ELSE 'sequence ' END || ${nameIn("r.relnamespace", "r.relname")}, CASE WHEN r.relkind IN ('v', 'm') THEN trim(pg_get_viewdef(r.oid)) ELSE 'has no model' END
   FROM pg_class r WHERE ${isRead("r.relnamespace")} AND r.relkind IN ('v', 'm', 'f', 'S') AND ${own("pg_class", "r")}
     AND NOT EXISTS (SELECT FROM pg_depend o WHERE r.relkind = 'S' AND o.classid = 'pg_class'::regclass
       AND o.objid = r.oid AND o.refclassid = 'pg_class'::regclass AND o.deptype IN ('a', 'i'))
     AND NOT EXISTS (SELECT FROM pg_depend o WHERE r.relkind = 'S' AND o.classid = 'pg_attrdef'::regclass
       AND o.refclassid = 'pg_class'::regclass AND o.refobjid = r.oid)`,
  `SELECT format('%s %s', CASE p.prokind WHEN 'p' THEN 'procedure' WHEN 'a' THEN 'aggregate' ELSE 'function' END,
     p.oid::regprocedure), 'is code in the database'
   FROM pg_proc p WHERE ${isRead("p.pronamespace")} AND ${own("pg_proc", "p")}`,
  `SELECT CASE t.typtype WHEN 'd' THEN 'domain ' WHEN 'r' THEN 'range type ' ELSE 'composite type ' END || ${nameIn("t.typnamespace", "t.typname")},
     'is a type without a field'
   FROM pg_type t LEFT JOIN pg_class r ON r.oid = t.typrelid
   WHERE ${isRead("t.typnamespace")} AND (t.typtype IN ('d', 'r') OR r.relkind = 'c') AND ${own("pg_type", "t")}`,
  `SELECT 'enum ' || ${nameIn("t.typnamespace", "t.typname")}, 'has the comment ' || quote_literal(d.description)
   FROM pg_type t JOIN pg_description d ON d.classoid = 'pg_type'::regclass AND d.objoid = t.oid
   WHERE t.typtype = 'e' AND ${isRead("t.typnamespace")} AND ${own("pg_type", "t")}`,
  `SELECT 'enum ' || ${nameIn("t.typnamespace", "t.typname")}, 'is of another schema than the current one'
   FROM pg_type t WHERE t.typtype = 'e' AND t.typnamespace <> ${HERE} AND ${isRead("t.typnamespace")} AND ${own("pg_type", "t")}`,
  `SELECT 'collation ' || ${nameIn("l.collnamespace", "l.collname")}, 'has no model' FROM pg_collation l
   WHERE ${isRead("l.collnamespace")} AND ${own("pg_collation", "l")}`,
  `SELECT 'operator ' || o.oid::regoperator::text, 'is code in the database' FROM pg_operator o
   WHERE ${isRead("o.oprnamespace")} AND ${own("pg_operator", "o")}`,
  `SELECT 'text search configuration ' || ${nameIn("f.cfgnamespace", "f.cfgname")}, 'has no model' FROM pg_ts_config f
   WHERE ${isRead("f.cfgnamespace")} AND ${own("pg_ts_config", "f")}`,
  `SELECT 'text search dictionary ' || ${nameIn("d.dictnamespace", "d.dictname")}, 'has no model' FROM pg_ts_dict d
   WHERE ${isRead("d.dictnamespace")} AND ${own("pg_ts_dict", "d")}`,
  `SELECT 'statistics ' || ${nameIn("s.stxnamespace", "s.stxname")}, pg_get_statisticsobjdef(s.oid) FROM pg_statistic_ext s WHERE ${isRead("s.stxnamespace")}`,
  `SELECT 'event trigger ' || t.evtname, 'is code in the database' FROM pg_event_trigger t WHERE ${own("pg_event_trigger", "t")}`,
  `SELECT 'extension ' || x.extname, 'is installed; a model that needs it says so: extensions' FROM pg_extension x WHERE x.extname <> 'plpgsql'`,
  `SELECT 'schema ' || n.nspname, 'is not read: --schema names those that are, besides the first of the search path'
   FROM pg_namespace n WHERE NOT ${isRead("n.oid")} AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
     AND ${own("pg_namespace", "n")}
     AND EXISTS (SELECT FROM pg_class r WHERE r.relnamespace = n.oid AND r.relkind IN ('r', 'p', 'v', 'm', 'f'))`,
];

/**
 * One row with one text: what the schemas that are read hold and `INTROSPECTION_QUERY` passes over; see
 * `parametersFor`. Owners are no structure and not looked at.
 */
export const EXTRAS_QUERY = `
WITH tables AS (
  SELECT c.*, ${tableName("c")} AS label FROM pg_class c
  WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relname NOT IN ${OWN} AND ${isRead("c.relnamespace")}
    AND ${own("pg_class", "c")}),
others (path, what) AS (${[...OF_TABLES, ...STORAGE, ...BESIDE].join("\nUNION ALL ")})
SELECT json_build_object(
  'indexes', (
    SELECT coalesce(json_agg(json_build_object('table', c.label, 'name', r.relname,
      'definition', pg_get_indexdef(i.indexrelid)) ORDER BY c.label, r.relname), '[]')
    FROM tables c JOIN pg_index i ON i.indrelid = c.oid JOIN pg_class r ON r.oid = i.indexrelid
    WHERE NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x'))),
  'others', (
    SELECT coalesce(json_agg(json_build_object('path', path, 'what', what) ORDER BY path, what), '[]') FROM others)
)::text AS extras`;
