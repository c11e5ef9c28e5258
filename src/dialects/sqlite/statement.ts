import { tokenizeSql } from "../../schema/sql-tokens.ts";
import { AGAIN, firstWord, INSIDE, type StatementNature } from "../statement.ts";

const OPENING = /^(vacuum|attach|detach|pragma|begin|commit|end|rollback)$/;

const REFUSED = /^(VACUUM|ATTACH|DETACH)\b/;

/** Pragmas that are refused, or have no effect, while a transaction is open (https://www.sqlite.org/pragma.html). */
const REFUSED_PRAGMA = /^PRAGMA (\w+ \. )?(JOURNAL_MODE|SYNCHRONOUS|WAL_CHECKPOINT|TEMP_STORE)\b/;

const ENDS = /^(BEGIN|COMMIT|END|ROLLBACK(?! (TRANSACTION )?TO\b))\b/;

/** The nature of one statement on SQLite. */
export function statementNature(sql: string): StatementNature {
  if (!OPENING.test(firstWord(sql))) return INSIDE;
  const tokens = tokenizeSql(sql).filter(({ kind }) => kind !== "space" && kind !== "comment");
  const text = tokens
    .slice(0, 4)
    .map(({ kind, text: word }) => (kind === "word" ? word.toUpperCase() : word))
    .join(" ");
  if (REFUSED.test(text) || REFUSED_PRAGMA.test(text)) {
    return {
      transaction: "refused",
      recovery: AGAIN,
      ...(text.startsWith("VACUUM") ? {} : { ofSession: true }),
    };
  }
  if (ENDS.test(text)) return { transaction: "own" };
  // Foreign keys cannot be switched within a transaction, where the statement does nothing.
  if (/^PRAGMA\b/.test(text)) return { transaction: "own", recovery: AGAIN, ofSession: true };
  return INSIDE;
}
