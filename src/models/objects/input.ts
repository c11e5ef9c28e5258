import { arrayText } from "../../dialects/array-values.ts";
import type { PortableValue } from "../../dialects/values.ts";
import { UsageError } from "../../errors.ts";
import type { ColumnType, ElementType } from "../../schema/column-type.ts";
import type { ColumnMeta, ModelMeta } from "../meta.ts";
import {
  checkBinary,
  checkBoolean,
  checkDatetime,
  checkJson,
  checkRaw,
  checkText,
  checkUuid,
  expected,
} from "./input-data.ts";
import { checkBigInt, checkDecimal, checkDuration, checkFloat, checkInteger } from "./input-numbers.ts";
import { checkDate, checkTime } from "./input-times.ts";
import { comparisonType } from "./target.ts";

/**
 * The value of a column in its portable form, null for NULL; nothing is rounded or cut. A null in a JSON column that
 * is not nullable is JSON's own null. Throws UsageError that names Model.field for anything the column cannot hold.
 */
export function valueToWrite(meta: ModelMeta, column: ColumnMeta, value: unknown): PortableValue | null {
  if (value === null && (column.nullable || column.type.kind !== "json")) {
    if (column.nullable) return null;
    throw new UsageError(
      `${meta.name}.${column.attribute} must not be null`,
      meta.place === undefined ? "declare the field with null: true" : `it is NOT NULL in ${meta.place}`,
    );
  }
  return checked(meta, column, column.type, value);
}

/** A value that a column is compared with. Throws UsageError like `valueToWrite`, but takes what is only too large. */
export function valueToCompare(meta: ModelMeta, column: ColumnMeta, value: unknown): PortableValue {
  return checked(meta, column, comparisonType(column.type), value);
}

function checked(meta: ModelMeta, column: ColumnMeta, type: ColumnType, value: unknown): PortableValue {
  try {
    return check(type, value);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new UsageError(`${meta.name}.${column.attribute}: ${error.message}`);
  }
}

function checkList(of: ElementType, value: unknown): PortableValue {
  if (!Array.isArray(value)) throw expected("a list", value);
  // Not map: it would pass over the holes of a sparse list.
  const elements = Array.from(value, (element: unknown, position) => {
    try {
      return check(of, element);
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      throw new TypeError(`element ${position}: ${error.message}`);
    }
  });
  return arrayText(elements);
}

/** Each check throws TypeError that says what was expected. */
function check(type: ColumnType, value: unknown): PortableValue {
  switch (type.kind) {
    case "smallInt":
      return checkInteger(value, 32_767);
    case "int":
      return checkInteger(value, 2_147_483_647);
    case "bigInt":
      return checkBigInt(value);
    case "float":
      return checkFloat(value);
    case "decimal":
      return checkDecimal(value, type.maxDigits, type.decimalPlaces);
    case "char":
      return checkText(value, type.maxLength);
    case "text":
    case "enum":
      return checkText(value, Number.POSITIVE_INFINITY);
    case "binary":
      return checkBinary(value);
    case "boolean":
      return checkBoolean(value);
    case "datetime":
      return checkDatetime(value);
    case "date":
      return checkDate(value);
    case "time":
      return checkTime(value);
    case "duration":
      return checkDuration(value);
    case "uuid":
      return checkUuid(value);
    case "json":
      return checkJson(value);
    case "raw":
      return checkRaw(value);
    case "array":
      return checkList(type.of, value);
  }
}
