import type { Connection } from "../connection/connection.ts";
import type { Dialect, Rendering, Step } from "../dialects/dialect.ts";
import { copyInParts } from "./copy.ts";
import { insideTransaction } from "./ends-transaction.ts";
import { runCode } from "./run-code.ts";
import { ownStatement, type Statement, StepFailure, send } from "./step-failure.ts";
import type { Target, Work } from "./target.ts";

/** What `runInTransaction` sends for the steps in one message; undefined where it has to wait for an answer in between. */
export function transactionOf(
  dialect: Dialect,
  steps: readonly Step[],
  record: readonly string[],
): string[] | undefined {
  const statements = [dialect.begin];
  for (const step of steps) {
    if (step.kind !== "sql" || step.copy !== undefined) return undefined;
    statements.push(step.sql);
  }
  return [...statements, ...record, "COMMIT"];
}

/** Runs the steps in one transaction, with `record` at its end. What it did is undone where it throws. */
export async function runInTransaction(
  work: Work,
  rendering: Rendering,
  record: readonly string[],
): Promise<void> {
  const { connection, dialect } = work.target;
  try {
    if (rendering.before.length > 0) await connection.execute(rendering.before);
    const pending = await runSteps(work, [ownStatement(dialect.begin)], rendering.steps);
    await send(connection, [...pending, ...record.map(ownStatement), ownStatement("COMMIT")]);
  } catch (error) {
    // That the transaction has ended already, or that the session is lost, is no news any more.
    await connection.execute(["ROLLBACK"]).catch(() => {});
    throw error;
  } finally {
    // On a lost session there is nothing to put back.
    if (rendering.after.length > 0) await connection.execute(rendering.after).catch(() => {});
  }
}

/**
 * Runs statements and then steps in as few messages as their order allows. Returns what is still to be sent.
 */
export async function runSteps(
  work: Work,
  opening: readonly Statement[],
  steps: readonly Step[],
): Promise<Statement[]> {
  const { connection } = work.target;
  const pending = [...opening];
  for (const step of steps) {
    if (step.kind === "sql" && step.copy === undefined) {
      pending.push(step);
      continue;
    }
    await send(connection, pending.splice(0));
    if (step.kind === "sql") {
      if (!(await isCopied(connection, step, work.target.tell))) pending.push(step);
      continue;
    }
    pending.push(...(await runStep(work, step, insideTransaction(connection))));
  }
  return pending;
}

/** True where the step has copied its rows in parts; where those fail, it is the whole statement that does. */
async function isCopied(
  connection: Connection,
  { copy, sql, operations }: Step & { readonly kind: "sql" },
  tell: Target["tell"],
): Promise<boolean> {
  try {
    return copy !== undefined && (await copyInParts(connection, copy, tell));
  } catch (error) {
    throw new StepFailure(error, operations, sql);
  }
}

/** Statements of the executor's own as steps. */
export function statementSteps(statements: readonly string[]): Step[] {
  return statements.map((sql) => ({ kind: "sql", sql, operations: [] }));
}

/** Runs the steps in no transaction. */
export async function runBare(work: Work, steps: readonly Step[]): Promise<void> {
  const { connection } = work.target;
  try {
    for (const step of steps) {
      const statements = step.kind === "sql" ? [step] : await runStep(work, step, connection);
      // One by one: several in one message would be one transaction.
      for (const statement of statements) await send(connection, [statement]);
    }
  } catch (error) {
    if (steps.some(beginsTransaction)) await connection.execute(["ROLLBACK"]).catch(() => {});
    throw error;
  }
}

/** True for a statement of the user's that does. */
function beginsTransaction(step: Step): boolean {
  return step.kind === "sql" && /^\s*(begin|start\s+transaction)\b/i.test(step.sql);
}

/** Runs a step that is more than a statement, its code with that session; returns the statements that it leads to. */
async function runStep(
  work: Work,
  step: Exclude<Step, { kind: "sql" }>,
  forCode: Connection,
): Promise<Statement[]> {
  const { connection } = work.target;
  const { operations } = step;
  try {
    switch (step.kind) {
      case "code":
        await runCode(work, step, forCode);
        return [];
      case "check": {
        const rows = await connection.query(step.sql);
        if (rows.length > 0) throw step.explain(rows);
        return [];
      }
      case "query":
        return step.statements(await connection.query(step.sql)).map((sql) => ({ sql, operations }));
    }
  } catch (error) {
    throw new StepFailure(error, operations);
  }
}
