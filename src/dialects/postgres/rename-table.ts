import { tableOf } from "../../operations/handler.ts";
import type { RenameTable } from "../../operations/types.ts";
import { shorten } from "../../schema/identifier.ts";
import { constraintName, constraintsOf, indexName } from "../../schema/naming.ts";
import { localName, namespaceOf, qualifiedName } from "../../schema/qualified-name.ts";
import type { Schema } from "../../schema/schema.ts";
import type { Change } from "../dialect.ts";
import type { Question } from "./counting.ts";
import { renameDerived } from "./derived-names.ts";
import { postgresRenderer as sql } from "./renderer.ts";

/** The statements that give a table another name, also one in another schema, and what is named after it. */
export function renameTable({ from, to }: RenameTable, { before }: Change): (string | Question)[] {
  const table = tableOf(before, from);
  // Indexes share the names of a schema with tables, so that they must have the new ones before they come into another.
  return steps(from, to, before).flatMap(([old, fresh]) => [
    ...step(old, fresh),
    ...renameDerived({ ...table, name: old }, { ...table, name: fresh }),
  ]);
}

type Pair = readonly [from: string, to: string];

/** A statement changes the name or the schema: which comes first depends on which name is free. */
function steps(from: string, to: string, schema: Schema): Pair[] {
  // Views share the names of a schema with tables, and enums those of the row types that tables have.
  const isTaken = (name: string) =>
    schema.tables.has(name) || schema.views.has(name) || schema.enums.has(name) || isIndexName(name, schema);
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

/** Indexes, those of keys too, share the names of a schema with its tables. */
function isIndexName(name: string, schema: Schema): boolean {
  return [...schema.tables.values()].some(
    (table) =>
      namespaceOf(table.name) === namespaceOf(name) &&
      [
        ...table.indexes.map((index) => indexName(table.name, index)),
        ...constraintsOf(table)
          .filter(({ kind }) => kind === "primaryKey" || kind === "unique")
          .map((constraint) => constraintName(table.name, constraint)),
      ].includes(localName(name)),
  );
}

function path(...names: readonly string[]): Pair[] {
  return names.slice(1).map((name, at): Pair => [names[at] ?? name, name]);
}

function step(from: string, to: string): (string | Question)[] {
  const namespace = namespaceOf(to);
  if (namespace === namespaceOf(from)) return sql.alterTable(from, [`RENAME TO ${sql.quote(localName(to))}`]);
  const move =
    namespace === undefined
      ? intoCurrentSchema(from)
      : sql.alterTable(from, [`SET SCHEMA ${sql.quote(namespace)}`]);
  // Their names are those of a table that it had once, and nobody's concern but the server's.
  return [
    {
      sql: takenSequences(from, namespace),
      statements: (rows) => [
        ...rows.map(({ sequence, free }) => `ALTER SEQUENCE ${sequence} RENAME TO ${free}`),
        ...move,
      ],
      describe: `renames the sequences of ${from} first whose names are taken there`,
    },
  ];
}

/** Only the session knows what the current schema is called. */
function intoCurrentSchema(table: string): string[] {
  const statement = sql.quoteText(`ALTER TABLE ${sql.quoteTable(table)} SET SCHEMA `);
  return [`DO ${sql.quoteText(`BEGIN EXECUTE ${statement} || quote_ident(current_schema()); END`)}`];
}

/** The sequences of a table whose names are taken in that schema, and names that are free in both. */
function takenSequences(table: string, namespace: string | undefined): string {
  const target =
    namespace === undefined ? "quote_ident(current_schema())" : sql.quoteText(sql.quote(namespace));
  return `SELECT s.oid::regclass::text AS "sequence", quote_ident(left(s.relname, 50) || (
    SELECT min(n) FROM generate_series(1, 10000) n WHERE NOT EXISTS (
      SELECT FROM pg_class o WHERE o.relname = left(s.relname, 50) || n
        AND o.relnamespace IN (s.relnamespace, to_regnamespace(${target}))))) AS "free"
  FROM pg_depend d JOIN pg_class s ON s.oid = d.objid AND s.relkind = 'S'
  WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')
    AND d.refobjid = to_regclass(${sql.quoteText(sql.quoteTable(table))})
    AND EXISTS (SELECT FROM pg_class o WHERE o.relname = s.relname AND o.relnamespace = to_regnamespace(${target}))`;
}
