import { SchemaError } from "../../errors.ts";

/** A token of SQLite's SQL: `text` is the source, `name` what an identifier denotes, `start` and `end` its place. */
export interface Token {
  readonly kind: "word" | "quoted" | "string" | "number" | "symbol";
  readonly text: string;
  readonly name: string;
  /** The text in upper case, of what may be a keyword or a symbol; of anything else it is empty. */
  readonly keyword: string;
  readonly start: number;
  readonly end: number;
}

/*
 * The rules of SQLite's tokenize.c: four kinds of quotes ([..] knows no escape), X'..' for blobs, `--` and C
 * comments. An unterminated C comment ends with the text.
 */
const PATTERN =
  /(\s+|--[^\n]*|\/\*[\s\S]*?(?:\*\/|$))|([xX]?'(?:[^']|'')*')|("(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\]]*\])|(0[xX][0-9a-fA-F]+|(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d+)?)|([A-Za-z_\u0080-\u{10ffff}][\w$\u0080-\u{10ffff}]*)|(?:->>|->|\|\||<>|!=|==|<=|>=|<<|>>|[^'"`[])/uy;

/** The groups of the pattern: spaces first, then these; a symbol has none. */
const SPACE = 1;
const KINDS = ["string", "quoted", "number", "word"] as const;

/**
 * Splits SQL into tokens without spaces and comments.
 * @throws SchemaError at a quote that is never closed
 */
export function tokenize(sql: string): Token[] {
  const tokens: Token[] = [];
  for (let start = 0; start < sql.length; ) {
    PATTERN.lastIndex = start;
    const match = PATTERN.exec(sql);
    if (match === null) throw new SchemaError(`a quote is not closed in the SQL ${JSON.stringify(sql)}`);
    const text = match[0];
    const end = start + text.length;
    if (match[SPACE] === undefined) {
      const kind = KINDS.find((_, at) => match[at + SPACE + 1] !== undefined) ?? "symbol";
      const keyword = kind === "word" || kind === "symbol" ? text.toUpperCase() : "";
      tokens.push({ kind, text, name: nameOf(kind, text), keyword, start, end });
    }
    start = end;
  }
  return tokens;
}

function nameOf(kind: Token["kind"], text: string): string {
  if (text.startsWith("[")) return text.slice(1, -1);
  if (kind !== "quoted" && kind !== "string") return text;
  const quote = text.charAt(0);
  return text.slice(1, -1).replaceAll(quote + quote, quote);
}
