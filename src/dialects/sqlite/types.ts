import { SchemaError } from "../../errors.ts";
import type { ColumnType } from "../../schema/column-type.ts";
import { rawTypeFor } from "../../schema/raw-type.ts";

/**
 * The digits that a column of NUMERIC affinity keeps: beyond them a decimal would silently become a rounded
 * double (https://www.sqlite.org/datatype3.html, 3: "only the first 15 significant decimal digits").
 */
export const NUMERIC_DIGITS = 15;

/**
 * The declared type of a column; `parseType` maps each back to the same type. The affinity follows from the
 * words in it (datatype3.html, 3.1): `decimal_text` and `varchar` have TEXT, `interval` INTEGER. Throws
 * SchemaError for an enum, which a normalized schema does not have.
 */
export function declaredType(type: ColumnType): string {
  switch (type.kind) {
    case "smallInt":
      return "smallint";
    case "int":
      return "integer";
    case "bigInt":
      return "bigint";
    case "float":
      return "real";
    case "decimal":
      return `${isTextDecimal(type) ? "decimal_text" : "decimal"}(${type.maxDigits},${type.decimalPlaces})`;
    case "char":
      return `varchar(${type.maxLength})`;
    case "text":
      return "text";
    case "binary":
      return "blob";
    case "boolean":
      return "boolean";
    case "datetime":
      return "datetime";
    case "date":
      return "date";
    case "time":
      return "time";
    case "duration":
      return "interval";
    case "uuid":
      return "uuid";
    case "json":
    case "array":
      return "json";
    case "raw":
      return rawTypeFor(type.type, "sqlite");
    case "enum":
      throw new SchemaError(
        `the enum ${type.name} reached the SQLite renderer`,
        "normalize the schema before",
      );
  }
}

/** True for a decimal whose digits are kept as text. */
export function isTextDecimal(type: ColumnType): boolean {
  return type.kind === "decimal" && type.maxDigits > NUMERIC_DIGITS;
}

const PLAIN: Readonly<Record<string, ColumnType["kind"]>> = {
  tinyint: "smallInt",
  smallint: "smallInt",
  int2: "smallInt",
  mediumint: "int",
  int: "int",
  integer: "int",
  int4: "int",
  bigint: "bigInt",
  int8: "bigInt",
  real: "float",
  double: "float",
  "double precision": "float",
  float: "float",
  text: "text",
  clob: "text",
  blob: "binary",
  boolean: "boolean",
  bool: "boolean",
  datetime: "datetime",
  timestamp: "datetime",
  date: "date",
  time: "time",
  interval: "duration",
  uuid: "uuid",
  json: "json",
  jsonb: "json",
};

const CHARACTER =
  /^(varchar|nvarchar|char|character|nchar|varying character|character varying|native character)$/;

/** Most columns have a type that others have as well. */
const parsed = new Map<string, ColumnType | undefined>();
const REMEMBERED = 1000;

/** The type that a declared type stands for, ours or another program's; undefined where it is none we know. */
export function parseType(declared: string): ColumnType | undefined {
  if (parsed.has(declared)) return parsed.get(declared);
  const type = readType(declared);
  if (parsed.size >= REMEMBERED) parsed.clear();
  parsed.set(declared, type);
  return type;
}

function readType(declared: string): ColumnType | undefined {
  const match = /^([^()]*?)\s*(?:\(\s*(\d+)\s*(?:,\s*(\d+)\s*)?\))?$/.exec(declared.trim().toLowerCase());
  if (match === null) return undefined;
  const name = (match[1] ?? "").replace(/\s+/g, " ");
  const [first, second] = [match[2], match[3]];
  if (CHARACTER.test(name)) {
    return first === undefined ? { kind: "text" } : { kind: "char", maxLength: Number(first) };
  }
  if (/^(decimal|numeric|decimal_text)$/.test(name)) {
    if (first === undefined) return undefined;
    return { kind: "decimal", maxDigits: Number(first), decimalPlaces: Number(second ?? 0) };
  }
  const kind = PLAIN[name];
  // None of the kinds in PLAIN has a member besides its kind.
  return kind === undefined ? undefined : ({ kind } as ColumnType);
}
