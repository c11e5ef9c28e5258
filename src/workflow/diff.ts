import { replay } from "../migrations/state.ts";
import { compareDatabase, type Drift } from "../verifier/drift.ts";
import { loadHistory } from "./history.ts";
import { requireFiles, type Workspace } from "./workspace.ts";

/** See MigrationManager. */
export async function diff(workspace: Workspace): Promise<Drift> {
  const files = await workspace.files();
  const { connection, dialect, recorder } = await workspace.database();
  const applied = new Set(await recorder.names(connection));
  workspace.missing(files, applied);
  const { graph, unknown } = await loadHistory(workspace, files, [...applied]);
  requireFiles(unknown);
  const expected = replay(graph.order.filter(({ name }) => applied.has(name)));
  return await compareDatabase({ connection, dialect }, expected);
}
