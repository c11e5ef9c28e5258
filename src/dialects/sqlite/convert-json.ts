import type { ColumnType } from "../../schema/column-type.ts";
import type { Conversion } from "./convert.ts";
import { isFloatText } from "./convert-float.ts";
import { isNumericText } from "./numeric-text.ts";

/**
 * Text as JSON. SQLite makes a number of a number that comes into a column of JSON, so that it must be an integer of 64
 * bits or a double (https://www.sqlite.org/datatype3.html, 3.1: the type has the affinity NUMERIC).
 */
export function textToJson(x: string): Conversion {
  const isInteger = `CAST(CAST(${x} AS INTEGER) AS TEXT) = ${x}`;
  return {
    expression: x,
    refused: `NOT json_valid(${x}) OR ${isNumericText(x)} AND NOT (${isInteger} OR ${isFloatText(x)})`,
  };
}

/** A float as JSON, which has no infinite numbers. */
export function floatToJson(x: string): Conversion {
  return { expression: x, refused: `abs(${x}) = 9e999` };
}

/** The true and false of JSON. */
export function jsonToBoolean(x: string): Conversion {
  const type = `CASE WHEN json_valid(${x}) THEN json_type(${x}) END`;
  const known = `CASE ${type} WHEN 'true' THEN 1 WHEN 'false' THEN 0 END`;
  return { expression: known, refused: `${known} IS NULL` };
}

/** The numbers of JSON, of which a column holds integers and doubles: `convert` says what becomes of either. */
export function jsonToNumber(x: string, convert: (from: ColumnType) => Conversion): Conversion {
  const [integer, real] = [convert({ kind: "bigInt" }), convert({ kind: "float" })];
  const byType = (ofInteger: string, ofReal: string, other: string) =>
    `CASE typeof(${x}) WHEN 'integer' THEN ${ofInteger} WHEN 'real' THEN ${ofReal} ELSE ${other} END`;
  return {
    expression: byType(integer.expression, real.expression, "NULL"),
    refused: byType(integer.refused ?? "0", real.refused ?? "0", "1"),
  };
}
