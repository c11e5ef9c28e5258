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
const PIECE =
  /\s+|--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|[xX]?'(?:[^']|'')*'|"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\]]*\]|0[xX][0-9a-fA-F]+|(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d+)?|[A-Za-z_\u0080-\u{10ffff}][\w$\u0080-\u{10ffff}]*|->>|->|\|\||<>|!=|==|<=|>=|<<|>>|[^'"`[]/guy;

type Kind = Token["kind"] | "blank";

/**
 * Splits SQL into tokens without spaces and comments.
 * @throws SchemaError at a quote that is never closed
 */
export function tokenize(sql: string): Token[] {
  const tokens: Token[] = [];
  let start = 0;
  // One call for all pieces takes a fraction of one call for each.
  for (const text of sql.match(PIECE) ?? []) {
    const kind = kindOf(text);
    const end = start + text.length;
    if (kind === "word") tokens.push({ kind, text, name: text, keyword: text.toUpperCase(), start, end });
    else if (kind === "symbol") tokens.push({ kind, text, name: text, keyword: text, start, end });
    else if (kind !== "blank") tokens.push({ kind, text, name: nameOf(kind, text), keyword: "", start, end });
    start = end;
  }
  if (start < sql.length) throw new SchemaError(`a quote is not closed in the SQL ${JSON.stringify(sql)}`);
  return tokens;
}

/** What most pieces are is told by how they begin. */
const KIND_BY_FIRST: Readonly<Record<string, Kind>> = Object.fromEntries([
  ...kinds("word", "abcdefghijklmnopqrstuvwyzABCDEFGHIJKLMNOPQRSTUVWYZ_"),
  ...kinds("blank", " \n\t\r"),
  ...kinds("quoted", '"`['),
  ...kinds("symbol", "(),;=<>+*|"),
  ...kinds("number", "0123456789"),
  ...kinds("string", "'"),
]);

function kinds(kind: Kind, characters: string): [string, Kind][] {
  return Array.from(characters, (character) => [character, kind]);
}

function kindOf(text: string): Kind {
  const first = text.charAt(0);
  const kind = KIND_BY_FIRST[first];
  if (kind !== undefined) return kind;
  switch (first) {
    case "x":
    case "X":
      return text.charAt(1) === "'" ? "string" : "word";
    case "-":
      return text.startsWith("--") ? "blank" : "symbol";
    case "/":
      return text.startsWith("/*") ? "blank" : "symbol";
    case ".":
      return text.length > 1 ? "number" : "symbol";
    default:
      if (text.trim() === "") return "blank";
      return first < "\u0080" ? "symbol" : "word";
  }
}

function nameOf(kind: Token["kind"], text: string): string {
  const quote = text.charAt(0);
  if (quote === "[") return text.slice(1, -1);
  if (kind === "number") return text;
  const inner = text.slice(1, -1);
  return inner.includes(quote) ? inner.replaceAll(quote + quote, quote) : inner;
}
