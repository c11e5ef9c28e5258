import type { ColumnKind, ColumnType } from "../../schema/column-type.ts";
import { durationToText, intervalOf, millisecondsOf, textToDuration } from "./durations.ts";
import { typeName } from "./types.ts";

/** The value by its text, which every type has; NULL stays NULL. A cast to text would add to some, such as to an inet. */
export function throughText(value: string, target: string): string {
  return `CASE WHEN ${value} IS NOT NULL THEN format('%s', ${value})::${target} END`;
}

/** The number with all its digits: the cast of a double to numeric keeps 15 of them, its text all (manual, 8.1.3). */
export function exactNumber(value: string, type: ColumnType): string {
  return type.kind === "float" ? `${value}::text::numeric` : value;
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
  if (from.kind === "duration" && TEXTS.includes(to.kind)) return durationToText(column);
  if (isAssignable(old.kind, fresh.kind)) return undefined;
  if (from.kind === "enum") return castExpression(`${column}::text`, { kind: "text" }, to, quote);
  if (to.kind === "enum" && !TEXTS.includes(from.kind)) return `${column}::text::${target}`;
  if (NUMBERS.includes(from.kind) && to.kind === "boolean") return `${column} <> 0`;
  if (from.kind === "boolean" && NUMBERS.includes(to.kind)) return `${column}::integer`;
  if (NUMBERS.includes(from.kind) && to.kind === "duration") {
    return intervalOf(`${exactNumber(column, from)}::text`);
  }
  if (from.kind === "duration" && NUMBERS.includes(to.kind)) return millisecondsOf(column);
  if (TEXTS.includes(from.kind) && to.kind === "duration") return textToDuration(column);
  if ((NUMBERS.includes(from.kind) || from.kind === "boolean") && to.kind === "json") {
    // Without the zeros that fill its places, which JSON would keep.
    return `to_jsonb(${from.kind === "decimal" ? `trim_scale(${column})` : column})`;
  }
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
