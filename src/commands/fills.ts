import { UsageError } from "../errors.ts";
import type { SqlValue } from "../schema/expression.ts";

/**
 * Reads `table.column=value`: a JSON value (`18`, `true`, `"18"`), else the text itself.
 * @throws UsageError
 */
export function parseFills(texts: readonly string[]): Map<string, SqlValue> {
  return new Map(texts.map(parseFill));
}

function parseFill(text: string): [string, SqlValue] {
  const [, key, value] = /^([^=]+\.[^=]+)=(.*)$/s.exec(text) ?? [];
  if (key === undefined || value === undefined) {
    throw new UsageError(`--fill ${text} is not of the form table.column=value`, "as in --fill user.age=18");
  }
  return [key, { value: parseValue(value) }];
}

function parseValue(text: string): string | number | boolean | null {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "number" || typeof value === "boolean" || typeof value === "string") return value;
  } catch {
    // Not JSON: plain text.
  }
  return text;
}
