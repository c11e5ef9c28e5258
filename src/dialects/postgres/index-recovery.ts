import type { SqlToken } from "../../schema/sql-tokens.ts";
import type { Recovery } from "../statement.ts";
import { postgresRenderer as sql } from "./renderer.ts";

/**
 * CREATE INDEX CONCURRENTLY of these tokens: an index that a build has left invalid, by a failure or because it was
 * stopped, is dropped first (manual, CREATE INDEX, "Building Indexes Concurrently"). Undefined for one without a name.
 */
export function recoverCreatedIndex(tokens: readonly SqlToken[]): Recovery | undefined {
  const on = tokens.findIndex((token) => isWord(token, "on"));
  const name = nameOf(tokens[on - 1]);
  const table = nameAfter(tokens, isWord(tokens[on + 1], "only") ? on + 2 : on + 1);
  if (name === undefined || isWord(tokens[on - 1], "concurrently") || table === "") return undefined;
  return {
    query: `SELECT c.oid::regclass::text AS "index", i.indisvalid AS "valid"
FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
WHERE i.indrelid = to_regclass(${sql.quoteText(table)}) AND c.relname = ${sql.quoteText(name)}`,
    judge: ([row]) => ({
      done: row?.valid === true,
      cleanup: row?.valid === false ? [`DROP INDEX CONCURRENTLY ${row.index}`] : [],
    }),
  };
}

/** DROP INDEX CONCURRENTLY of these tokens: done where the index is gone, again where it is still there, valid or not. */
export function recoverDroppedIndex(tokens: readonly SqlToken[]): Recovery {
  const guarded = isWord(tokens[3], "if");
  const name = nameAfter(tokens, guarded ? 5 : 3);
  return {
    query: `SELECT to_regclass(${sql.quoteText(name)}) IS NULL AS "gone"`,
    judge: ([row]) => ({ done: row?.gone === true, cleanup: [] }),
  };
}

function isWord(token: SqlToken | undefined, word: string): boolean {
  return token?.kind === "word" && token.text.toLowerCase() === word;
}

/** What an identifier denotes: bare ones are folded. */
function nameOf(token: SqlToken | undefined): string | undefined {
  return token?.kind === "word" ? token.text.toLowerCase() : token?.name;
}

/** A name as it stands there, with its schema. */
function nameAfter(tokens: readonly SqlToken[], at: number): string {
  const second = tokens[at + 1]?.text === "." ? `.${tokens[at + 2]?.text ?? ""}` : "";
  return `${tokens[at]?.text ?? ""}${second}`;
}
