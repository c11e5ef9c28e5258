import { begins, commits, readStatementText, rollsBack } from "./statement-text.ts";

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
 * Joins statements into as few simple queries as their meaning allows. A transaction is one query, up to and with its
 * COMMIT: the answer to a longer one hides whether that committed or rolled back. Outside a transaction each statement
 * is a query of its own, since the server runs those of one query in a transaction. Leaves out blank statements.
 */
export function batchStatements(
  statements: readonly string[],
  startsInTransaction: boolean,
): PostgresBatch[] {
  const batches: PostgresBatch[] = [];
  let parts: BatchPart[] = [];
  let inTransaction = startsInTransaction;
  const finish = (endsTransaction: boolean): void => {
    if (parts.length > 0) {
      batches.push({ text: parts.map((part) => part.statement).join(SEPARATOR), endsTransaction, parts });
    }
    parts = [];
  };
  for (const [index, statement] of statements.entries()) {
    const text = readStatementText(statement, "postgres");
    if (text.count === 0) continue;
    inTransaction ||= begins(text);
    const last = parts.at(-1);
    const start = last === undefined ? 0 : last.start + characterCount(last.statement) + SEPARATOR.length;
    parts.push({ statement, index, count: text.count, start });
    if (commits(text) || rollsBack(text)) inTransaction = false;
    if (!inTransaction) finish(commits(text));
  }
  finish(false);
  return batches;
}

/** Transactions as one simple query, and how many statements come before the COMMIT of each. */
export function joinBatches(batches: readonly PostgresBatch[]): {
  readonly text: string;
  readonly beforeCommits: readonly number[];
} {
  let count = 0;
  const beforeCommits = batches.map((batch) => {
    count += countOf(batch);
    return count - 1;
  });
  return { text: batches.map(({ text }) => text).join(SEPARATOR), beforeCommits };
}

/** How many statements the server sees in a batch. */
export function countOf({ parts }: PostgresBatch): number {
  return parts.reduce((sum, part) => sum + part.count, 0);
}

/**
 * The statement of a batch that failed: by the number of statements that the server had completed before. Where it had
 * completed none it may have refused to read the whole: then the error's position tells (from 1, in characters), which
 * later on may be one in the text of a check or an index that the server reads again.
 */
export function failedPart(
  batch: PostgresBatch,
  position: number | undefined,
  completed: number,
): BatchPart | undefined {
  if (position !== undefined && completed === 0) return batch.parts.findLast((part) => part.start < position);
  let before = 0;
  return batch.parts.find((part) => {
    before += part.count;
    return completed < before;
  });
}

/** Characters as PostgreSQL counts them: code points, not the halves that JavaScript counts. */
function characterCount(text: string): number {
  if (!/[\ud800-\udbff]/.test(text)) return text.length;
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}
