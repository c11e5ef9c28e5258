const COMMENT_OR_STRING = /\/\/.*|\/\*[\s\S]*?\*\/|("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`(?:\\.|[^`\\])*`)/g;
/** What the keys of an object are told by. */
const STRING_BRACKET_COMMA_OR_WORD =
  /"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`(?:\\.|[^`\\])*`|[{}()[\],]|[\w$-]+/g;

/** The names of the environments in the text of a configuration, which is not run. */
export function environmentNames(config: string): string[] {
  const code = config.replace(COMMENT_OR_STRING, "$1");
  const [, environments = ""] = code.split(/\benvironments["']?\s*:\s*\{/, 2);
  const names: string[] = [];
  let depth = 0;
  let isKey = true;
  for (const [part] of environments.matchAll(STRING_BRACKET_COMMA_OR_WORD)) {
    if (part === "}" && depth === 0) break;
    if ("{([".includes(part)) depth += 1;
    else if ("})]".includes(part)) depth -= 1;
    else if (depth === 0 && part === ",") isKey = true;
    else if (depth === 0 && isKey) {
      names.push(part.replace(/^(["'])(.*)\1$/, "$2"));
      isKey = false;
    }
  }
  return names;
}
