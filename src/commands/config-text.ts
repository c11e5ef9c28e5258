import { SETTINGS } from "../settings/keys.ts";

const TOKENS =
  /\/\/.*|\/\*[\s\S]*?\*\/|"(?:\\[\s\S]|[^"\\])*"|'(?:\\[\s\S]|[^'\\])*'|`(?:\\[\s\S]|[^`\\])*`|[$\p{ID_Continue}]+|\S/gu;
const COMMENT = /^\/[/*]/;
const KEY = /^["'$\p{ID_Continue}]/u;
/** A text without anything that is computed. */
const TEXT = /^(["'`])([^$\\]*)\1$/;

type Tokens = readonly string[];

/** By the keys of an object the values, as they are written; nothing for one that is not. */
type Entries = ReadonlyMap<string, Tokens>;

/** What a configuration says of itself or of an environment, as far as that is plain to see. */
export interface PlainConfig {
  readonly dir: string | undefined;
  readonly env: string | undefined;
  readonly environments: ReadonlyMap<string, PlainConfig>;
}

/** Reads the text of a configuration, which is not run. */
export function readConfigText(text: string): PlainConfig {
  const tokens = (text.match(TOKENS) ?? []).filter((token) => !COMMENT.test(token));
  const start = tokens.findIndex((token, at) => token === "export" && tokens[at + 1] === "default");
  // What is exported may have a name, and be declared elsewhere.
  return plainConfig(configIn(tokens.slice(Math.max(start, 0))) ?? configIn(tokens) ?? new Map());
}

function plainConfig(entries: Entries): PlainConfig {
  const environments = [...entriesOf(entries.get("environments") ?? [])];
  return {
    dir: textIn(entries.get("dir")),
    env: textIn(entries.get("env")),
    environments: new Map(environments.map(([name, value]) => [name, plainConfig(entriesOf(value))])),
  };
}

/** The first object that has a setting: what is around an object begins before it. */
function configIn(tokens: Tokens): Entries | undefined {
  for (const [at, token] of tokens.entries()) {
    if (token !== "{") continue;
    const entries = entriesOf(tokens.slice(at));
    if (KEYS.some((key) => (entries.get(key) ?? []).length > 0)) return entries;
  }
  return undefined;
}

const KEYS: readonly string[] = ["environments", ...Object.keys(SETTINGS)];

/** The entries of the object with which the tokens begin; none where they begin with something else. */
function entriesOf(tokens: Tokens): Entries {
  const entries = partsOf(tokens).flatMap(([key = "", colon, ...value]) =>
    KEY.test(key) ? [[key.replace(/^(["'])(.*)\1$/, "$2"), colon === ":" ? value : []] as const] : [],
  );
  return new Map(entries);
}

/** What the commas of an object part. */
function partsOf([first, ...tokens]: Tokens): Tokens[] {
  if (first !== "{") return [];
  const parts: string[][] = [[]];
  let depth = 0;
  for (const token of tokens) {
    if (token === "}" && depth === 0) break;
    if ("{([".includes(token)) depth += 1;
    else if ("})]".includes(token)) depth -= 1;
    if (token === "," && depth === 0) parts.push([]);
    else parts.at(-1)?.push(token);
  }
  return parts;
}

function textIn([token = "", ...others]: Tokens = []): string | undefined {
  return others.length === 0 ? TEXT.exec(token)?.[2] : undefined;
}
