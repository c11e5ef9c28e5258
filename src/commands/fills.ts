import { fillOption } from "../autodetector/questions-text.ts";
import { UsageError } from "../errors.ts";

/**
 * Reads `table.column=value`; what the value means depends on the column's type. A name with an equals sign in it stands in the
 * quotes of JSON: `"table.a=b"=value`.
 * @throws UsageError
 */
export function parseFills(texts: readonly string[]): Map<string, string> {
  const fills = new Map<string, string>();
  for (const text of texts) {
    const [key, value] = parseFill(text);
    if (fills.has(key)) throw new UsageError(`--fill ${key} is given twice`, "give one value for it");
    fills.set(key, value);
  }
  return fills;
}

function parseFill(text: string): [string, string] {
  const [, quoted, plain, value] = /^(?:("(?:[^"\\]|\\.)+")|([^=]+\.[^=]+))=(.*)$/s.exec(text) ?? [];
  const key = quoted === undefined ? plain : unquoted(quoted);
  if (key === undefined || value === undefined) {
    throw new UsageError(`--fill ${text} is not of the form table.column=value`, "as in --fill user.age=18");
  }
  if (value === PLACEHOLDER) {
    throw new UsageError(
      `--fill ${text}: a value belongs in the place of ${PLACEHOLDER}`,
      `the very text ${PLACEHOLDER} stands in quotes: ${fillOption(key, `"${PLACEHOLDER}"`)}`,
    );
  }
  return [key, value];
}

/** What a question shows where the value belongs: whoever pastes its answer as it stands means no such text. */
const PLACEHOLDER = "VALUE";

function unquoted(json: string): string | undefined {
  try {
    return String(JSON.parse(json));
  } catch {
    return undefined;
  }
}
