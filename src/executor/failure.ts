import { ConnectionError, DatabaseError, MigrationError, YaraError } from "../errors.ts";
import { describeOperation } from "../operations/handlers.ts";
import { hidePasswords } from "../schema/hide-passwords.ts";
import { messageOf, placeOf } from "../shown.ts";
import { busyTimeout, isBusy, isCancelled } from "./lock.ts";
import { StepFailure } from "./step-failure.ts";
import type { Unit } from "./unit.ts";

/** How many operations of a statement are named. */
const SHOWN = 5;

/** How many lines are shown of the beginning and of the end of a long statement. */
const LINES = 20;

/** How many characters are shown of the beginning and of the end of a long line, such as one with a value of each row. */
const CHARACTERS = 1000;

/** The error for the user: which file, which operation, which statement, what the database said, what to do next. */
export function failureOf(
  error: unknown,
  unit: Unit,
  indexes: readonly number[],
  progress?: { readonly done: number; readonly total: number },
): unknown {
  const { cause, operations: at, statement, own } = partsOf(error);
  // Whoever knows of the other migrations says what is done.
  if (cause instanceof ConnectionError) return cause;
  const operations = [...new Set(at.map((position) => indexes[position] ?? position))];
  if (operations.length === 0 && isBusy(cause)) return busyTimeout();
  const doing = unit.direction === "forward" ? "applying" : "reverting";
  const lines = [`${doing} ${unit.name} failed${operationsText(unit, operations)}: ${causeText(cause)}`];
  if (statement !== undefined && statement.trim() !== "") {
    // Before it is cut: of a password without its end nobody could tell that it is one.
    const hidden = hidePasswords(statement);
    lines.push(`statement: ${own ? firstLine(hidden) : shortened(hidden)}`);
  }
  return new MigrationError(
    lines.join("\n"),
    hintOf(cause, unit, operations, outcomeOf(unit, progress, cause)),
    cause,
  );
}

function partsOf(error: unknown): {
  cause: unknown;
  operations: readonly number[];
  statement?: string | undefined;
  /** The statement is one of the tool's, such as the record. */
  own: boolean;
} {
  if (!(error instanceof StepFailure)) return { cause: error, operations: [], own: true };
  const { cause, operations } = error;
  const refused = cause instanceof DatabaseError ? cause.details.statement : undefined;
  return { cause, operations, statement: error.statement ?? refused, own: operations.length === 0 };
}

function operationsText(unit: Unit, operations: readonly number[]): string {
  if (operations.length === 0) return "";
  const count = unit.changes.length;
  const texts = operations.map((index) => {
    const change = unit.changes[index];
    // Going back, operations run in reverse: the number is always that of the file.
    const number = unit.direction === "forward" ? index + 1 : count - index;
    return change === undefined
      ? `${number}`
      : `${number} of ${count} (${describeOperation(change.operation)})`;
  });
  const more = texts.length > SHOWN ? ` and ${texts.length - SHOWN} more` : "";
  return ` at operation ${texts.slice(0, SHOWN).join(", ")}${more}`;
}

/** A statement of very many lines without those in its middle, and very long lines without theirs. */
function shortened(statement: string): string {
  const lines = statement.split("\n").map(shortenedLine);
  if (lines.length <= 2 * LINES) return lines.join("\n");
  const left = lines.length - 2 * LINES + 1;
  return [...lines.slice(0, LINES), `  ... ${left} more lines ...`, ...lines.slice(1 - LINES)].join("\n");
}

function shortenedLine(line: string): string {
  const left = line.length - 2 * CHARACTERS;
  if (left <= CHARACTERS) return line;
  return `${line.slice(0, CHARACTERS)} ... ${left} more characters ... ${line.slice(-CHARACTERS)}`;
}

/** Of what the tool keeps for itself, the rest is the whole file as JSON. */
function firstLine(statement: string): string {
  const [line = "", ...others] = statement.split("\n");
  return others.length === 0 ? line : `${line} ...`;
}

function causeText(cause: unknown): string {
  if (cause instanceof DatabaseError) {
    const { sqlState, detail } = cause.details;
    const code = sqlState === undefined || cause.message.includes(sqlState) ? "" : ` (${sqlState})`;
    return `${cause.message}${code}${detail === undefined ? "" : `\ndetail: ${detail}`}`;
  }
  if (!(cause instanceof Error) || YaraError.is(cause)) return messageOf(cause);
  return `${cause.name}: ${messageOf(cause)}${placeOf(cause)}`;
}

/** What PostgreSQL says of values that do not become those of another type (manual, appendix A). */
const NOT_CONVERTED = new Set(["22P02", "22001", "22003", "22007", "22008", "42804", "42846"]);

/** SQLSTATE insufficient_privilege. */
const NOT_ALLOWED = "42501";

/** SQLSTATE in_failed_sql_transaction: whatever is sent after an error is refused until the transaction ends. */
const TRANSACTION_FAILED = "25P02";

/** True for what is no fault of the migration: rights, a disk, a file system, a server that may only read. */
function isOfPlace(cause: unknown): boolean {
  const code = cause instanceof DatabaseError ? (cause.details.sqlState ?? "") : "";
  return /^(42501|25006|53...|58...|SQLITE_(FULL|READONLY|IOERR|CANTOPEN)(_\w+)?)$/.test(code);
}

/** True for what was neither the migration's fault nor that of its place: somebody has stopped it. */
function isStop(cause: unknown): boolean {
  if (isCancelled(cause) || isQueryCanceled(cause, /user request/i)) return true;
  return YaraError.is(cause) && cause.code === "stopped";
}

/** What of the migration stays, and what happens when the command runs again. */
function outcomeOf(unit: Unit, progress: Parameters<typeof failureOf>[3], cause: unknown): string {
  const mend = isStop(cause) ? "" : isOfPlace(cause) ? "mend that and " : "mend the file or the data and ";
  const verb = unit.direction === "forward" ? "applied" : "reverted";
  if (progress === undefined ? unit.atomic : progress.done === 0) {
    return `nothing of this migration was ${verb}; ${mend}run the command again`;
  }
  if (progress === undefined)
    return "the migration is not atomic: what ran before the failing statement stays";
  const { done, total } = progress;
  const before = done === 1 ? `step 1 of ${total} stays` : `steps 1 to ${done} of ${total} stay`;
  return `${before} ${verb}; ${mend}run the command again: it goes on with step ${done + 1}`;
}

function hintOf(cause: unknown, unit: Unit, operations: readonly number[], outcome: string): string {
  const own =
    extensionHint() ??
    (YaraError.is(cause) && cause.hint !== undefined
      ? `${cause.hint}\n`
      : conversionHint() || limitHint(cause) || timeoutHint(cause) || codeHint());
  return own + outcome;

  function extensionHint(): string | undefined {
    const [at, ...others] = operations;
    const operation = at === undefined || others.length > 0 ? undefined : unit.changes[at]?.operation;
    if (operation?.kind !== "createExtension" || !(cause instanceof DatabaseError)) return undefined;
    if (cause.details.sqlState !== NOT_ALLOWED)
      return `install the extension ${operation.name} on the server of the database\n`;
    return `ask an administrator to run CREATE EXTENSION "${operation.name}" in this database\n`;
  }

  function codeHint(): string {
    const runsCode = operations.some((at) => unit.changes[at]?.operation.kind === "runCode");
    if (!runsCode || !(cause instanceof DatabaseError)) return "";
    if (cause.details.sqlState === TRANSACTION_FAILED)
      return "the code has caught the error of an earlier statement; what may fail runs in a savepoint: await YaraOrm.transaction(async () => ...)\n";
    if (!isUnknownName(cause)) return "";
    // The models of today ask for what the tables of that time may not have.
    return "m.runCode(async ({ models }) => ...) has the tables as they are at this place in the history; imported models are those of today\n";
  }

  function conversionHint(): string {
    const isConversion =
      cause instanceof DatabaseError &&
      NOT_CONVERTED.has(cause.details.sqlState ?? "") &&
      operations.length > 0 &&
      operations.every((at) => unit.changes[at]?.operation.kind === "alterColumn");
    return isConversion ? "correct the rows before, or say with `using` how they are converted\n" : "";
  }
}

/** Undefined column and undefined table, which SQLite tells in words only. */
function isUnknownName({ message, details }: DatabaseError): boolean {
  return (
    /^(42703|42P01)$/.test(details.sqlState ?? "") || /no (such|column named)|has no column/i.test(message)
  );
}

/** Only its words tell PostgreSQL's own cancellation from that by a signal, and they are English where nobody has changed that. */
function isQueryCanceled(cause: unknown, why: RegExp): boolean {
  return cause instanceof DatabaseError && cause.details.sqlState === "57014" && why.test(cause.message);
}

function timeoutHint(cause: unknown): string {
  return isQueryCanceled(cause, /statement timeout/i)
    ? 'it may take longer with --statement-timeout 10m, or in the file: export const timeouts = { statement: "10m" };\n'
    : "";
}

/** PostgreSQL goes on counting columns that were dropped (manual, appendix K). */
function limitHint(cause: unknown): string {
  const isLimit = cause instanceof DatabaseError && cause.details.sqlState === "54011";
  return isLimit
    ? "columns that were dropped before count as well: only a new table, to which the rows are copied, has none\n"
    : "";
}
