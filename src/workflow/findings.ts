import type { MigrationFile } from "../migrations/files.ts";
import type { Migration } from "../migrations/migration.ts";
import type { CheckResult } from "./check-result.ts";
import { halfApplied, withoutSteps } from "./half-applied.ts";
import { loadHistory } from "./history.ts";
import { namesOf, type Workspace } from "./workspace.ts";

/** What `check` finds in the database about the migrations; nothing where there is no database. Creates nothing. */
export async function findInDatabase(
  workspace: Workspace,
  files: readonly MigrationFile[],
  loaded: readonly Migration[],
): Promise<Pick<CheckResult, "pending" | "edited" | "halfApplied">> {
  if (workspace.openConnection() === undefined) return { pending: [] };
  return await workspace.alone(async () => await find(workspace, files, loaded));
}

/** The names of the applied migrations; none where there is no database. Creates nothing. */
export async function appliedNames(workspace: Workspace): Promise<ReadonlySet<string>> {
  if (workspace.openConnection() === undefined) return new Set();
  return await workspace.alone(async () => {
    const { connection, recorder } = await workspace.database();
    return new Set(await recorder.names(connection));
  });
}

async function find(
  workspace: Workspace,
  files: readonly MigrationFile[],
  loaded: readonly Migration[],
): Promise<Pick<CheckResult, "pending" | "edited" | "halfApplied">> {
  const { connection, recorder } = await workspace.database();
  const applied = (await recorder.names(connection)) ?? [];
  workspace.missing(files, applied);
  const { edited } = await loadHistory(workspace, files, applied, loaded);
  const half = await halfApplied(workspace);
  return {
    pending: namesOf(files).filter((name) => !applied.includes(name)),
    edited,
    ...(half === undefined ? {} : { halfApplied: withoutSteps(half) }),
  };
}
