import { UsageError } from "../errors.ts";
import { expectedText } from "../models/expected-text.ts";
import { literalOfText, parseJson } from "../models/fill-text.ts";
import { suggest } from "../nearest.ts";
import type { ColumnType } from "../schema/column-type.ts";
import type { SqlValue } from "../schema/expression.ts";
import type { Schema } from "../schema/schema.ts";

/**
 * The values for existing rows, by `table.column`; a text is read as the type of its column wants it.
 * @throws UsageError for a column that is not there and a text that is no value of it
 */
export function readFills(
  fills: ReadonlyMap<string, SqlValue | string>,
  schema: Schema,
): readonly (readonly [string, SqlValue])[] {
  if (fills.size === 0) return [];
  const known = new Map<string, ColumnType>(
    [...schema.tables.values()].flatMap(({ name, columns }) =>
      columns.map((column) => [`${name}.${column.name}`, column.type] as const),
    ),
  );
  return [...fills].map(([key, fill]) => {
    const type = known.get(key);
    if (type === undefined) {
      throw new UsageError(`there is no column ${key} to fill in`, suggest(key, [...known.keys()]));
    }
    if (typeof fill !== "string") return [key, fill];
    const values = type.kind === "enum" ? schema.enums.get(type.name)?.values : undefined;
    const value = literalOfText(type, fill, values);
    if (value !== undefined) return [key, { value }];
    throw new UsageError(
      `${key} cannot be filled with ${inQuotes(fill)}: it must be ${expectedText(type, values)}`,
    );
  });
}

/** A text in quotes, in which it may stand already: always where it is from a file of answers. */
function inQuotes(text: string): string {
  return typeof parseJson(text) === "string" ? text : JSON.stringify(text);
}

/**
 * The columns that get no value, as a test. @throws UsageError for a column that is not there
 */
export function readNoFills(noFill: boolean | readonly string[], schema: Schema): (key: string) => boolean {
  if (typeof noFill === "boolean") return () => noFill;
  // Any text will do: only the column is looked up.
  readFills(new Map(noFill.map((key) => [key, NOTHING])), schema);
  return (key) => noFill.includes(key);
}

const NOTHING: SqlValue = { value: null };
