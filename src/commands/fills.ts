import { UsageError } from "../errors.ts";

/**
 * Reads `table.column=value`; what the value means depends on the column's type.
 * @throws UsageError
 */
export function parseFills(texts: readonly string[]): Map<string, string> {
  return new Map(texts.map(parseFill));
}

function parseFill(text: string): [string, string] {
  const [, key, value] = /^([^=]+\.[^=]+)=(.*)$/s.exec(text) ?? [];
  if (key === undefined || value === undefined) {
    throw new UsageError(`--fill ${text} is not of the form table.column=value`, "as in --fill user.age=18");
  }
  return [key, value];
}
