import { tokenize } from "./tokenizer.ts";

/**
 * What a CREATE TABLE says that `parseCreateTable` passes over and no schema has words for, in the words of the text.
 * @throws SchemaError where it cannot be split into tokens
 */
export function unreadClauses(sql: string): string[] {
  const words = tokenize(sql).map(({ kind, text }) =>
    kind === "word" || kind === "symbol" ? text.toUpperCase() : "",
  );
  const clauses = words.flatMap((word, at): string[] => {
    const [previous, next, third] = [words[at - 1], words[at + 1], words[at + 2]];
    // ABORT is what happens anyway.
    if (word === "ON" && next === "CONFLICT" && third !== "ABORT") return [`ON CONFLICT ${third}`];
    if (word === "WITHOUT" && next === "ROWID") return ["WITHOUT ROWID"];
    if (word === "KEY" && previous === "PRIMARY" && next === "DESC") return ["a descending primary key"];
    if (next === "(" && (word === "UNIQUE" || (word === "KEY" && previous === "PRIMARY")))
      return unreadOfKey(words.slice(at + 2), word === "UNIQUE" ? "unique constraint" : "primary key");
    return word === "STRICT" && at > words.lastIndexOf(")") ? ["STRICT"] : [];
  });
  return [...new Set(clauses)];
}

/** What the columns of a key say besides their names; `words` begin behind the parenthesis. */
function unreadOfKey(words: readonly string[], key: string): string[] {
  const inside = words.slice(0, words.indexOf(")"));
  return [
    ...(inside.includes("DESC") ? [`a descending ${key}`] : []),
    ...(inside.includes("COLLATE") ? [`a ${key} with a collation of its own`] : []),
  ];
}
