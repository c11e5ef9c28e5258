import { dialectFor } from "../dialects/registry.ts";
import { sqlText } from "../executor/sql-text.ts";
import { unitsBackward, unitsForward } from "../executor/units.ts";
import { planUpgrade } from "../migrations/plan.ts";
import { resolveMigration } from "../migrations/resolve.ts";
import type { DialectName } from "../schema/expression.ts";
import { namesOf, type Workspace } from "./workspace.ts";

/** See MigrationManager. */
export async function sqlmigrate(
  workspace: Workspace,
  name: string,
  backward: boolean,
  dialect: DialectName | undefined,
): Promise<string[]> {
  const files = await workspace.files();
  const full = resolveMigration(namesOf(files), name);
  const graph = await workspace.graph(files);
  const ancestors = planUpgrade(graph, [], full);
  const units = backward
    ? unitsBackward(graph, new Set(ancestors), [full])
    : unitsForward(graph, new Set(), ancestors).slice(-1);
  const used = await dialectFor(dialect ?? workspace.openConnection()?.dialect ?? "sqlite");
  return units.flatMap((unit) => sqlText(used, unit));
}
