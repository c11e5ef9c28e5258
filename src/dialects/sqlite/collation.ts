import { SchemaError } from "../../errors.ts";

/** What text is compared with unless a column says otherwise (https://www.sqlite.org/datatype3.html, 7). */
const DEFAULT = "BINARY";

const BUILT_IN: ReadonlySet<string> = new Set([DEFAULT, "NOCASE", "RTRIM"]);

/** The collation as a schema has it: those that SQLite brings in capitals, and none for the default. */
export function normalizeCollation(name: string): string | undefined {
  const upper = name.toUpperCase();
  if (upper === DEFAULT) return undefined;
  return BUILT_IN.has(upper) ? upper : name;
}

/** Throws SchemaError for a collation that SQLite does not bring: the rows could be neither compared nor sorted. */
export function checkCollation(place: string, name: string): void {
  if (BUILT_IN.has(name.toUpperCase())) return;
  throw new SchemaError(
    `column ${place} has the collation ${name}, which SQLite does not have`,
    `give a name for each database: { postgres: ${JSON.stringify(name)}, sqlite: "NOCASE" }; SQLite has BINARY, NOCASE and RTRIM`,
  );
}
