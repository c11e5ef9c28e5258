import type { ColumnType, ElementType } from "../../schema/column-type.ts";
import { parseArray } from "../array-values.ts";
import {
  type DatabaseValues,
  PLAIN,
  parseJson,
  type StoredValue,
  toBigInt,
  type ValueCodec,
} from "../values.ts";
import { quoteTable } from "./quoting.ts";
import { typeName } from "./types.ts";

/**
 * Values on PostgreSQL. All but booleans and bytes travel as text with an explicit cast, so that neither the driver
 * nor the settings of the session (DateStyle, IntervalStyle, TimeZone) have a say in them.
 */
export const postgresValues: DatabaseValues = {
  // The protocol counts parameters with 16 bits (manual, 55.7, Bind); the driver refuses the last two.
  maxParameters: 65_533,
  quoteTable,
  placeholder: (position) => `$${position}`,
  begin: "BEGIN",
  // BEGIN inside a transaction is no error; SAVEPOINT outside of one is (no_active_sql_transaction).
  nesting: { first: "savepoint", refusal: "25P01" },
  text: {
    contains: (column, parameter) => `strpos(${column}, ${parameter}) > 0`,
    startsWith: (column, parameter) => `left(${column}, length(${parameter})) = ${parameter}`,
    endsWith: (column, parameter) => `right(${column}, length(${parameter})) = ${parameter}`,
    lower: (text) => `lower(${text} COLLATE "C")`,
  },
  codec: (type, quote) => ({ ...PLAIN, ...rowFor(type, quote) }),
};

function rowFor(type: ColumnType, quote: (identifier: string) => string): Partial<ValueCodec> {
  switch (type.kind) {
    case "smallInt":
    case "int":
      return { ...textAs("bigint"), fromDatabase: Number };
    case "bigInt":
      return { ...textAs("bigint"), fromDatabase: toBigInt };
    case "float":
      return { ...textAs("double precision"), fromDatabase: Number };
    case "decimal":
      return { ...textAs("numeric"), select: (column) => `${column}::text` };
    case "char":
    case "text":
      return { parameter: (placeholder) => `${placeholder}::text` };
    case "binary":
      return { parameter: (placeholder) => `${placeholder}::bytea` };
    case "boolean":
      return { parameter: (placeholder) => `${placeholder}::boolean` };
    case "datetime":
      return {
        ...textAs("timestamptz"),
        toDatabase: (value) => (value instanceof Date ? value.toISOString() : String(value)),
        select: (column) => momentText(column),
        fromDatabase: parseMoment,
      };
    case "date":
      return {
        ...textAs("date"),
        select: (column) => `coalesce(to_char(${column}, 'YYYY-MM-DD'), ${column}::text)`,
      };
    case "time":
      return { ...textAs("time"), select: (column) => `${column}::text` };
    case "duration":
      return {
        parameter: (placeholder) => `(${placeholder}::text || ' milliseconds')::interval`,
        toDatabase: String,
        select: (column) => `(extract(epoch from ${column}) * 1000)::text`,
        fromDatabase: (value) => Math.round(Number(value)),
      };
    case "uuid":
      return { ...textAs("uuid"), select: (column) => `${column}::text` };
    case "json":
      return { ...textAs("jsonb"), select: (column) => `${column}::text`, fromDatabase: parseJson };
    case "array":
      return listCodec(type.of, quote);
    case "raw":
      // The server knows what it wants; a cast of ours would cut what is too long.
      return { asText: (column) => `${column}::text` };
    case "enum":
      return {
        ...textAs(quote(type.name)),
        select: (column) => `${column}::text`,
        asText: (column) => `${column}::text`,
        // By its text, as on every other database, not by the order of declaration.
        compare: (column, operator, parameter) =>
          operator === "=" ? `${column} = ${parameter}` : `${column}::text ${operator} ${parameter}::text`,
        orderBy: (column, direction) => [`${column}::text ${direction}`],
      };
  }
}

/** Lists travel as JSON, each element in the form in which its own type travels. */
function listCodec(of: ElementType, quote: (identifier: string) => string): Partial<ValueCodec> {
  const element = { ...PLAIN, ...rowFor(of, quote) };
  const read =
    of.kind === "bigInt" ? "u.e::text" : of.kind === "binary" ? "encode(u.e, 'hex')" : element.select("u.e");
  const write = of.kind === "binary" ? "decode(u.e, 'hex')" : element.parameter("u.e");
  const name = typeName({ kind: "array", of }, quote);
  return {
    toDatabase: String,
    parameter: (placeholder) =>
      `CASE WHEN ${placeholder}::text IS NOT NULL THEN ARRAY(SELECT ${write} ` +
      `FROM json_array_elements_text(${placeholder}::text::json) WITH ORDINALITY AS u(e, n) ORDER BY u.n)::${name} END`,
    select: (column) =>
      `CASE WHEN ${column} IS NOT NULL THEN (SELECT coalesce(json_agg(${read} ORDER BY u.n), '[]')::text ` +
      `FROM unnest(${column}) WITH ORDINALITY AS u(e, n)) END`,
    fromDatabase: (value) => parseArray(value, of, element),
  };
}

function textAs(name: string): Partial<ValueCodec> {
  return { parameter: (placeholder) => `${placeholder}::text::${name}`, toDatabase: String };
}

/** UTC with microseconds and the era; `infinity`, for which to_char has no text, as it is. */
function momentText(column: string): string {
  return `coalesce(to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"+00" BC'), ${column}::text)`;
}

const MOMENT = /^(\d{4,})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)\.(\d{3})\d{3}\+00 (AD|BC)$/;

function parseMoment(value: StoredValue): Date {
  const [, year, month, day, hours, minutes, seconds, milliseconds, era] = MOMENT.exec(String(value)) ?? [];
  if (year === undefined) throw new RangeError(`${String(value)} is no moment that a Date can hold`);
  const date = new Date(0);
  date.setUTCFullYear(era === "BC" ? 1 - Number(year) : Number(year), Number(month) - 1, Number(day));
  date.setUTCHours(Number(hours), Number(minutes), Number(seconds), Number(milliseconds));
  return date;
}
