import type { Constraint, Index, Table } from "./table.ts";

/** PostgreSQL's limit for an identifier, in bytes of UTF-8 (manual, 4.1.1). It is kept on every database. */
export const MAX_IDENTIFIER_BYTES = 63;

/**
 * The name under which a too long identifier is kept: its beginning and a hash of all of it, 63 bytes at most.
 * Deterministic, so the same name is found again. Shorter names are returned as they are.
 */
export function shorten(name: string): string {
  if (Buffer.byteLength(name, "utf8") <= MAX_IDENTIFIER_BYTES) return name;
  const bytes = Buffer.from(name, "utf8");
  const hash = Bun.hash.xxHash64(name).toString(16).padStart(16, "0").slice(0, 10);
  const room = MAX_IDENTIFIER_BYTES - hash.length - 1;
  // A cut inside a character leaves U+FFFD at the end.
  const head = bytes
    .subarray(0, room)
    .toString("utf8")
    .replace(/\uFFFD+$/, "");
  return `${head}_${hash}`;
}

/** The name of an index: its own, or PostgreSQL's convention `table_column_idx`. */
export function indexName(table: string, index: Index): string {
  return index.name ?? shorten([table, ...index.columns, index.unique ? "uniq" : "idx"].join("_"));
}

/** The name of a constraint: its own, or PostgreSQL's convention (`_pkey`, `_key`, `_fkey`). */
export function constraintName(table: string, constraint: Constraint): string {
  switch (constraint.kind) {
    case "primaryKey":
      return shorten(`${table}_pkey`);
    case "unique":
      return constraint.name ?? shorten([table, ...constraint.columns, "key"].join("_"));
    case "foreignKey":
      return constraint.name ?? shorten([table, ...constraint.columns, "fkey"].join("_"));
    case "check":
      return constraint.name;
  }
}

/** Every constraint of the table, the primary key first. */
export function constraintsOf(table: Table): readonly Constraint[] {
  const primaryKey: Constraint[] =
    table.primaryKey.length > 0 ? [{ kind: "primaryKey", columns: table.primaryKey }] : [];
  return [...primaryKey, ...table.uniques, ...table.checks, ...table.foreignKeys];
}
