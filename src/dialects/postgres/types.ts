import { type ColumnType, isElement } from "../../schema/column-type.ts";
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
