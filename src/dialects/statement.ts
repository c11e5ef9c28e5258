import type { DatabaseRow } from "../connection/connection.ts";

/** What is to be known of one statement before it runs in a transaction, or outside of any. */
export interface StatementNature {
  /**
   * `refused` where the database does not run it in a transaction, `own` where it ends transactions itself or does
   * nothing inside of one: it gets none where the migration is not atomic.
   */
  readonly transaction: "inside" | "refused" | "own";
  /** The value that it adds to an enum, which statements can use from the next transaction on. */
  readonly addsValue?: string;
  /** While it waits, it keeps nobody else waiting: its locks stop no application. */
  readonly yields?: boolean;
  /** It changes the session only, and so is run again where another session goes on. */
  readonly ofSession?: boolean;
  /** What a run that did not come to its end may have left; absent where nobody can tell. */
  readonly recovery?: Recovery;
}

/** How a statement that runs in no transaction is taken up again. */
export interface Recovery {
  /** Shows what is there; absent where the statement may simply run again. */
  readonly query?: string;
  /** What the rows of the query mean: `done` if the statement has had its effect, and what goes before it otherwise. */
  judge(rows: readonly DatabaseRow[]): { readonly done: boolean; readonly cleanup: readonly string[] };
}

/** The statement runs again, whatever became of it the first time. */
export const AGAIN: Recovery = { judge: () => ({ done: false, cleanup: [] }) };

/** The first word of a statement in lower case, after its comments; "" where it begins with something else. */
export function firstWord(sql: string): string {
  const word = /^(?:\s+|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/)*([a-z]+)/i.exec(sql)?.[1];
  return word?.toLowerCase() ?? "";
}

/** In a transaction like most. */
export const INSIDE: StatementNature = { transaction: "inside" };
