import type { AppliedMigration } from "../executor/recorder.ts";
import type { Head } from "../manager-options.ts";
import { halfApplied } from "./half-applied.ts";
import type { Workspace } from "./workspace.ts";

/** See MigrationManager. */
export async function appliedMigrations(workspace: Workspace): Promise<AppliedMigration[]> {
  const { connection, recorder } = await workspace.database();
  return await recorder.applied(connection);
}

/** See MigrationManager. */
export async function heads(workspace: Workspace): Promise<Head[]> {
  const files = await workspace.files();
  const { connection, recorder } = await workspace.database();
  const applied = new Set(await recorder.names(connection));
  const half = await halfApplied(workspace);
  workspace.missing(files, half === undefined ? applied : [...applied, half.name]);
  return files.map(({ name }): Head => {
    if (half?.name !== name) return { name, applied: applied.has(name) };
    const { direction, done, total } = half;
    return { name, applied: false, progress: { direction, done, total } };
  });
}
