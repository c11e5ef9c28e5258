import { shorten } from "../../schema/identifier.ts";
import { namespaceOf, qualifiedName, shortenTable } from "../../schema/qualified-name.ts";

/**
 * The name under which an index is kept. Every index of a database shares one namespace here, so that of `billing.invoice`
 * has the name of the schema before its own, as its table has. A name that is stored already stays as it is.
 */
export function storedIndexName(table: string, name: string): string {
  const namespace = namespaceOf(shortenTable(table));
  const isStored = namespace === undefined || name.startsWith(`${namespace}.`);
  return isStored ? shorten(name) : qualifiedName(namespace, shorten(name));
}

/** The name of a stored index as schemas have it. */
export function ownIndexName(table: string, stored: string): string {
  const namespace = namespaceOf(shortenTable(table));
  const isQualified = namespace !== undefined && stored.startsWith(`${namespace}.`);
  return isQualified ? stored.slice(namespace.length + 1) : stored;
}
