import { TokenReader } from "./token-reader.ts";

/** An index over plain columns, all of its rows. */
export interface ParsedIndex {
  readonly unique: boolean;
  readonly columns: readonly string[];
}

/**
 * Reads the text of CREATE INDEX; undefined for an index that a schema has no words for: over an expression, of
 * some rows only, descending, or with a collation. @throws SchemaError where it is no such text
 */
export function parseCreateIndex(sql: string): ParsedIndex | undefined {
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
  const columns: string[] = [];
  do {
    const token = reader.next();
    if (token.kind !== "word" && token.kind !== "quoted") return undefined;
    columns.push(token.name);
    reader.accept("ASC");
    if (!reader.isNext(",", ")")) return undefined;
  } while (reader.accept(","));
  reader.expect(")");
  return reader.atEnd ? { unique, columns } : undefined;
}
