import { shorten } from "../../src/schema/identifier.ts";
import type { Schema } from "../../src/schema/schema.ts";
import type { Chooser } from "./chooser.ts";

/** Names that break a tool which forgets to quote, to escape, to fold or to shorten. */
export const HOSTILE_NAMES: readonly string[] = [
  "select",
  "order",
  "user",
  "and",
  "null",
  "check",
  "rowid",
  "camelCase",
  "UPPER",
  "with space",
  " leading",
  'quo"te',
  '""',
  "it's",
  "`tick`",
  "[bracket]",
  "x]; --",
  "'; DROP TABLE victim; --",
  '"); DROP TABLE victim; --',
  "/* comment */",
  "back\\slash",
  "percent%s",
  "$1",
  "?",
  ":name",
  "a.b",
  "semi;colon",
  "line\nbreak",
  "tab\t",
  "0digits",
  "-",
  "naïve",
  "ÄÖÜß",
  "日本語",
  "😀",
  "e\u0301",
  "name_that_is_so_long_that_no_database_with_a_limit_of_63_bytes_can_keep_it_as_it_is",
  "name_that_is_so_long_that_no_database_with_a_limit_of_63_bytes_can_keep_it_at_all",
  "ü".repeat(40),
  "表".repeat(22),
];

const PLAIN_NAMES = ["alpha", "beta", "gamma", "delta", "name", "age", "created_at"] as const;

/**
 * A name for an enum. It ends like no other name, as PostgreSQL gives every table a type of its name; and no
 * built-in type has it.
 */
export function freshEnumName(chooser: Chooser, taken: Set<string>): string {
  return freshName(chooser, taken, "_kind");
}

/** Schemas that tables live in. */
export const NAMESPACES = ["billing", "Sales Dept", 'quo"te', "select"] as const;

/** A name for a table in one of the namespaces or in none, which may be the name of a table in another. */
export function freshTableName(chooser: Chooser, schema: Schema, taken: Set<string>): string {
  const namespace = chooser.chance(40) ? chooser.pick([...schema.namespaces.keys()].sort()) : undefined;
  if (namespace === undefined) return freshName(chooser, taken).replaceAll(".", "·");
  const ofNamespace = new Set<string>();
  for (;;) {
    const name = `${namespace}.${freshName(chooser, ofNamespace).replaceAll(".", "·")}`;
    if (taken.has(foldName(name))) continue;
    taken.add(foldName(name));
    return name;
  }
}

/** A name that no name in `taken` equals in any case; it is added there. */
export function freshName(chooser: Chooser, taken: Set<string>, ending = ""): string {
  const base = chooser.chance(45) ? (chooser.pick(HOSTILE_NAMES) ?? "x") : chooser.oneOf(PLAIN_NAMES);
  for (let number = 1; ; number += 1) {
    const name = `${base}${number === 1 ? "" : number}${ending}`;
    const key = foldName(name);
    if (taken.has(key)) continue;
    taken.add(key);
    return name;
  }
}

/** What two names have in common that a database could take for one. */
export function foldName(name: string): string {
  return shorten(name).toLowerCase();
}
