import { createDirectory } from "../migrations/directory.ts";
import { linkGraph } from "../migrations/graph.ts";
import { loadMigrations } from "../migrations/loader.ts";
import { nextNumber } from "../migrations/name.ts";
import { replay } from "../migrations/state.ts";
import { writeMigration } from "../migrations/write.ts";
import { printMigration } from "../source/migration-file.ts";
import { namesOf, type Workspace } from "./workspace.ts";

/**
 * Writes a migration without operations that depends on all ends of the history, also where some have one number. Returns
 * its file's name, or null where there is one end only.
 * @throws MigrationError where the branches do not fit together
 */
export async function merge(workspace: Workspace, label: string): Promise<string | null> {
  const files = await workspace.files();
  const names = namesOf(files);
  const graph = linkGraph(await loadMigrations(files));
  const dependencies = graph.leaves();
  if (dependencies.length <= 1) return null;
  replay(graph.order);
  createDirectory(workspace.directory);
  const name = `${nextNumber(names)}_${label}`;
  return writeMigration(workspace.directory, name, printMigration({ dependencies, operations: [] }));
}
