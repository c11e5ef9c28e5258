import { localName } from "./qualified-name.ts";

/**
 * The tables of the tool itself: the records of migrations, what was in them, how far one is that is done in part, and the
 * lock of `--lock-mode row`.
 */
export const OWN_TABLES: readonly string[] = [
  "orm_migrations",
  "orm_migration_details",
  "orm_progress",
  "orm_lock",
];

/** True for the name of one of them, in whatever schema and case. */
export function isOwnTable(name: string): boolean {
  return OWN_TABLES.includes(localName(name).toLowerCase());
}
