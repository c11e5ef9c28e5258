import { indexPart } from "../../schema/index-parts.ts";
import type { Index, IndexPart } from "../../schema/table.ts";
import { canonicalExpression } from "./expression-text.ts";
import { TokenReader } from "./token-reader.ts";

/**
 * Reads the text of CREATE INDEX as SQLite stores it (grammar: https://www.sqlite.org/lang_createindex.html), without
 * its name. A column with a collation of its own comes out as an expression. @throws SchemaError where it is no
 * such text
 */
export function parseCreateIndex(sql: string): Omit<Index, "name"> {
  const reader = new TokenReader(sql);
  reader.expect("CREATE");
  const unique = reader.accept("UNIQUE");
  reader.expect("INDEX");
  reader.accept("IF", "NOT", "EXISTS");
  reader.name();
  if (reader.accept(".")) reader.name();
  reader.expect("ON");
  reader.name();
  reader.expect("(");
  const columns: IndexPart[] = [];
  do columns.push(readPart(reader));
  while (reader.accept(","));
  reader.expect(")");
  if (!reader.accept("WHERE")) return { unique, columns };
  const where = reader.source(() => {
    while (!reader.atEnd) reader.next();
  });
  return { unique, columns, where: canonicalExpression(where) };
}

const AFTER_PART = new Set([",", ")", "ASC", "DESC", "NULLS"]);

function readPart(reader: TokenReader): IndexPart {
  const names: (string | undefined)[] = [];
  const text = reader.source(() => {
    while (!AFTER_PART.has(reader.keyword)) {
      if (reader.keyword === "(") {
        reader.parenthesized();
        names.push(undefined);
      } else {
        const { kind, name } = reader.next();
        names.push(kind === "number" || kind === "symbol" ? undefined : name);
      }
    }
  });
  const descends = !reader.accept("ASC") && reader.accept("DESC");
  if (!reader.accept("NULLS", "FIRST")) reader.accept("NULLS", "LAST");
  const [column] = names;
  if (names.length === 1 && column !== undefined && !descends) return column;
  return indexPart({
    ...(names.length === 1 && column !== undefined ? { column } : { expression: canonicalExpression(text) }),
    ...(descends ? { order: "desc" } : {}),
  });
}
