import type { Operation } from "../operations/types.ts";
import { compareText, type Namespace, type Schema } from "../schema/schema.ts";

/** Creates the schemas that are needed. One that is not any more is empty then, and others may use it: it stays. */
export function missingNamespaces(schema: Schema, needed: readonly Namespace[]): Operation[] {
  const names = new Set(needed.map(({ name }) => name).filter((name) => !schema.namespaces.has(name)));
  return [...names].sort(compareText).map((name): Operation => ({ kind: "createSchema", name }));
}
