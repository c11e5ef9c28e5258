import { tableOf } from "../../operations/handler.ts";
import type { RenameTable } from "../../operations/types.ts";
import { shorten } from "../../schema/identifier.ts";
import { localName, namespaceOf, qualifiedName } from "../../schema/qualified-name.ts";
import type { Schema } from "../../schema/schema.ts";
import type { Change } from "../dialect.ts";
import { renameDerived } from "./derived-names.ts";
import { postgresRenderer as sql } from "./renderer.ts";

/** The statements that give a table another name, also one in another schema, and what is named after it. */
export function renameTable({ from, to }: RenameTable, { before, after }: Change): string[] {
  const derived = renameDerived(tableOf(before, from), tableOf(after, to));
  return [...steps(from, to, before).flatMap(([old, fresh]) => step(old, fresh)), ...derived];
}

type Pair = readonly [from: string, to: string];

/** A statement changes the name or the schema: which comes first depends on which name is free. */
function steps(from: string, to: string, schema: Schema): Pair[] {
  const isTaken = (name: string) => schema.tables.has(name);
  const renamed = qualifiedName(namespaceOf(from), localName(to));
  const moved = qualifiedName(namespaceOf(to), localName(from));
  if (renamed === from || renamed === to) return [[from, to]];
  if (!isTaken(moved)) return path(from, moved, to);
  if (!isTaken(renamed)) return path(from, renamed, to);
  const aside = (suffix: string): string => {
    const name = shorten(`${localName(from)}${suffix}`);
    const both = [from, to].map((table) => qualifiedName(namespaceOf(table), name));
    return both.some(isTaken) ? aside(`${suffix}_`) : name;
  };
  const name = aside("_renamed");
  return path(from, qualifiedName(namespaceOf(from), name), qualifiedName(namespaceOf(to), name), to);
}

function path(...names: readonly string[]): Pair[] {
  return names.slice(1).map((name, at): Pair => [names[at] ?? name, name]);
}

function step(from: string, to: string): string[] {
  const namespace = namespaceOf(to);
  if (namespace === namespaceOf(from)) return sql.alterTable(from, [`RENAME TO ${sql.quote(localName(to))}`]);
  if (namespace !== undefined) return sql.alterTable(from, [`SET SCHEMA ${sql.quote(namespace)}`]);
  // Only the session knows what the current schema is called.
  const statement = sql.quoteText(`ALTER TABLE ${sql.quoteTable(from)} SET SCHEMA `);
  return [`DO ${sql.quoteText(`BEGIN EXECUTE ${statement} || quote_ident(current_schema()); END`)}`];
}
