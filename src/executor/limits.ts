import type { Step } from "../dialects/dialect.ts";
import { effective } from "./contention.ts";
import type { Group } from "./groups.ts";
import { statementSteps } from "./run-group.ts";
import type { Target } from "./target.ts";
import type { Unit } from "./unit.ts";

/** The steps that keep the transaction that is open from waiting for long. */
export function transactionLimits({ dialect, timeouts }: Target, unit: Unit): Step[] {
  return statementSteps(dialect.limits(effective(timeouts, unit.timeouts), "transaction").set);
}

/**
 * Runs a step that has no transaction with limits of the session, unless its locks stop nobody: such a step waits for as long
 * as it takes, and only its own time is limited.
 */
export async function withSessionLimits(
  { connection, dialect, timeouts, pooled = false }: Target,
  unit: Unit,
  { natures }: Group,
  work: () => Promise<void>,
): Promise<void> {
  const { lockMs, statementMs } = effective(timeouts, unit.timeouts);
  const yields = natures.length > 0 && natures.every(({ yields = false }) => yields);
  const limits = dialect.limits({ lockMs: yields ? 0 : lockMs, statementMs }, "session");
  if (pooled || (yields && statementMs === undefined)) return await work();
  await connection.execute(limits.set);
  try {
    await work();
  } finally {
    // On a lost session there is nothing to put back.
    await connection.execute(limits.reset).catch(() => {});
  }
}
