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
  const used = dialect ?? workspace.openConnection()?.dialect ?? "sqlite";
  const units = backward
    ? unitsBackward(graph, new Set(ancestors), [full], used)
    : unitsForward(graph, new Set(), ancestors, used).slice(-1);
  const spoken = await dialectFor(used);
  return units.flatMap((unit) => sqlText(spoken, unit));
}
