import { localName, namespaceOf } from "../../schema/qualified-name.ts";
import { quoteIdentifier } from "../quoting.ts";

/** The name of a table in quotes, behind its schema where it has one. @throws SchemaError like `quoteIdentifier` */
export function quoteTable(name: string): string {
  return quoteBeside(name, localName(name));
}

/** The name of what lives in the schema of that table, in quotes. @throws SchemaError like `quoteIdentifier` */
export function quoteBeside(table: string, name: string): string {
  const namespace = namespaceOf(table);
  const quoted = quoteIdentifier(name);
  return namespace === undefined ? quoted : `${quoteIdentifier(namespace)}.${quoted}`;
}
