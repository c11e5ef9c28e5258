import type { VerifyOptions } from "../manager-options.ts";
import { planUpgrade } from "../migrations/plan.ts";
import { resolveMigration } from "../migrations/resolve.ts";
import { verifyEverywhere } from "../verifier/databases.ts";
import type { VerifiedMigration } from "../verifier/verify.ts";
import { tellingStop } from "./stopped.ts";
import { namesOf, type Workspace } from "./workspace.ts";

/** See MigrationManager. */
export async function verify(
  workspace: Workspace,
  { target, lenient = false, ...options }: VerifyOptions,
): Promise<VerifiedMigration[]> {
  const files = await workspace.files();
  const only = target === undefined ? undefined : resolveMigration(namesOf(files), target);
  const graph = await workspace.graph(files);
  const names = new Set(planUpgrade(graph, [], only));
  const migrations = graph.order.filter(({ name }) => names.has(name));
  const { signal } = workspace;
  return await tellingStop(signal, [], () =>
    verifyEverywhere(migrations, { ...options, only, lenient, signal }),
  );
}
