import { runUnit } from "../executor/executor.ts";
import type { Unit } from "../executor/unit.ts";
import type { Workspace } from "./workspace.ts";

/** Runs one migration with its record and tells of it. Returns false where another migrator has done it meanwhile. */
export async function run(
  workspace: Workspace,
  unit: Unit,
  record: readonly string[],
  confirm: readonly string[],
): Promise<boolean> {
  const { connection, dialect, recorder } = workspace.database();
  const { name, direction } = unit;
  workspace.emit({ kind: "started", name, direction });
  for (const { operation } of unit.changes) {
    for (const note of dialect.omissions(operation)) workspace.emit({ kind: "omitted", note });
  }
  const done = recorder.guard(name, direction);
  const ran = await runUnit({ connection, dialect }, unit, record, { confirm, done });
  workspace.emit({ kind: ran ? "finished" : "doneMeanwhile", name, direction });
  return ran;
}
