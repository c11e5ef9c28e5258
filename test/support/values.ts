import { type ColumnType, type ElementType, isInteger } from "../../src/schema/column-type.ts";
import type { Expression, Json, Literal, SqlValue } from "../../src/schema/expression.ts";
import type { Schema } from "../../src/schema/schema.ts";
import type { Chooser } from "./chooser.ts";

/** How many values `sampleValue` tells apart for every type. */
export const SAMPLES = 2;

/**
 * The value number `position` of a type: different for each position, and the same for one type wherever it is
 * used, so that every foreign key between filled tables finds its row.
 */
export function sampleValue(type: ColumnType, position: number, schema: Schema): Literal {
  const number = position + 1;
  switch (type.kind) {
    case "smallInt":
    case "int":
    case "bigInt":
      return number;
    case "float":
      return number + 0.5;
    case "decimal":
      return String(number);
    case "char":
    case "text":
      return String(number);
    case "binary":
      return `0${number}`;
    case "boolean":
      return position % 2 === 1;
    case "datetime":
      return `2024-02-0${number}T10:20:30.456Z`;
    case "date":
      return `2024-02-0${number}`;
    case "time":
      return `0${number}:20:30`;
    case "duration":
      return number * 90_061_001;
    case "uuid":
      return `00000000-0000-4000-8000-00000000000${number}`;
    case "json":
      return { key: [number, "it's", null] };
    case "array":
      // As JSON: none of the types that `columnType` puts there has bigints.
      return [sampleValue(type.of, position, schema) as Json];
    case "raw":
      return rawSample(type, number);
    case "enum":
      return schema.enums.get(type.name)?.values[position] ?? "";
  }
}

/** Types that no field has, and the values that they give back as they got them. */
const RAW: readonly (readonly [postgres: string, sqlite: string, sample: (number: number) => string])[] = [
  ["inet", "INET TEXT", (number) => `10.0.0.${number}`],
  ["int4range", "int range TEXT", (number) => `[${number},9)`],
  ["character varying", "MEDIUMTEXT", String],
  ["time(3) with time zone", "", (number) => `0${number}:20:30+00`],
  ["numeric(4,0)[]", "GEOMETRY TEXT (4)", (number) => `{10${number}}`],
  ["numeric", "TEXT", String],
];

function rawSample({ type }: ColumnType & { readonly kind: "raw" }, number: number): string {
  const name = typeof type === "string" ? type : type.postgres;
  return RAW.find(([postgres]) => postgres === name)?.[2](number) ?? String(number);
}

/** A raw type; one of an extension where the schema has it. */
function rawType(chooser: Chooser, schema: Schema): ColumnType {
  if (schema.extensions.includes("citext") && chooser.chance(50)) {
    return { kind: "raw", type: { postgres: "citext", sqlite: "TEXT" } };
  }
  const [postgres, sqlite] = chooser.pick(RAW) ?? ["text", "TEXT"];
  return { kind: "raw", type: { postgres, sqlite } };
}

/** Any column type that the schema allows. */
export function columnType(chooser: Chooser, schema: Schema): ColumnType {
  const name = chooser.pick([...schema.enums.keys()].sort());
  if (name !== undefined && chooser.chance(15)) return { kind: "enum", name };
  if (chooser.chance(6)) return { kind: "array", of: elementType(chooser) };
  if (chooser.chance(6)) return rawType(chooser, schema);
  const kind = chooser.oneOf([
    "int",
    "int",
    "int",
    "text",
    "char",
    "bigInt",
    "decimal",
    "smallInt",
    "bigInt",
    "float",
    "binary",
    "boolean",
    "datetime",
    "date",
    "time",
    "duration",
    "uuid",
    "json",
  ] as const);
  if (kind === "char") return { kind, maxLength: 1 + chooser.below(300) };
  if (kind !== "decimal") return { kind };
  const maxDigits = 1 + chooser.below(30);
  return { kind, maxDigits, decimalPlaces: chooser.below(maxDigits) };
}

export function isText({ kind }: ColumnType): boolean {
  return kind === "text" || kind === "char";
}

/** A collation that every server has. */
export function randomCollation(chooser: Chooser): Expression {
  return chooser.oneOf([
    { postgres: "C", sqlite: "NOCASE" },
    { postgres: "POSIX", sqlite: "binary" },
    { postgres: "default", sqlite: "rtrim" },
  ]);
}

function elementType(chooser: Chooser): ElementType {
  const kind = chooser.oneOf([
    ...(["int", "text", "bigInt", "boolean", "uuid"] as const),
    ...(["float", "date", "datetime", "duration", "char", "decimal"] as const),
  ]);
  if (kind === "char") return { kind, maxLength: 7 };
  return kind === "decimal" ? { kind, maxDigits: 9, decimalPlaces: 2 } : { kind };
}

/** A default that fits the type: a value, or an expression that both databases understand. */
export function defaultFor(chooser: Chooser, type: ColumnType, schema: Schema): SqlValue {
  if (!chooser.chance(25)) {
    if (type.kind === "text" && chooser.chance(50)) return { value: 'it\'s "quoted" -- no comment; 😀\n' };
    if (type.kind === "json" && chooser.chance(50)) {
      return { value: chooser.oneOf([[], {}, "text", 1.5, true] as const) };
    }
    return { value: sampleValue(type, chooser.below(SAMPLES), schema) };
  }
  switch (type.kind) {
    case "smallInt":
    case "int":
    case "bigInt":
      return { expression: chooser.oneOf(["1 + 2", "abs(-7)", "(3)"]) };
    case "float":
      return { expression: "1.5 * 2" };
    case "text":
      return { expression: chooser.oneOf(["upper('abc')", "'a' || 'b'"]) };
    case "date":
      return { expression: "CURRENT_DATE" };
    case "datetime":
      return { expression: "CURRENT_TIMESTAMP" };
    case "uuid":
      return {
        expression: {
          postgres: "gen_random_uuid()",
          sqlite: "(lower(hex(randomblob(16))))",
        },
      };
    default:
      return { value: sampleValue(type, 0, schema) };
  }
}

/**
 * Types that every value of this one can become and come back from, on every database; used where rows or a real
 * database must follow.
 */
export function widerTypes(type: ColumnType): ColumnType[] {
  switch (type.kind) {
    case "smallInt":
      return [{ kind: "int" }, { kind: "bigInt" }, { kind: "text" }];
    case "int":
      return [{ kind: "bigInt" }, { kind: "float" }, { kind: "text" }];
    case "bigInt":
      return [{ kind: "decimal", maxDigits: 30, decimalPlaces: 0 }, { kind: "text" }];
    case "decimal": {
      const { maxDigits, decimalPlaces } = type;
      return [{ kind: "decimal", maxDigits: maxDigits + 5, decimalPlaces }, { kind: "text" }];
    }
    case "char":
      return [{ kind: "char", maxLength: type.maxLength + 10 }, { kind: "text" }];
    case "text":
      return [{ kind: "char", maxLength: 255 }];
    case "float":
    case "boolean":
    case "date":
    case "uuid":
    case "enum":
    case "raw":
      return [{ kind: "text" }];
    default:
      return [];
  }
}

/** True if databases convert between the types by themselves; text can become anything, and anything text. */
export function areConvertible(left: ColumnType, right: ColumnType): boolean {
  const isNumber = (type: ColumnType) => isInteger(type) || type.kind === "float" || type.kind === "decimal";
  if (left.kind === "array" && right.kind === "array") return left.of.kind === right.of.kind;
  return left.kind === right.kind || isText(left) || isText(right) || (isNumber(left) && isNumber(right));
}
