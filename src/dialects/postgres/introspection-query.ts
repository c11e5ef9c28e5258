import type { Deferrable, ReferentialAction } from "../../schema/table.ts";
import { INDEXES, type IntrospectedIndex } from "./introspected-index.ts";
import {
  type IntrospectedTrigger,
  type IntrospectedView,
  triggersQuery,
  viewsQuery,
} from "./introspected-views.ts";
import { FURTHER, HERE, isRead, OWN, tableName } from "./read-namespaces.ts";

/** What `INTROSPECTION_QUERY` returns, as JSON. */
export interface Introspected {
  /** All that are installed, wherever. */
  readonly extensions: readonly string[];
  readonly enums: readonly { readonly name: string; readonly values: readonly string[] }[];
  readonly tables: readonly IntrospectedTable[];
  readonly namespaces: readonly { readonly name: string }[];
  readonly views: readonly IntrospectedView[];
  readonly triggers: readonly IntrospectedTrigger[];
}

export interface IntrospectedTable {
  readonly name: string;
  /** Its name has a dot, which stands for something else in a Schema. */
  readonly dotted: boolean;
  readonly comment: string | null;
  readonly columns: readonly IntrospectedColumn[];
  readonly constraints: readonly IntrospectedConstraint[];
  readonly indexes: readonly IntrospectedIndex[];
}

export interface IntrospectedColumn {
  readonly name: string;
  /** As `format_type` writes it. */
  readonly type: string;
  /** The name of the enum, where the type is one of the current schema. */
  readonly enum: string | null;
  /** Its type, or that of the elements, was made by the user: a domain, a composite type, ... */
  readonly ownType: boolean;
  /** Where it is not that of the type. */
  readonly collation: string | null;
  readonly nullable: boolean;
  /** Numbered by a sequence of its own: as an identity column, or as `serial`. */
  readonly identity: boolean;
  /** Of a generated column: whether its value is kept. */
  readonly generated: "stored" | "virtual" | null;
  /** The default, or the expression of a generated column. */
  readonly default: string | null;
  readonly comment: string | null;
}

export interface IntrospectedConstraint {
  readonly name: string;
  readonly kind: "p" | "u" | "c" | "f";
  readonly columns: readonly string[];
  readonly expression: string | null;
  readonly target: string | null;
  /** The schema of the target, where it is one that is not read. */
  readonly targetSchema: string | null;
  readonly targetColumns: readonly string[] | null;
  readonly onDelete: string;
  readonly onUpdate: string;
  readonly deferrable: Deferrable | null;
  readonly nullsNotDistinct: boolean;
}

/** The letters of `pg_constraint.confdeltype` and `confupdtype`. */
export const ACTIONS: Readonly<Record<string, ReferentialAction>> = {
  a: "noAction",
  r: "restrict",
  c: "cascade",
  n: "setNull",
  d: "setDefault",
};

const columnNames = (keys: string, relation: string) => `(
    SELECT coalesce(json_agg(a.attname ORDER BY u.position), '[]')
    FROM unnest(${keys}) WITH ORDINALITY AS u(attnum, position)
    JOIN pg_attribute a ON a.attrelid = ${relation} AND a.attnum = u.attnum)`;

const notOfExtension = (catalog: string, oid: string) =>
  `NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = '${catalog}'::regclass AND e.objid = ${oid} AND e.deptype = 'e')`;

/** True for `serial` and its like (manual, 8.1.4): NOT NULL, and the default is the next value of a sequence that it owns. */
const OWN_SEQUENCE = `(a.attnotnull AND coalesce(
    pg_get_expr(d.adbin, d.adrelid) = format('nextval(%L::regclass)',
      pg_get_serial_sequence(c.relnamespace::regnamespace || '.' || quote_ident(c.relname), a.attname)::regclass::text), false))`;

const OWN_TYPE = `EXISTS (
    SELECT FROM pg_type y WHERE y.oid = CASE WHEN t.typcategory = 'A' AND t.typelem <> 0 THEN t.typelem ELSE t.oid END
      AND y.typnamespace NOT IN (to_regnamespace('pg_catalog'), to_regnamespace('information_schema'))
      AND ${notOfExtension("pg_type", "y.oid")})`;

const COLUMNS = `
  SELECT coalesce(json_agg(json_build_object(
    'name', a.attname,
    'type', format_type(a.atttypid, a.atttypmod),
    'enum', CASE WHEN t.typtype = 'e' AND t.typnamespace = ${HERE} THEN t.typname END,
    'ownType', ${OWN_TYPE},
    'collation', CASE WHEN a.attcollation <> t.typcollation THEN (
      SELECT o.collname FROM pg_collation o WHERE o.oid = a.attcollation) END,
    'nullable', NOT a.attnotnull,
    'identity', a.attidentity <> '' OR ${OWN_SEQUENCE},
    'generated', CASE a.attgenerated WHEN 's' THEN 'stored' WHEN 'v' THEN 'virtual' END,
    'default', CASE WHEN NOT ${OWN_SEQUENCE} THEN pg_get_expr(d.adbin, d.adrelid) END,
    'comment', col_description(c.oid, a.attnum)
  ) ORDER BY a.attnum), '[]')
  FROM pg_attribute a
  JOIN pg_type t ON t.oid = a.atttypid
  LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
  WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped`;

const CONSTRAINTS = `
  SELECT coalesce(json_agg(json_build_object(
    'name', k.conname,
    'kind', k.contype,
    'columns', ${columnNames("k.conkey", "k.conrelid")},
    'expression', pg_get_expr(k.conbin, k.conrelid),
    'target', ${tableName("f")},
    'targetSchema', CASE WHEN NOT ${isRead("f.relnamespace")} THEN f.relnamespace::regnamespace::text END,
    'targetColumns', CASE WHEN f.oid IS NOT NULL THEN ${columnNames("k.confkey", "k.confrelid")} END,
    'onDelete', k.confdeltype,
    'onUpdate', k.confupdtype,
    'deferrable', CASE WHEN k.condeferred THEN 'deferred' WHEN k.condeferrable THEN 'immediate' END,
    'nullsNotDistinct', EXISTS (
      SELECT FROM pg_index x WHERE x.indexrelid = k.conindid AND k.contype = 'u'
        AND to_jsonb(x) ->> 'indnullsnotdistinct' = 'true')
  ) ORDER BY k.conname), '[]')
  FROM pg_constraint k
  LEFT JOIN pg_class f ON f.oid = k.confrelid
  WHERE k.conrelid = c.oid AND k.contype IN ('p', 'u', 'c', 'f') AND k.conparentid = 0`;

/** One row with one text: the JSON of the schemas that are read; see `parametersFor`. */
export const INTROSPECTION_QUERY = `
SELECT json_build_object(
  'extensions', (SELECT coalesce(json_agg(x.extname), '[]') FROM pg_extension x WHERE x.extname <> 'plpgsql'),
  'enums', (
    SELECT coalesce(json_agg(json_build_object('name', t.typname, 'values', (
      SELECT coalesce(json_agg(v.enumlabel ORDER BY v.enumsortorder), '[]') FROM pg_enum v WHERE v.enumtypid = t.oid
    ))), '[]')
    FROM pg_type t
    WHERE t.typtype = 'e' AND t.typnamespace = ${HERE}
      AND ${notOfExtension("pg_type", "t.oid")}),
  'tables', (
    SELECT coalesce(json_agg(json_build_object(
      'name', ${tableName("c")},
      'dotted', strpos(c.relname, '.') > 0,
      'comment', obj_description(c.oid, 'pg_class'),
      'columns', (${COLUMNS}),
      'constraints', (${CONSTRAINTS}),
      'indexes', (${INDEXES})
    )), '[]')
    FROM pg_class c
    WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relname NOT IN ${OWN}
      AND ${isRead("c.relnamespace")}
      AND ${notOfExtension("pg_class", "c.oid")}),
  -- That one is always there, and no schema has it.
  'namespaces', (
    SELECT coalesce(json_agg(json_build_object('name', s.nspname)), '[]')
    FROM pg_namespace s WHERE s.nspname IN ${FURTHER} AND s.nspname <> 'public'),
  'views', (${viewsQuery()}),
  'triggers', (${triggersQuery(`${isRead("c.relnamespace")} AND c.relname NOT IN ${OWN}`, tableName("c"))})
)::text AS structure`;
