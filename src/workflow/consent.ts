import { ConsentError } from "../errors.ts";
import { withRetries } from "../executor/contention.ts";
import { findLosses } from "../executor/losses.ts";
import type { Unit } from "../executor/unit.ts";
import type { ConsentOptions } from "../manager-options.ts";
import type { Workspace } from "./workspace.ts";

/** Nothing that rows hold is lost unless somebody wants that. @throws ConsentError naming what would be lost */
export async function requireConsent(
  workspace: Workspace,
  units: readonly Unit[],
  { confirm, askConsent }: ConsentOptions,
): Promise<void> {
  if (confirm === true) return;
  const { connection, dialect } = workspace.database();
  const [first] = units;
  if (first === undefined) return;
  const target = { connection, dialect, tell: workspace.emit };
  // Whoever holds a table is waited for here: looking keeps nobody else waiting.
  const losses = await withRetries(target, first, false, () => findLosses(target, units));
  if (losses.length === 0) return;
  const database = await dialect.databaseName(connection);
  if (confirm === database) return;
  if (confirm === undefined && (await askConsent?.({ database, losses })) === true) return;
  throw new ConsentError(database, losses, confirm);
}
