import type { Connection } from "../connection/connection.ts";
import type { Dialect, Rendering, Step } from "../dialects/dialect.ts";
import { runWithConnection } from "../models/objects/session.ts";
import { failureOf } from "./failure.ts";
import { groupsOf } from "./groups.ts";
import { isFailureOf, ownStatement, type Statement, StepFailure, send } from "./step-failure.ts";
import type { Unit } from "./unit.ts";

/** What the executor needs: one session and its dialect. */
export interface Target {
  readonly connection: Connection;
  readonly dialect: Dialect;
}

/** What a migration that others may run at the same moment begins with. */
export interface Guards {
  /** Statements that fail where the lock is held no more. */
  readonly confirm: readonly string[];
  /** Fails where the migration has been done meanwhile. */
  readonly done: Step;
}

/**
 * Runs one migration in one direction, with its record, in one transaction; a migration that is not atomic in
 * one transaction for each run of schema operations, its SQL and code in none. Returns false where somebody else has
 * done it meanwhile, as `guards` tell.
 * @throws MigrationError naming the file, the operation and the statement; what the transaction did is undone
 */
export async function runUnit(
  target: Target,
  unit: Unit,
  record: readonly string[],
  guards?: Guards,
): Promise<boolean> {
  const confirm = (guards?.confirm ?? []).map((sql): Step => ({ kind: "sql", sql, operations: [] }));
  const groups = groupsOf(unit);
  for (const [at, group] of groups.entries()) {
    const last = at === groups.length - 1 ? record : [];
    try {
      const rendered = target.dialect.render(group.changes);
      const opening = [
        ...(group.bare ? [] : confirm),
        ...(at === 0 && guards !== undefined ? [guards.done] : []),
      ];
      const rendering = { ...rendered, steps: [...opening, ...rendered.steps] };
      if (group.bare) await runBare(target.connection, rendering, last);
      else await runInTransaction(target, rendering, last);
    } catch (error) {
      if (guards !== undefined && at === 0 && isFailureOf(guards.done, error)) return false;
      throw failureOf(error, unit, group.first);
    }
  }
  return true;
}

async function runInTransaction(
  target: Target,
  rendering: Rendering,
  record: readonly string[],
): Promise<void> {
  const { connection, dialect } = target;
  try {
    await connection.execute(rendering.before);
    const pending = [ownStatement(dialect.begin)];
    for (const step of rendering.steps) {
      if (step.kind === "sql") {
        pending.push(step);
        continue;
      }
      await send(connection, pending.splice(0));
      pending.push(...(await runStep(connection, step)));
    }
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

async function runBare(
  connection: Connection,
  rendering: Rendering,
  record: readonly string[],
): Promise<void> {
  for (const step of rendering.steps) {
    const statements = step.kind === "sql" ? [step] : await runStep(connection, step);
    // One by one: several in one message would be one transaction.
    for (const statement of statements) await send(connection, [statement]);
  }
  await send(connection, record.map(ownStatement));
}

/** Runs a step that is more than a statement; returns the statements that it leads to. */
async function runStep(connection: Connection, step: Exclude<Step, { kind: "sql" }>): Promise<Statement[]> {
  const { operations } = step;
  try {
    switch (step.kind) {
      case "code":
        await runWithConnection(connection, async () => await step.run({ db: connection }));
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
