import { SchemaError } from "../../errors.ts";
import type { AlterColumn } from "../../operations/types.ts";
import type { ColumnKind, ColumnType } from "../../schema/column-type.ts";
import { shorten } from "../../schema/identifier.ts";
import type { Column } from "../../schema/table.ts";
import { castExpression, exactNumber, throughText } from "./cast.ts";
import { intervalOf, millisecondsOf } from "./durations.ts";
import type { Refusal } from "./generated.ts";
import { postgresRenderer as sql } from "./renderer.ts";
import { TEXT_FORMS } from "./text-forms.ts";

const INTEGERS: readonly ColumnKind[] = ["smallInt", "int", "bigInt"];
const NUMBERS: readonly ColumnKind[] = [...INTEGERS, "float", "decimal"];
const TEXTS: readonly ColumnKind[] = ["char", "text"];

/**
 * What must hold before a column gets a type in which PostgreSQL would round or cut its values without a word (an
 * assignment to an integer, to fewer places, to a date). Nothing where `using` says how they are converted.
 */
export function refuseLoss({ table, column, using }: AlterColumn, from: Column): Refusal[] {
  const name = sql.quote(column.name);
  const lost = using === undefined ? lossOf(name, from.type, column.type) : undefined;
  if (lost === undefined) return [];
  return [
    {
      reads: shorten(column.name),
      sql: `SELECT ${name}::text AS "value" FROM ${sql.quoteTable(table)} WHERE ${lost} LIMIT 3`,
      explain: (rows) =>
        new SchemaError(
          `column ${table}.${column.name} holds values that are no ${sql.typeName(column.type)}: ${rows.map(({ value }) => JSON.stringify(value)).join(", ")}`,
          "correct the rows before, or say with `using` how they are converted",
        ),
    },
  ];
}

/** True for a value that would be another one afterwards; undefined where there can be none. */
function lossOf(name: string, from: ColumnType, to: ColumnType): string | undefined {
  if (from.kind === "raw" || to.kind === "raw")
    return to.kind === "text" ? undefined : changed(name, from, to);
  // The casts read and write escapes: other texts would be the same bytes, and bytes other text.
  if (isBinary(from) !== isBinary(to)) return `${name} IS NOT NULL`;
  if (from.kind === "array" && to.kind === "array") {
    // Without an assignment every list is refused, and a cast in a query would be where there is none.
    const isAssigned = castExpression(name, from, to, (part) => sql.quote(part)) === undefined;
    return isAssigned && lossOf(name, from.of, to.of) !== undefined
      ? `${name} <> ${name}::${sql.typeName(to)}::${sql.typeName(from)}`
      : undefined;
  }
  if (from.kind === "enum") return lossOfText(`${name}::text`, from, to);
  if (TEXTS.includes(from.kind)) return lossOfText(name, from, to);
  if (from.kind === "json") return lossOfJson(name, to);
  if (from.kind === "duration") return lossOfDuration(name, to);
  if (from.kind === "datetime" && to.kind === "date") return `${name} <> date_trunc('day', ${name})`;
  if (from.kind === "datetime" && to.kind === "time") return `${name} IS NOT NULL`;
  return NUMBERS.includes(from.kind) ? lossOfNumber(name, from, to) : undefined;
}

function isBinary(type: ColumnType): boolean {
  return type.kind === "array" ? isBinary(type.of) : type.kind === "binary";
}

/** What has the form and is still no value, such as 31 February, the cast refuses itself. */
function lossOfText(name: string, from: ColumnType, to: ColumnType): string | undefined {
  if (to.kind === "char") {
    // The assignment cuts spaces at the end without a word (manual, 8.3).
    return from.kind === "char" && from.maxLength <= to.maxLength
      ? undefined
      : `length(${name}) > ${to.maxLength}`;
  }
  const form = TEXT_FORMS[to.kind];
  if (form === undefined) return undefined;
  const hasOther = `${name} !~ '${form}'`;
  if (to.kind !== "decimal" && to.kind !== "float") return hasOther;
  return `CASE WHEN ${hasOther} THEN true ELSE ${lossOfDigits(`${name}::numeric`, to)} END`;
}

function lossOfJson(name: string, to: ColumnType): string | undefined {
  if (to.kind === "boolean") return `jsonb_typeof(${name}) <> 'boolean'`;
  if (!NUMBERS.includes(to.kind)) return undefined;
  return `CASE WHEN jsonb_typeof(${name}) <> 'number' THEN true ELSE ${lossOfDigits(`${name}::numeric`, to)} END`;
}

function lossOfDuration(name: string, to: ColumnType): string | undefined {
  if (to.kind === "time") return `${name} <> (${name}::time)::interval`;
  if (!NUMBERS.includes(to.kind)) return undefined;
  // A year has 365.25 days in seconds, and 360 where it is compared.
  const milliseconds = millisecondsOf(name);
  return `${name} <> ${intervalOf(`(${milliseconds})`)} OR ${lossOfDigits(`(${milliseconds})`, to)}`;
}

function lossOfNumber(name: string, from: ColumnType, to: ColumnType): string | undefined {
  if (to.kind === "boolean") return `${name} NOT IN (0, 1)`;
  if (from.kind === "bigInt" && to.kind === "float") {
    // The cast back fails for all beyond the greatest double that is an integer of 64 bits.
    return `CASE WHEN ${name} > 9223372036854774784 THEN true ELSE ${name}::double precision::bigint <> ${name} END`;
  }
  // The cast back gives 15 digits of a double: a number with more would not come back.
  if (from.kind === "decimal" && to.kind === "float") return `${name}::double precision::numeric <> ${name}`;
  if (from.kind !== "float" && from.kind !== "decimal") return undefined;
  // JSON has neither infinite numbers nor NaN.
  if (to.kind === "json") return `jsonb_typeof(to_jsonb(${name})) <> 'number'`;
  if (INTEGERS.includes(to.kind)) return `${name} <> trunc(${name})`;
  const exact = exactNumber(name, from);
  if (to.kind === "duration") return `${exact} <> round(${exact}, 3)`;
  if (to.kind === "decimal" && (from.kind === "float" || from.decimalPlaces > to.decimalPlaces)) {
    return `${exact} <> round(${name}::numeric, ${to.decimalPlaces})`;
  }
  return undefined;
}

/** The same of a number with all its digits. */
function lossOfDigits(number: string, to: ColumnType): string {
  if (to.kind === "decimal") return `${number} <> round(${number}, ${to.decimalPlaces})`;
  if (to.kind === "float") return `${number}::double precision::text::numeric <> ${number}`;
  return `${number} <> trunc(${number})`;
}

/** True for a value that does not come back from the new type as it was. */
function changed(name: string, from: ColumnType, to: ColumnType): string {
  const there = throughText(name, sql.typeName(to));
  return `format('%s', ${name}) <> format('%s', ${throughText(`(${there})`, sql.typeName(from))})`;
}
