import type { Connection } from "../../connection/connection.ts";
import { DatabaseError } from "../../errors.ts";
import { textsOfView } from "../../operations/readers.ts";
import { viewsInOrder } from "../../operations/view-order.ts";
import { type Schema, withViews } from "../../schema/schema.ts";
import { foldName, parseRelations } from "../../schema/sql-relations.ts";
import type { Column, Table } from "../../schema/table.ts";
import { type Trigger, triggerKey, type View, viewTexts } from "../../schema/view.ts";
import {
  type IntrospectedTrigger,
  type IntrospectedView,
  toTrigger,
  toView,
  triggersQuery,
  viewsQuery,
} from "./introspected-views.ts";
import { canonicalCall, createView, triggerStatement } from "./views.ts";

/** The folded names of what a schema's views read, and of the tables whose triggers have a condition. */
export function readByViews(schema: Schema): ReadonlySet<string> {
  const read = [...schema.views.values()].flatMap((view) =>
    viewTexts(view).flatMap((text) => [...parseRelations(text).names]),
  );
  const conditional = [...schema.triggers.values()].filter(({ when }) => when !== undefined);
  return new Set([...read, ...conditional.map(({ table }) => foldName(table))]);
}

/**
 * The schema with its views and triggers in PostgreSQL's own words, made beside the temporary tables that they are
 * about. One that PostgreSQL does not accept stays as it is: it will differ from whatever is there.
 */
export async function canonicalViews(
  schema: Schema,
  connection: Connection,
  temporaryName: (table: string) => string,
): Promise<Schema> {
  for (const view of viewsInOrder(schema)) {
    await attempt(connection, [
      createView(withoutRows(view)).replace("CREATE VIEW ", "CREATE TEMPORARY VIEW "),
    ]);
  }
  const conditional = [...schema.triggers.values()].filter(({ when }) => when !== undefined);
  if (conditional.length > 0) await connection.execute([NOTHING]);
  for (const trigger of conditional) {
    await attempt(connection, [
      triggerStatement({ ...trigger, table: temporaryName(trigger.table) }, "pg_temp.yara_nothing()"),
    ]);
  }
  const [row] = await connection.query<{ canonical: string }>(READ);
  const { views, triggers }: Canonical = JSON.parse(row?.canonical ?? "");
  const definitions = new Map(views.map(toView).map(({ name, definition }) => [name, definition]));
  const conditions = new Map(triggers.map(toTrigger).map((trigger) => [triggerKey(trigger), trigger.when]));
  return withViews(
    schema,
    Array.from(schema.views.values(), (view) => ({
      ...view,
      definition: definitions.get(view.name) ?? view.definition,
    })),
    Array.from(schema.triggers.values(), (trigger): Trigger => {
      const { postgres } = trigger;
      const { name, table } = trigger;
      const when = conditions.get(triggerKey({ name, table: temporaryName(table) })) ?? trigger.when;
      return {
        ...trigger,
        ...(when === undefined ? {} : { when }),
        ...(typeof postgres === "object" ? { postgres: { execute: canonicalCall(postgres.execute) } } : {}),
      };
    }),
  );
}

/** The order of columns is no part of a schema, but `*` in a view stands for them in the order of the table. */
export async function inOrderOfDatabase(
  tables: readonly Table[],
  schema: Schema,
  connection: Connection,
): Promise<readonly Table[]> {
  if (![...schema.views.values()].some((view) => textsOfView(view).some(({ hasStar }) => hasStar)))
    return tables;
  const rows = await connection.query<{ table: string; column: string; place: number }>(ORDER);
  const places = new Map(rows.map(({ table, column, place }) => [JSON.stringify([table, column]), place]));
  return tables.map((table) => {
    const place = ({ name }: Column) =>
      places.get(JSON.stringify([table.name, name])) ?? Number.MAX_SAFE_INTEGER;
    return { ...table, columns: table.columns.toSorted((a, b) => place(a) - place(b)) };
  });
}

const ORDER = `SELECT c.relname AS "table", a.attname AS "column", a.attnum AS place
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
WHERE c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped
  AND c.relnamespace = to_regnamespace(quote_ident(current_schema()))`;

interface Canonical {
  readonly views: readonly IntrospectedView[];
  readonly triggers: readonly IntrospectedTrigger[];
}

const NOTHING =
  "CREATE FUNCTION pg_temp.yara_nothing() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'";

const READ = `SELECT json_build_object('views', (${viewsQuery("pg_my_temp_schema()")}),
  'triggers', (${triggersQuery("c.relnamespace = pg_my_temp_schema()", "c.relname")}))::text AS canonical`;

/** A materialized view cannot be temporary; its definition reads the same. */
function withoutRows({ materialized: _, ...view }: View): View {
  return view;
}

async function attempt(connection: Connection, statements: readonly string[]): Promise<void> {
  try {
    await connection.execute(["SAVEPOINT yara_view", ...statements, "RELEASE SAVEPOINT yara_view"]);
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error;
    await connection.execute(["ROLLBACK TO SAVEPOINT yara_view"]);
  }
}
