import { OWN_TABLES } from "../../schema/own-tables.ts";
import { namespacesOf, type Schema } from "../../schema/schema.ts";

/** The current schema, the first of the search path that exists. */
export const HERE = "to_regnamespace(quote_ident(current_schema()))";

const list = (parameter: string) => `(SELECT json_array_elements_text(${parameter}::json))`;

/** The names of the tool's own tables. */
export const OWN = list("$1");

/** The names of the further schemas that are read. */
export const FURTHER = list("$2");

/** True for a schema that is read. */
export const isRead = (oid: string) =>
  `${oid} IN (SELECT s.oid FROM pg_namespace s WHERE s.oid = ${HERE} OR s.nspname IN ${FURTHER})`;

/** The name of a table as a Schema has it: without the current schema, unless the table is known with it. */
export const tableName = (relation: string) => `(
    SELECT CASE WHEN s.oid = ${HERE} AND s.nspname || '.' || ${relation}.relname NOT IN ${list("$3")}
      THEN ${relation}.relname::text ELSE s.nspname || '.' || ${relation}.relname END
    FROM pg_namespace s WHERE s.oid = ${relation}.relnamespace)`;

/** What the queries over the catalogs take: the tool's own tables, the schemas that are read besides, the known tables. */
export function parametersFor(known: Schema): string[] {
  // The one that is no namespace of a normalized schema, public, may hold tables of it all the same.
  const names = [...known.namespaces.values(), ...namespacesOf(known.tables.keys())].map(({ name }) => name);
  return [JSON.stringify(OWN_TABLES), JSON.stringify(names), JSON.stringify([...known.tables.keys()])];
}
