import type { ColumnType } from "../../schema/column-type.ts";
import type { Literal } from "../../schema/expression.ts";
import type { Schema } from "../../schema/schema.ts";
import { withBothTypes } from "../with-both-types.ts";
import { withValues } from "../with-values.ts";
import { withBothCollations } from "./both-collations.ts";
import { postgresRenderer as sql } from "./renderer.ts";

/** See Dialect.portable. */
export function portable(schema: Schema): Schema {
  return withValues(
    // SQLite keeps the text of anything as it is in a column of text.
    withBothTypes(withBothCollations(schema), (postgres) => ({ postgres, sqlite: "TEXT" })),
    readLiteral,
  );
}

/**
 * The value that a default in PostgreSQL's words is, where a default of that value comes back in the very same words:
 * a number as it was written, a text with a cast to the type of the column.
 */
function readLiteral(words: string, type: ColumnType): Literal | undefined {
  switch (type.kind) {
    case "smallInt":
    case "int":
    case "bigInt":
      return readInteger(words, type.kind === "bigInt");
    case "decimal":
      return /^\d+(\.\d+)?$/.test(words) && placesOf(words) === type.decimalPlaces ? words : undefined;
    case "float":
      return /^\d+(\.\d+)?$/.test(words) && String(Number(words)) === words ? Number(words) : undefined;
    case "boolean":
      return words === "true" ? true : words === "false" ? false : undefined;
    case "text":
      return readText(words, "text");
    case "char":
      return readText(words, "character varying");
    case "date":
      return readText(words, "date");
    case "uuid":
      return readText(words, "uuid");
    case "enum":
      return readText(words, type.name) ?? readText(words, sql.quote(type.name));
    case "json":
      return readJson(readText(words, "jsonb"));
    default:
      return undefined;
  }
}

const INT_MAX = 2 ** 31 - 1;

function readInteger(words: string, isBig: boolean): Literal | undefined {
  // A number that is an integer keeps its form; PostgreSQL gives others, and negative ones, a cast.
  const [, plain, small, big] = /^(\d+)$|^'(-\d+)'::integer$|^'(-?\d+)'::bigint$/.exec(words) ?? [];
  const value = BigInt(plain ?? small ?? big ?? 0);
  const isSmall = value <= INT_MAX && value >= -INT_MAX;
  if ((plain ?? small) !== undefined && isSmall) return isBig ? value : Number(value);
  return big !== undefined && isBig && !isSmall && BigInt.asIntN(64, value) === value ? value : undefined;
}

function placesOf(digits: string): number {
  return digits.split(".")[1]?.length ?? 0;
}

function readText(words: string, cast: string): string | undefined {
  const text = /^'((?:[^']|'')*)'::/.exec(words);
  if (text === null || words !== `${text[0]}${cast}`) return undefined;
  return text[1]?.replaceAll("''", "'");
}

function readJson(text: string | undefined): Literal | undefined {
  if (text === undefined) return undefined;
  const value: Literal = JSON.parse(text);
  // PostgreSQL writes a space behind each comma and colon, so that only simple values come back as they were.
  return value !== null && JSON.stringify(value) === text ? value : undefined;
}
