import { ConsentError } from "../errors.ts";
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
  const losses = await findLosses({ connection, dialect }, units);
  if (losses.length === 0) return;
  const database = await dialect.databaseName(connection);
  if (confirm === database) return;
  if (confirm === undefined && (await askConsent?.({ database, losses })) === true) return;
  throw new ConsentError(database, losses, confirm);
}
