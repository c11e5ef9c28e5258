import type { Trigger, TriggerEvent, View } from "../../schema/view.ts";
import { HERE } from "./read-namespaces.ts";
import { canonicalCall, functionName } from "./views.ts";

/** A view or materialized view, as `VIEWS` returns it. */
export interface IntrospectedView {
  readonly name: string;
  readonly materialized: boolean;
  readonly definition: string;
}

/** A trigger, as `TRIGGERS` returns it. */
export interface IntrospectedTrigger {
  readonly name: string;
  readonly table: string;
  /** The bits of `pg_trigger.tgtype`. */
  readonly type: number;
  readonly columns: readonly string[];
  /** As `pg_get_triggerdef` writes it. */
  readonly definition: string;
  readonly function: string;
  /** Of a PL/pgSQL function without arguments in the same schema. */
  readonly source: string | null;
}

const OWN =
  "NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = 'pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e')";

/** A JSON list of the views of a namespace. */
export const viewsQuery = (namespace: string = HERE) => `
  SELECT coalesce(json_agg(json_build_object(
    'name', c.relname, 'materialized', c.relkind = 'm', 'definition', pg_get_viewdef(c.oid))), '[]')
  FROM pg_class c
  WHERE c.relkind IN ('v', 'm') AND c.relnamespace = ${namespace} AND ${OWN}`;

/** A JSON list of the triggers that a Schema has words for, of the tables `c` that are read; `table` is what one is called. */
export const triggersQuery = (isRead: string, table: string) => `
  SELECT coalesce(json_agg(json_build_object(
    'name', t.tgname, 'table', ${table}, 'type', t.tgtype, 'definition', pg_get_triggerdef(t.oid),
    'columns', (
      SELECT coalesce(json_agg(a.attname ORDER BY u.position), '[]')
      FROM unnest(t.tgattr::int2[]) WITH ORDINALITY AS u(attnum, position)
      JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = u.attnum),
    'function', p.proname,
    'source', CASE WHEN l.lanname = 'plpgsql' AND t.tgnargs = 0 AND p.pronamespace = ${HERE} THEN p.prosrc END
  )), '[]')
  FROM pg_trigger t
  JOIN pg_class c ON c.oid = t.tgrelid
  JOIN pg_proc p ON p.oid = t.tgfoid
  JOIN pg_language l ON l.oid = p.prolang
  WHERE ${isRead} AND ${OWN}
    AND NOT t.tgisinternal AND t.tgconstraint = 0 AND t.tgoldtable IS NULL AND t.tgnewtable IS NULL AND t.tgtype & 32 = 0
    AND coalesce(to_jsonb(t) ->> 'tgparentid', '0') = '0'`;

export function toView({ name, materialized, definition }: IntrospectedView): View {
  return {
    name,
    definition: definition.trim().replace(/;$/, ""),
    ...(materialized ? { materialized } : {}),
  };
}

const BITS: readonly (readonly [TriggerEvent, number])[] = [
  ["insert", 4],
  ["update", 16],
  ["delete", 8],
];

export function toTrigger(trigger: IntrospectedTrigger): Trigger {
  const { name, table, type, columns, definition, source } = trigger;
  const [, when, call = ""] =
    /(?: WHEN \((.*)\))? EXECUTE (?:FUNCTION|PROCEDURE) (.*)$/s.exec(definition) ?? [];
  const isOwn = source !== null && trigger.function === functionName({ table, name });
  return {
    name,
    table,
    timing: type & 64 ? "insteadOf" : type & 2 ? "before" : "after",
    events: BITS.filter(([, bit]) => type & bit).map(([event]) => event),
    ...(columns.length === 0 ? {} : { columns }),
    ...(type & 1 ? {} : { forEach: "statement" }),
    ...(when === undefined ? {} : { when }),
    postgres: isOwn ? source : { execute: canonicalCall(call) },
  };
}
