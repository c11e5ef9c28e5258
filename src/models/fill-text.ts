import type { ColumnType, ElementType } from "../schema/column-type.ts";
import type { Json, Literal } from "../schema/expression.ts";
import { toLiteral } from "./literal.ts";

/**
 * The value of that type which a text from a command line means, without a digit lost; undefined if it means none.
 * Text may stand in the quotes of JSON, a moment without a zone is in UTC, bytes are hexadecimal digits.
 */
export function literalOfText(
  type: ColumnType,
  text: string,
  values: readonly string[] = [],
): Literal | undefined {
  const json = parseJson(text);
  if (type.kind === "json") return toLiteral(type, json);
  const candidates = [
    ...(typeof json === "string" ? [json] : []),
    text,
    ...(/^-?\d+$/.test(text) ? [BigInt(text)] : []),
    json,
    momentOf(text),
    /^([\da-f]{2})*$/i.test(text) ? new Uint8Array(Buffer.from(text, "hex")) : undefined,
  ];
  for (const candidate of candidates) {
    const literal = toLiteral(type, candidate, values);
    if (literal !== undefined) return literal;
  }
  if (type.kind === "array" && Array.isArray(json)) return listOfTexts(type.of, json);
  return typeof json === "string" ? literalOfText(type, json, values) : undefined;
}

/** JSON has no bigint, no moment and no bytes: as elements they are texts, each as it stands for a column of that type. */
function listOfTexts(of: ElementType, elements: readonly unknown[]): Literal | undefined {
  const items: Json[] = [];
  for (const element of elements) {
    const item =
      toLiteral(of, element) ?? (typeof element === "string" ? literalOfText(of, element) : undefined);
    if (item === undefined) return undefined;
    items.push(typeof item === "bigint" ? String(item) : item);
  }
  return items;
}

/** What a text is as JSON; undefined where it is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Only what says its day in full, and exists: Date takes much else, and 31 February for 2 March. */
function momentOf(text: string): Date | undefined {
  const match = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?)(Z|[+-]\d\d:\d\d)?)?$/.exec(
    text,
  );
  if (match === null) return undefined;
  const [, day = "", time = "00:00", zone = "Z"] = match;
  if (toLiteral({ kind: "date" }, day) === undefined) return undefined;
  return new Date(`${day}T${time}${zone}`);
}
