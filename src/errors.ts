import type { OpenQuestion } from "./open-question.ts";
import { messageOf } from "./shown.ts";

/** What went wrong, in the words of the exit-code table: `main.ts` maps each to a number. */
export type ErrorCode =
  | "failed"
  | "usage"
  | "needs-answer"
  | "check"
  | "lock-timeout"
  | "half-applied"
  | "stopped";

const BRAND = Symbol.for("yara-orm.error");

/**
 * The base of every error that is meant for the user: one message (what and where), an optional hint (what to
 * do next, a command where there is one) and the code that decides how the tool exits.
 */
export class YaraError extends Error {
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly [BRAND] = true;

  constructor(
    message: string,
    options: { code?: ErrorCode; hint?: string | undefined; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.name = "YaraError";
    this.code = options.code ?? "failed";
    this.hint = options.hint;
  }

  /** True for an error of this package, also of another copy of it in the same process. */
  static is(error: unknown): error is YaraError {
    return typeof error === "object" && error !== null && BRAND in error;
  }
}

/** The command line, the configuration or an argument of the library is wrong. */
export class UsageError extends YaraError {
  constructor(message: string, hint?: string) {
    super(message, { code: "usage", hint });
    this.name = "UsageError";
  }
}

/** A model declaration cannot be turned into a schema; the message names the model and the field. */
export class ModelError extends YaraError {
  constructor(message: string, hint?: string) {
    super(message, { hint });
    this.name = "ModelError";
  }
}

/** An operation does not fit the schema that it is applied to. */
export class SchemaError extends YaraError {
  constructor(message: string, hint?: string) {
    super(message, { hint });
    this.name = "SchemaError";
  }
}

/** A migration file or the graph of migrations is broken. */
export class MigrationError extends YaraError {
  constructor(message: string, hint?: string, cause?: unknown) {
    super(message, { hint, cause });
    this.name = "MigrationError";
  }
}

/** An answer or consent is needed and there is nobody to ask; `questions` are those that options can answer. */
export class NeedsAnswerError extends YaraError {
  readonly questions: readonly OpenQuestion[];

  constructor(message: string, hint?: string, questions: readonly OpenQuestion[] = []) {
    super(message, { code: "needs-answer", hint });
    this.name = "NeedsAnswerError";
    this.questions = questions;
  }
}

/**
 * A run was stopped: its signal was aborted, with the reason that is the `cause`, or somebody has pressed Ctrl-C in the place of an
 * answer.
 */
export class StoppedError extends YaraError {
  /** The migrations that this run has applied or reverted before: they stay so. */
  readonly done: readonly string[];

  constructor(
    message: string,
    { done = [], ...options }: { done?: readonly string[]; hint?: string | undefined; cause?: unknown } = {},
  ) {
    super(message, { ...options, code: "stopped" });
    this.name = "StoppedError";
    this.done = done;
  }
}

/** Ctrl-C in the place of an answer. */
export function stoppedAtQuestion(done: readonly string[] = []): StoppedError {
  return new StoppedError(`stopped at a question; ${doneText(done)}`, { done });
}

/** What has been done before that, in words. */
export function doneText(done: readonly string[]): string {
  return done.length === 0 ? "nothing was done" : ranText(done);
}

/** What stops a run whose signal is aborted: the reason, where that says so itself. */
export function stopOf({ reason }: AbortSignal): StoppedError {
  if (reason instanceof StoppedError) return reason;
  return new StoppedError(`stopped: ${messageOf(reason).replace(/\.$/, "")}`, { cause: reason });
}

/** Something that rows hold and that a migration would lose. */
export interface Loss {
  readonly migration: string;
  /** Its number in the file, from 1. */
  readonly operation: number;
  /** The operation in words. */
  readonly what: string;
  /** The names that the database knows. */
  readonly table: string;
  readonly column?: string;
  /** Dropped with all that it holds; or given a type that does not have every value: others are changed or refused. */
  readonly how: "dropped" | "narrowed";
  /** How many rows hold something, counted up to MOST_COUNTED; left out where they may not be looked at. */
  readonly rows?: number;
}

/** What is this much or more is not counted to its end. */
export const MOST_COUNTED = 100_000;

/** What all losses come to, in words. */
export function lossHeadline(database: string, losses: readonly Loss[]): string {
  const isSure = losses.some(({ how }) => how === "dropped");
  return `this ${isSure ? "loses" : "may lose"} data of the database ${database}:`;
}

/** Losses in words, a line each. */
export function lossLines(losses: readonly Loss[]): string[] {
  return losses.map((loss) => {
    const { migration, operation, what, how, table, column, rows } = loss;
    const held =
      column === undefined ? heldText(table, "row", rows) : heldText(`${table}.${column}`, "value", rows);
    const fate = how === "dropped" ? "" : "; those that the new type does not have are changed or refused";
    return `  ${migration}, operation ${operation} (${what}): ${held}${fate}`;
  });
}

/** What there is to lose in a table or a column, in words; `rows` as a Loss has them. */
export function heldText(place: string, unit: "row" | "value", rows: number | undefined): string {
  if (rows === undefined) return `${place} may not be read, and may hold ${unit}s`;
  return `${place} holds ${rows} ${unit}${rows === 1 ? "" : "s"}${rows === MOST_COUNTED ? " or more" : ""}`;
}

/** Data would be lost, and nobody has consented to that. */
export class ConsentError extends YaraError {
  readonly database: string;
  readonly losses: readonly Loss[];
  /** The migrations that this run has applied or reverted before it: they stay so. */
  readonly done: readonly string[];

  constructor(database: string, losses: readonly Loss[], given?: string, done: readonly string[] = []) {
    const other = given === undefined ? [] : [`the consent is for the database ${JSON.stringify(given)}`];
    super([lossHeadline(database, losses), ...lossLines(losses), ...other].join("\n"), {
      code: "needs-answer",
      hint: `${ranText(done)}; if it is meant, consent with the name of the database: ${database}`,
    });
    this.name = "ConsentError";
    this.database = database;
    this.losses = losses;
    this.done = done;
  }
}

/** What has run before consent was missed, in words. */
export function ranText(done: readonly string[]): string {
  return done.length === 0 ? "nothing was run" : `done by this run: ${done.join(", ")}; nothing else was run`;
}

/** A check found something; `findings` is the same as plain data, for programs. */
export class CheckFailedError extends YaraError {
  readonly findings: Readonly<Record<string, unknown>>;

  constructor(message: string, findings: Readonly<Record<string, unknown>>, hint?: string) {
    super(message, { code: "check", hint });
    this.name = "CheckFailedError";
    this.findings = findings;
  }
}

/** Another migrator held the lock for longer than one was willing to wait. */
export class LockTimeoutError extends YaraError {
  constructor(message: string, hint?: string) {
    super(message, { code: "lock-timeout", hint });
    this.name = "LockTimeoutError";
  }
}

/** A migration is applied or reverted in part, and what is to become of that is for a person to decide. */
export class HalfAppliedError extends YaraError {
  declare readonly hint: string;

  constructor(message: string, hint: string) {
    super(message, { code: "half-applied", hint });
    this.name = "HalfAppliedError";
  }
}

/** No session with the database could be opened, or it was lost. */
export class ConnectionError extends YaraError {
  /**
   * What kind of failure it is, where somebody can do something about it without a person; `commitUnknown` where the
   * session was lost in a COMMIT: the server may have done that, or undone all of the transaction; `busy` where another process
   * keeps everybody from reading a SQLite file.
   */
  readonly reason: "unavailable" | "missingDatabase" | "commitUnknown" | "busy" | undefined;

  constructor(message: string, hint?: string, cause?: unknown, reason?: ConnectionError["reason"]) {
    super(message, { hint, cause });
    this.name = "ConnectionError";
    this.reason = reason;
  }
}

/** The facts of a database's refusal, the same for every database. */
export interface DatabaseErrorDetails {
  /** SQLSTATE on PostgreSQL (appendix A of its manual), the result code's name on SQLite. */
  readonly sqlState?: string | undefined;
  readonly detail?: string | undefined;
  readonly hint?: string | undefined;
  /** The statement that failed, where the driver can tell which one of a batch it was. */
  readonly statement?: string | undefined;
  /** Its index in the batch that was sent. */
  readonly statementIndex?: number | undefined;
  readonly constraint?: string | undefined;
  readonly table?: string | undefined;
  readonly column?: string | undefined;
}

/** A statement was refused by the database; `message` is the database's own. */
export class DatabaseError extends YaraError {
  readonly details: DatabaseErrorDetails;

  constructor(message: string, details: DatabaseErrorDetails = {}, cause?: unknown) {
    super(message, { hint: details.hint, cause });
    this.name = "DatabaseError";
    this.details = details;
  }
}
