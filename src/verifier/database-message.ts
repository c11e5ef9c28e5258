import { DatabaseError } from "../errors.ts";
import { messageOf } from "../shown.ts";

/** The first line of what the database said; of the innermost error where no database is behind it. */
export function databaseMessage(error: unknown): string {
  const cause =
    causesOf(error).find((one) => one instanceof DatabaseError) ?? causesOf(error).at(-1) ?? error;
  return messageOf(cause).split("\n", 1)[0] ?? "";
}

/** True where SQLite did not understand a statement, as opposed to rows that do not fit. */
export function isForeignSql(error: unknown): boolean {
  return causesOf(error).some(
    (cause) => cause instanceof DatabaseError && cause.details.sqlState === "SQLITE_ERROR",
  );
}

/** The error, what caused it, and so on. */
function causesOf(error: unknown): Error[] {
  const causes: Error[] = [];
  for (let cause = error; cause instanceof Error; cause = cause.cause) causes.push(cause);
  return causes;
}
