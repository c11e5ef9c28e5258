import { shorten } from "../../schema/identifier.ts";
import type { Column } from "../../schema/table.ts";
import type { Step } from "../dialect.ts";
import { postgresRenderer as sql } from "./renderer.ts";

/** A question to the database, and the statements that follow from the answer. */
export type Question = Omit<Extract<Step, { kind: "query" }>, "operations" | "kind">;

/*
 * A column that counts is an identity column in every table that was made here. In an adopted one it may be `serial` or
 * like it (manual, 8.1.4): a default that takes the next value of a sequence. Only the database knows.
 */

/** Lets a column no longer count. The sequence of a `serial` goes as that of an identity column does. */
export function stopCounting(table: string, column: string): Question {
  const alter = (action: string) => sql.alterTable(table, [`ALTER COLUMN ${sql.quote(column)} ${action}`]);
  return {
    sql: sequenceOf(table, column),
    describe: `drops the default of ${table}.${column} instead, with its sequence, where it is a serial column`,
    statements: ([row]) => {
      if (row === undefined) return alter("DROP IDENTITY");
      // Another table may use a sequence that is not the column's own.
      return [...alter("DROP DEFAULT"), ...(row.own === true ? [`DROP SEQUENCE ${row.sequence}`] : [])];
    },
  };
}

/** Gives the sequence of a column the column's new type, as PostgreSQL does by itself for an identity column. */
export function retypeSequence(table: string, { name, type }: Column): Question {
  return {
    sql: sequenceOf(table, name),
    describe: `gives the sequence of ${table}.${name} the type ${sql.typeName(type)} where it is a serial column`,
    statements: ([row]) =>
      row?.own === true ? [`ALTER SEQUENCE ${row.sequence} AS ${sql.typeName(type)}`] : [],
  };
}

/** Lets the sequence of a new identity column go on after the highest number in the table. */
export function continueNumbers(table: string, column: string): string {
  const sequence = `pg_get_serial_sequence(${sql.quoteText(sql.quoteTable(table))}, ${sql.quoteText(shorten(column))})`;
  const highest = `max(${sql.quote(column)})`;
  return `SELECT setval(${sequence}, greatest(${highest}, 1), coalesce(${highest} >= 1, false)) FROM ${sql.quoteTable(table)}`;
}

/** The sequence in the default of a column, quoted where it has to be, and whether it belongs to the column. */
function sequenceOf(table: string, column: string): string {
  return `SELECT s.oid::regclass::text AS "sequence", EXISTS (
    SELECT FROM pg_depend o WHERE o.classid = 'pg_class'::regclass AND o.objid = s.oid AND o.deptype = 'a'
      AND o.refclassid = 'pg_class'::regclass AND o.refobjid = a.attrelid AND o.refobjsubid = a.attnum) AS "own"
  FROM pg_attribute a
  JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
  JOIN pg_depend p ON p.classid = 'pg_attrdef'::regclass AND p.objid = d.oid AND p.refclassid = 'pg_class'::regclass
  JOIN pg_class s ON s.oid = p.refobjid AND s.relkind = 'S'
  WHERE a.attrelid = to_regclass(${sql.quoteText(sql.quoteTable(table))}) AND a.attname = ${sql.quoteText(shorten(column))}`;
}
