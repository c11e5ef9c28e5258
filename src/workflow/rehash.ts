import { MigrationError } from "../errors.ts";
import type { LockOptions } from "../executor/lock.ts";
import { resolveMigration } from "../migrations/resolve.ts";
import { requireDetails } from "./details.ts";
import { halfApplied, notRehashed } from "./half-applied.ts";
import { loadHistory, meaningOf } from "./history.ts";
import { locked } from "./locked.ts";
import { namesOf, type Workspace } from "./workspace.ts";

/** See MigrationManager.rehash. */
export async function rehash(workspace: Workspace, target: string, lock: LockOptions): Promise<string> {
  const files = await workspace.files();
  const name = resolveMigration(namesOf(files), target);
  return await locked(workspace, lock, async (confirm) => {
    const { connection, dialect, recorder, details } = await workspace.database();
    const applied = (await recorder.names(connection)) ?? [];
    if (!applied.includes(name)) {
      const half = await halfApplied(workspace);
      if (half?.name === name) throw notRehashed(half);
      throw new MigrationError(`${name} is not applied`, "what is not applied may be edited as you like");
    }
    const { graph } = await loadHistory(workspace, files, applied);
    await requireDetails(workspace);
    const statements = [dialect.begin, ...confirm, details.insert(name, meaningOf(graph, name)), "COMMIT"];
    try {
      await connection.execute(statements);
    } catch (error) {
      await connection.execute(["ROLLBACK"]).catch(() => {});
      throw error;
    }
    return name;
  });
}
