import { localName } from "../schema/qualified-name.ts";
import type { Schema } from "../schema/schema.ts";
import { foldName, hasName, isNamed, type RelationText, wordOf } from "../schema/sql-relations.ts";
import { tokenizeSql } from "../schema/sql-tokens.ts";
import type { View } from "../schema/view.ts";
import { textsOfView } from "./readers.ts";

/** The places at which a text names something, by token; `unclear` where tokens alone do not tell. */
export type Mentions = readonly number[] | "unclear";

/** A text that may name columns: that of a view, or of a trigger on `rows`, which NEW and OLD are of. */
export interface Reader {
  readonly text: RelationText;
  readonly rows?: string;
}

/** A column of a table; views carry it on under its name. */
export interface ColumnOf {
  readonly table: string;
  readonly column: string;
  /** The folded names of the views that may have a column of that name which comes from it. */
  readonly carriers: ReadonlySet<string>;
}

/** The column with the views that may carry it on. */
export function columnOf(schema: Schema, table: string, column: string): ColumnOf {
  const carriers = new Set<string>();
  const views = Array.from(schema.views.values(), (view) => ({
    view,
    texts: textsOfView(view),
  }));
  for (let found = true; found; ) {
    found = false;
    for (const { view, texts } of views) {
      const name = foldName(view.name);
      const carries = texts.some(
        (text) =>
          (text.hasStar || hasName(text, column)) &&
          (text.names.has(foldName(table)) || [...carriers].some((carrier) => text.names.has(carrier))),
      );
      if (!carries || carriers.has(name)) continue;
      carriers.add(name);
      found = true;
    }
  }
  return { table, column, carriers };
}

/** Where the text names that column of that table. */
export function columnMentions({ text, rows }: Reader, target: ColumnOf, schema: Schema): Mentions {
  const { tokens } = text;
  const table = foldName(target.table);
  const found: number[] = [];
  let aliased = false;
  let bare = false;
  for (const [position, token] of tokens.entries()) {
    if (!isNamed(token, target.column) || text.places.has(position)) continue;
    if (tokens[position + 1]?.text === ".") continue;
    if (isDotted(text, table)) return "unclear";
    const previous = tokens[position - 1];
    if (previous?.text === ".") {
      const meant = meaning(text, rows, tokens[position - 2]?.name ?? "");
      if (meant === undefined) return "unclear";
      if (meant.size === 1 && meant.has(table)) found.push(token.at);
      else if (meant.has(table) || [...meant].some((name) => target.carriers.has(name))) return "unclear";
    } else if (wordOf(previous) === "as") aliased = true;
    else {
      // A bare word in front of parentheses is a function, or a table that is inserted into.
      if (token.kind === "word" && tokens[position + 1]?.text === "(") continue;
      const own = text.names.has(table);
      const carried = [...text.names].some((name) => target.carriers.has(name));
      if (!own && !carried) continue;
      if (carried || hasColumnElsewhere(text, target, schema)) return "unclear";
      found.push(token.at);
      bare = true;
    }
  }
  return aliased && bare ? "unclear" : found;
}

/** Where the text names that table or view. */
export function relationMentions({ text }: Reader, name: string, schema: Schema): Mentions {
  const folded = foldName(name);
  if (!text.names.has(folded)) return [];
  if (isDotted(text, folded)) return "unclear";
  const found: number[] = [];
  for (const [position, token] of text.tokens.entries()) {
    if (!isNamed(token, name)) continue;
    const [previous, next] = [text.tokens[position - 1], text.tokens[position + 1]];
    if (text.places.has(position)) found.push(token.at);
    else if (next?.text === ".") {
      if (text.qualifiers.get(folded)?.size !== 1) return "unclear";
      found.push(token.at);
    } else if (wordOf(previous) === "as") return "unclear";
    else if (previous?.text === ".") continue;
    else if ([...text.names].some((other) => hasColumn(schema, other, name))) continue;
    // The row as a whole.
    else found.push(token.at);
  }
  return found;
}

/** The text with another name at these places. */
export function renamedAt(sql: string, places: readonly number[], to: string): string {
  const chosen = new Set(places);
  const quoted = `"${to.replaceAll('"', '""')}"`;
  return tokenizeSql(sql)
    .map(({ text }, at) => (chosen.has(at) ? quoted : text))
    .join("");
}

/** True if the text may name the table with its schema, which is not taken apart here. */
function isDotted({ dotted }: RelationText, table: string): boolean {
  return [...dotted].some((name) => name === table || localName(name) === table);
}

function meaning(
  text: RelationText,
  rows: string | undefined,
  qualifier: string,
): ReadonlySet<string> | undefined {
  const folded = foldName(qualifier);
  if (rows !== undefined && (folded === "new" || folded === "old")) return new Set([foldName(rows)]);
  return text.qualifiers.get(folded);
}

function hasColumnElsewhere(
  text: RelationText,
  { table, column, carriers }: ColumnOf,
  schema: Schema,
): boolean {
  return [...text.names].some(
    (name) => name !== foldName(table) && !carriers.has(name) && hasColumn(schema, name, column),
  );
}

/** True if the relation may have a column of that name. */
function hasColumn(schema: Schema, relation: string, column: string): boolean {
  const table = [...schema.tables.values()].find(({ name }) => foldName(name) === relation);
  if (table !== undefined) return table.columns.some(({ name }) => foldName(name) === foldName(column));
  const view = [...schema.views.values()].find(({ name }) => foldName(name) === relation);
  return view !== undefined && mayHaveColumn(view, column);
}

function mayHaveColumn(view: View, column: string): boolean {
  return textsOfView(view).some((text) => text.hasStar || hasName(text, column));
}
