import { INDEX_METHODS, indexPart } from "../../schema/index-parts.ts";
import type { Index, IndexMethod, IndexPart } from "../../schema/table.ts";

/** An index as `INDEXES` returns it. */
export interface IntrospectedIndex {
  readonly name: string;
  readonly unique: boolean;
  readonly method: string;
  readonly parts: readonly {
    readonly column: string | null;
    /** Where it is no column in its own collation. */
    readonly expression: string | null;
    /** The bits of `pg_index.indoption`: 1 is descending, 2 is NULLS FIRST. */
    readonly options: number;
    /** Where it is not the default one of its type. */
    readonly opclass: string | null;
  }[];
  readonly include: readonly string[];
  readonly where: string | null;
}

const METHODS = ["btree", ...INDEX_METHODS].map((method) => `'${method}'`).join(", ");

const COLLATED = `quote_ident(a.attname) || ' COLLATE ' ||
      (SELECT quote_ident(l.collname) FROM pg_collation l WHERE l.oid = u.sorting)`;

/**
 * The valid indexes of the table `c` that no constraint has made. What a Schema cannot say is left out: other access
 * methods, and NULLS NOT DISTINCT (read as JSON because PostgreSQL 14 has no such column).
 */
export const INDEXES = `
  SELECT coalesce(json_agg(json_build_object(
    'name', r.relname,
    'unique', i.indisunique,
    'method', m.amname,
    'parts', (
      SELECT json_agg(json_build_object(
        'column', CASE WHEN u.sorting IN (0, a.attcollation) THEN a.attname END,
        'expression', CASE WHEN a.attnum IS NULL THEN pg_get_indexdef(i.indexrelid, u.position::int, false)
          WHEN u.sorting NOT IN (0, a.attcollation) THEN ${COLLATED} END,
        'options', u.options,
        'opclass', CASE WHEN NOT o.opcdefault THEN o.opcname END
      ) ORDER BY u.position)
      FROM unnest(i.indkey::smallint[], i.indoption::smallint[], i.indclass::oid[], i.indcollation::oid[])
        WITH ORDINALITY AS u(attnum, options, class, sorting, position)
      JOIN pg_opclass o ON o.oid = u.class
      LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = u.attnum AND u.attnum <> 0
      WHERE u.position <= i.indnkeyatts),
    'include', (
      SELECT coalesce(json_agg(a.attname ORDER BY u.position), '[]')
      FROM unnest(i.indkey::smallint[]) WITH ORDINALITY AS u(attnum, position)
      JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = u.attnum
      WHERE u.position > i.indnkeyatts),
    'where', pg_get_expr(i.indpred, i.indrelid)
  ) ORDER BY r.relname), '[]')
  FROM pg_index i
  JOIN pg_class r ON r.oid = i.indexrelid
  JOIN pg_am m ON m.oid = r.relam AND m.amname IN (${METHODS})
  WHERE i.indrelid = c.oid AND i.indisvalid
    AND coalesce(to_jsonb(i) ->> 'indnullsnotdistinct', 'false') = 'false'
    AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x'))`;

/** The index with its expressions in PostgreSQL's own words. */
export function toIndex({ name, unique, method, parts, include, where }: IntrospectedIndex): Index {
  return {
    name,
    columns: parts.map(toPart),
    unique,
    ...(where === null ? {} : { where }),
    ...(include.length === 0 ? {} : { include }),
    ...(isMethod(method) ? { method } : {}),
  };
}

function toPart({ column, expression, options, opclass }: IntrospectedIndex["parts"][number]): IndexPart {
  return indexPart({
    ...(column === null ? {} : { column }),
    // PostgreSQL puts parentheses around all that is no call of a function.
    ...(expression === null ? {} : { expression: expression.replace(/^\((.*)\)$/s, "$1") }),
    ...((options & 1) === 0 ? {} : { order: "desc" }),
    nulls: (options & 2) === 0 ? "last" : "first",
    ...(opclass === null ? {} : { opclass }),
  });
}

function isMethod(method: string): method is IndexMethod {
  return INDEX_METHODS.has(method);
}
