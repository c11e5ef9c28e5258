import type { ColumnKind } from "../../schema/column-type.ts";
import type { Conversion } from "./convert.ts";

const TEXTS: ReadonlySet<ColumnKind> = new Set(["char", "text"]);

/** How a value becomes a date, a time or both; undefined where there is no way. Text has to be of ISO 8601. */
export function toMoment(
  x: string,
  from: ColumnKind,
  to: "datetime" | "date" | "time",
): Conversion | undefined {
  if (from === to) return { expression: x };
  if (from === "duration" && to === "time") {
    return { expression: timeOfDay(x), refused: `${x} NOT BETWEEN 0 AND 86399999` };
  }
  if (from === "datetime" && to === "date") {
    const midnight = "'', ' 00:00:00', ' 00:00:00.000'";
    return { expression: `substr(${x}, 1, 10)`, refused: `substr(${x}, 11) NOT IN (${midnight})` };
  }
  if (from === "date" && to === "datetime") return textToMoment(x);
  if (!TEXTS.has(from)) return undefined;
  if (to === "datetime") return textToMoment(x);
  if (to === "date") return { expression: x, refused: `length(${x}) <> 10 OR ${hasNoDay(x)}` };
  return { expression: `rtrim(rtrim(${padded(x)}, '0'), '.')`, refused: `NOT (${isTime(x)})` };
}

/** How a time becomes the milliseconds since midnight. */
export function timeToDuration(x: string): Conversion {
  const part = (at: number, length = 2) => `substr(${padded(x)}, ${at}, ${length})`;
  return {
    expression: `((${part(1)} * 60 + ${part(4)}) * 60 + ${part(7)}) * 1000 + ${part(10, 3)}`,
    refused: `NOT (${isTime(x)}) OR ${part(13, 3)} <> '000'`,
  };
}

/** SQLite's own functions keep milliseconds of a moment: a fraction goes around them. */
function textToMoment(x: string): Conversion {
  const clock = `substr(${x}, 12)`;
  const zone = `ltrim(${clock}, '0123456789:. ')`;
  const time = `rtrim(substr(${clock}, 1, length(${clock}) - length(${zone})))`;
  const offset = `${zone} || CASE length(${zone}) WHEN 3 THEN ':00' ELSE '' END`;
  const seconds = `strftime('%Y-%m-%d %H:%M:%S', substr(${x}, 1, 10) || ' ' || substr(${padded(time)}, 1, 8) || ${offset})`;
  const fraction = `substr(${padded(time)}, 9, 4) || rtrim(substr(${padded(time)}, 13), '0')`;
  const isZone = `(${zone} IN ('', 'Z', 'z') OR ${zone} GLOB '[-+][0-9][0-9]' OR ${zone} GLOB '[-+][0-9][0-9]:[0-9][0-9]')`;
  const isMoment = `${x} GLOB '??????????[ T]*' AND ${isTime(time)} AND ${isZone}`;
  return {
    expression: `${seconds} || ${fraction}`,
    refused: `${hasNoDay(x)} OR ${seconds} IS NULL OR NOT (length(${x}) = 10 OR ${isMoment})`,
  };
}

/** True for text that does not begin with a day of the calendar: 31 February would be taken for 3 March. */
function hasNoDay(x: string): string {
  return `substr(${x}, 1, 10) IS NOT date(substr(${x}, 1, 10)) OR substr(${x}, 1, 4) = '0000'`;
}

/** A time with all its places, the seconds and six digits after them; nothing is midnight. */
function padded(time: string): string {
  return `(${time} || substr('00:00:00.000000', length(${time}) + 1))`;
}

function isTime(x: string): string {
  const form = `[0-2][0-9]:[0-5][0-9]:[0-5][0-9].${"[0-9]".repeat(6)}`;
  return `(length(${x}) IN (5, 8) OR length(${x}) > 9) AND ${padded(x)} GLOB '${form}' AND substr(${x}, 1, 2) < '24'`;
}

function timeOfDay(x: string): string {
  const text = `printf('%02d:%02d:%02d.%03d', ${x} / 3600000, ${x} / 60000 % 60, ${x} / 1000 % 60, ${x} % 1000)`;
  // printf would take NULL for midnight.
  return `CASE WHEN ${x} IS NOT NULL THEN rtrim(rtrim(${text}, '0'), '.') END`;
}
