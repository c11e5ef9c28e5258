import { type ColumnKind, type ColumnType, isElement } from "../../schema/column-type.ts";
import { rawTypeFor } from "../../schema/raw-type.ts";

/** The types that PostgreSQL knows by one word; the others carry lengths or a name. */
const SIMPLE = {
  smallInt: "smallint",
  int: "integer",
  bigInt: "bigint",
  float: "double precision",
  text: "text",
  binary: "bytea",
  boolean: "boolean",
  datetime: "timestamptz",
  date: "date",
  time: "time",
  duration: "interval",
  uuid: "uuid",
  json: "jsonb",
} as const;

/** What PostgreSQL calls a column type; `quote` quotes the name of an enum. */
export function typeName(type: ColumnType, quote: (name: string) => string): string {
  switch (type.kind) {
    case "decimal":
      return `numeric(${type.maxDigits}, ${type.decimalPlaces})`;
    case "char":
      return `varchar(${type.maxLength})`;
    case "enum":
      return quote(type.name);
    case "array":
      return `${typeName(type.of, quote)}[]`;
    case "raw":
      return rawTypeFor(type.type, "postgres");
    default:
      return SIMPLE[type.kind];
  }
}

/** The types as `format_type` of PostgreSQL's catalog writes them. */
const FORMATTED: ReadonlyMap<string, ColumnType> = new Map<string, ColumnType>([
  ["smallint", { kind: "smallInt" }],
  ["integer", { kind: "int" }],
  ["bigint", { kind: "bigInt" }],
  ["double precision", { kind: "float" }],
  ["text", { kind: "text" }],
  ["bytea", { kind: "binary" }],
  ["boolean", { kind: "boolean" }],
  ["timestamp with time zone", { kind: "datetime" }],
  ["date", { kind: "date" }],
  ["time without time zone", { kind: "time" }],
  ["interval", { kind: "duration" }],
  ["uuid", { kind: "uuid" }],
  ["jsonb", { kind: "json" }],
]);

/** The column type of a text that `format_type` gave, or undefined where there is none for it. */
export function parseType(formatted: string): ColumnType | undefined {
  if (formatted.endsWith("[]")) {
    const of = parseType(formatted.slice(0, -2));
    return of !== undefined && isElement(of) ? { kind: "array", of } : undefined;
  }
  const simple = FORMATTED.get(formatted);
  if (simple !== undefined) return simple;
  const char = /^character varying\((\d+)\)$/.exec(formatted);
  if (char !== null) return { kind: "char", maxLength: Number(char[1]) };
  const decimal = /^numeric\((\d+),(\d+)\)$/.exec(formatted);
  if (decimal !== null) {
    return { kind: "decimal", maxDigits: Number(decimal[1]), decimalPlaces: Number(decimal[2]) };
  }
  return undefined;
}

/** The value by its text, which every type has; NULL stays NULL. A cast to text would add to some, such as to an inet. */
export function throughText(value: string, target: string): string {
  return `CASE WHEN ${value} IS NOT NULL THEN format('%s', ${value})::${target} END`;
}

const NUMBERS: readonly ColumnKind[] = ["smallInt", "int", "bigInt", "float", "decimal"];
const TEXTS: readonly ColumnKind[] = ["char", "text"];

/**
 * How `column` (quoted) of one type becomes a value of another, for `USING`; undefined where PostgreSQL assigns by
 * itself (manual, 10.4). An assignment refuses a text that is too long, where an explicit cast would cut it, so it
 * is left alone wherever there is one. Where there is no cast at all, every value other than NULL is refused.
 */
export function castExpression(
  column: string,
  from: ColumnType,
  to: ColumnType,
  quote: (name: string) => string,
): string | undefined {
  const target = typeName(to, quote);
  if (from.kind === "raw" || to.kind === "raw") return throughText(column, target);
  const [old, fresh] = from.kind === "array" && to.kind === "array" ? [from.of, to.of] : [from, to];
  if (isAssignable(old.kind, fresh.kind)) return undefined;
  if (to.kind !== "binary" && (from.kind === "enum" || (to.kind === "enum" && !TEXTS.includes(from.kind)))) {
    return `${column}::text::${target}`;
  }
  if (NUMBERS.includes(from.kind) && to.kind === "boolean") return `${column} <> 0`;
  if (from.kind === "boolean" && NUMBERS.includes(to.kind)) return `${column}::integer`;
  if (NUMBERS.includes(from.kind) && to.kind === "duration") return `${column} * interval '1 millisecond'`;
  if (from.kind === "duration" && NUMBERS.includes(to.kind)) return `extract(epoch from ${column}) * 1000`;
  // NULL stays, and no other value is text of the new type, not even of bytea: an empty table can still change.
  return isCastable(from.kind, to.kind)
    ? `${column}::${target}`
    : `('\\no ${to.kind}: ' || ${column}::text)::${target}`;
}

/** True where every version of PostgreSQL has the cast. */
function isCastable(from: ColumnKind, to: ColumnKind): boolean {
  // The cast of text to bytes reads escapes in it.
  if (TEXTS.includes(from)) return to !== "binary";
  return from === "json" && (to === "boolean" || NUMBERS.includes(to));
}

function isAssignable(from: ColumnKind, to: ColumnKind): boolean {
  if (TEXTS.includes(to)) return true;
  if (NUMBERS.includes(from) && NUMBERS.includes(to)) return true;
  if (from === to) return from !== "enum";
  if (from === "datetime") return to === "date" || to === "time";
  if (from === "date") return to === "datetime";
  return (from === "time" && to === "duration") || (from === "duration" && to === "time");
}
