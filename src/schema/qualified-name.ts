import { shorten } from "./identifier.ts";

/*
 * A table that does not live in the current schema (the first of the search path on PostgreSQL) has the name of its
 * schema before its own, with a dot between them: `billing.invoice`. It is one string everywhere; only PostgreSQL's
 * renderer takes it apart. On SQLite, which has no schemas, the table is called just that.
 */

/** The schema that a table's name names; undefined where it lives in the current one. */
export function namespaceOf(table: string): string | undefined {
  const dot = table.indexOf(".");
  return dot < 0 ? undefined : table.slice(0, dot);
}

/** The name of a table within its schema. */
export function localName(table: string): string {
  return table.slice(table.indexOf(".") + 1);
}

/** The name of something that lives in the schema of that table. */
export function besideTable(table: string, name: string): string {
  return qualifiedName(namespaceOf(table), name);
}

/** The name of a table in that schema, or in the current one. */
export function qualifiedName(namespace: string | undefined, name: string): string {
  return namespace === undefined ? name : `${namespace}.${name}`;
}

/** The name of a table as databases keep it: each of its parts within the limit of identifiers. */
export function shortenTable(table: string): string {
  return table.includes(".") ? table.split(".").map(shorten).join(".") : shorten(table);
}

/** What is wrong with the name of a table as a whole, as words to put behind it; undefined where nothing is. */
export function tableNameProblem(table: string): string | undefined {
  const [first, second, ...more] = table.split(".");
  if (more.length > 0) return "has several dots: one stands between a schema and the name of the table";
  if (second === undefined) return undefined;
  if (first === "" || second === "") return "has a dot without a name on both sides of it";
  const problem = namespaceProblem(first ?? "");
  return problem && `is in ${first}, which ${problem}`;
}

/** What is wrong with the name of a schema, as words to put behind it; undefined where nothing is. */
export function namespaceProblem(name: string): string | undefined {
  if (name === "") return "is empty";
  if (name.includes(".")) return "has a dot, which stands between a schema and the name of a table";
  return /^(pg_|information_schema$)/i.test(name) ? "is a schema of PostgreSQL's own" : undefined;
}
