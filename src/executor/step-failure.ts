import type { Connection } from "../connection/connection.ts";
import type { Step } from "../dialects/dialect.ts";
import { DatabaseError } from "../errors.ts";
import { messageOf } from "../shown.ts";

/** A statement and the operations (indexes in the unit) that it belongs to; none for BEGIN, COMMIT and the record. */
export interface Statement {
  readonly sql: string;
  readonly operations: readonly number[];
}

/** A part of a migration failed: a statement, a check or the user's code. `cause` is what it threw. */
export class StepFailure extends Error {
  override readonly cause: unknown;
  readonly operations: readonly number[];
  readonly statement: string | undefined;

  constructor(cause: unknown, operations: readonly number[], statement?: string) {
    super(messageOf(cause));
    this.cause = cause;
    this.operations = operations;
    this.statement = statement;
  }
}

/** Sends statements in one round trip. Throws StepFailure naming the one that was refused. */
export async function send(connection: Connection, statements: readonly Statement[]): Promise<void> {
  if (statements.length === 0) return;
  try {
    await connection.execute(statements.map(({ sql }) => sql));
  } catch (error) {
    const at = error instanceof DatabaseError ? error.details.statementIndex : undefined;
    const failed = at === undefined ? undefined : statements[at];
    throw failed === undefined ? error : new StepFailure(error, failed.operations, failed.sql);
  }
}

/** A statement of the executor's own. */
export function ownStatement(sql: string): Statement {
  return { sql, operations: [] };
}

/** True if it is this very step that has failed. */
export function isFailureOf(step: Step, error: unknown): boolean {
  if (!(error instanceof StepFailure)) return false;
  if (step.kind === "sql") return error.statement === step.sql;
  return step.kind === "check" && error.cause === step.explain([]);
}
