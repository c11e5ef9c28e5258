import { readStatementText } from "./statement-text.ts";

/** Statements that go to the server as one simple query. */
export interface PostgresBatch {
  readonly text: string;
  /** The last statement ends a transaction, whose true outcome only the command tag of the answer tells. */
  readonly endsTransaction: boolean;
  readonly parts: readonly BatchPart[];
}

export interface BatchPart {
  readonly statement: string;
  /** Its index in the list that `batchStatements` was given. */
  readonly index: number;
  /** How many statements the server sees in it: usually one. */
  readonly count: number;
  /** Where it begins in `text`, in characters. */
  readonly start: number;
}

/** On a line of its own: a statement may end in a comment. */
const SEPARATOR = "\n;\n";

/**
 * Joins statements into as few simple queries as possible: one, or one for each COMMIT among them, since the answer
 * to a query that goes on after a COMMIT hides whether that committed or rolled back. Leaves out blank statements.
 */
export function batchStatements(statements: readonly string[]): PostgresBatch[] {
  const batches: PostgresBatch[] = [];
  let parts: BatchPart[] = [];
  let start = 0;
  const finish = (endsTransaction: boolean): void => {
    if (parts.length > 0) {
      batches.push({ text: parts.map((part) => part.statement).join(SEPARATOR), endsTransaction, parts });
    }
    parts = [];
    start = 0;
  };
  for (const [index, statement] of statements.entries()) {
    const { count, firstWord } = readStatementText(statement, "postgres");
    if (count === 0) continue;
    parts.push({ statement, index, count, start });
    start += characterCount(statement) + SEPARATOR.length;
    if (endsTransaction(firstWord)) finish(true);
  }
  finish(false);
  return batches;
}

/** True for the statements that the server answers with ROLLBACK, and no error, where the transaction had failed. */
export function endsTransaction(firstWord: string): boolean {
  return firstWord === "commit" || firstWord === "end" || firstWord === "prepare";
}

/**
 * The statement of a batch that failed: by the error's position (from 1, in characters), else by the number of
 * statements that the server had completed before.
 */
export function failedPart(
  batch: PostgresBatch,
  position: number | undefined,
  completed: number,
): BatchPart | undefined {
  if (position !== undefined) return batch.parts.findLast((part) => part.start < position);
  let before = 0;
  return batch.parts.find((part) => {
    before += part.count;
    return completed < before;
  });
}

/** Characters as PostgreSQL counts them: code points, not the halves that JavaScript counts. */
function characterCount(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}
