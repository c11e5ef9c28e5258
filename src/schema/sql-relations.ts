import { localName, shortenTable } from "./qualified-name.ts";
import { isKeyword, type SqlToken, tokenizeSql } from "./sql-tokens.ts";

/** SQL with the tables and views that it reads or writes, as far as tokens tell. */
export interface RelationText {
  /** Without spaces and comments. */
  readonly tokens: readonly PlacedToken[];
  /** The folded names of the relations; of one that is written with its schema also the name alone. */
  readonly names: ReadonlySet<string>;
  /** Those that are written with their schema. */
  readonly dotted: ReadonlySet<string>;
  /** What can stand before the point of a column: a name or an alias, and the relations that it may mean. */
  readonly qualifiers: ReadonlyMap<string, ReadonlySet<string>>;
  /** The tokens that name a relation, by their index in `tokens`. */
  readonly places: ReadonlySet<number>;
  /** It has a `*`, or a NATURAL JOIN: what it is depends on columns that it does not name. */
  readonly hasStar: boolean;
}

/** A token and its place among all tokens of the source. */
export interface PlacedToken extends SqlToken {
  readonly at: number;
}

const OPENING = words("from join into update table only lateral using");
const CLOSING = words(
  "where on group order having limit offset set values select union except intersect returning window fetch for " +
    "when then do begin end if return perform delete insert",
);
const JOINING = words("left right inner outer full cross natural");
const MORE = words("by asc desc nulls with recursive new old");

/** What two spellings have in common that a database may take for one name. */
export function foldName(name: string): string {
  return shortenTable(name).toLowerCase();
}

/** Reads the relations of a query, or of statements. Never throws; what it does not understand names no relation. */
export function parseRelations(sql: string): RelationText {
  const tokens = tokenizeSql(sql)
    .map((token, at): PlacedToken => ({ ...token, at }))
    .filter(({ kind }) => kind !== "space" && kind !== "comment");
  const names = new Set<string>();
  const qualifiers = new Map<string, Set<string>>();
  const places = new Set<number>();
  const dotted = new Set<string>();
  const stack: boolean[] = [];
  // Among relations, and at a place where one is named.
  let reading = false;
  let expecting = false;
  for (let position = 0; position < tokens.length; position += 1) {
    const token = tokens[position];
    const word = wordOf(token);
    if (token?.text === "(") {
      stack.push(reading);
      reading = reading && expecting;
      expecting = reading;
    } else if (token?.text === ")") {
      reading = stack.pop() ?? false;
      expecting = false;
    } else if (token?.text === ",") expecting = reading;
    else if (token?.text === ";") reading = expecting = false;
    else if (word !== undefined && OPENING.has(word)) {
      const lists = word === "using" && tokens[position + 1]?.text === "(";
      if (!lists) reading = expecting = true;
    } else if (word !== undefined && CLOSING.has(word)) reading = expecting = false;
    else if (word !== undefined && JOINING.has(word)) expecting = false;
    else if (expecting && isName(token)) {
      let written = token?.name ?? "";
      while (tokens[position + 1]?.text === "." && isName(tokens[position + 2])) {
        position += 2;
        written += `.${tokens[position]?.name}`;
      }
      const name = foldName(written);
      names.add(name);
      if (name !== foldName(tokens[position]?.name ?? "")) {
        names.add(localName(name));
        dotted.add(name);
      }
      places.add(position);
      const alias = aliasAfter(tokens, position);
      for (const qualifier of [
        name,
        localName(name),
        ...(alias === undefined ? [] : [foldName(alias.name)]),
      ]) {
        qualifiers.set(qualifier, (qualifiers.get(qualifier) ?? new Set()).add(name));
      }
      if (alias !== undefined) position = alias.position;
      expecting = false;
    }
  }
  const hasStar = tokens.some(({ text }) => text === "*" || text.toLowerCase() === "natural");
  return { tokens, names, dotted, qualifiers, places, hasStar };
}

/** True if the token is that name: quoted or bare, in any case, but no keyword. */
export function isNamed(token: SqlToken | undefined, name: string): boolean {
  if (!isName(token) || foldName(token?.name ?? "") !== foldName(name)) return false;
  const word = wordOf(token);
  return word === undefined || !isReserved(word);
}

/** True if the text has that name anywhere outside of strings and comments. */
export function hasName({ tokens }: RelationText, name: string): boolean {
  return tokens.some((token) => isNamed(token, name));
}

/** The lower-case word that a bare token is. */
export function wordOf(token: SqlToken | undefined): string | undefined {
  return token?.kind === "word" ? token.text.toLowerCase() : undefined;
}

function aliasAfter(
  tokens: readonly PlacedToken[],
  position: number,
): { name: string; position: number } | undefined {
  const at = wordOf(tokens[position + 1]) === "as" ? position + 2 : position + 1;
  const token = tokens[at];
  const word = wordOf(token);
  const ends = word !== undefined && isReserved(word);
  return !isName(token) || ends ? undefined : { name: token?.name ?? "", position: at };
}

function isName(token: SqlToken | undefined): boolean {
  return token?.kind === "word" || token?.kind === "quoted";
}

function isReserved(word: string): boolean {
  return [OPENING, CLOSING, JOINING, MORE].some((set) => set.has(word)) || isKeyword(word);
}

function words(list: string): ReadonlySet<string> {
  return new Set(list.split(" "));
}
