import type { ContentionEvent } from "../executor/contention.ts";
import { runUnit } from "../executor/executor.ts";
import type { Recording } from "../executor/target.ts";
import type { Unit } from "../executor/unit.ts";
import type { UpgradeOptions } from "../manager-options.ts";
import type { Workspace } from "./workspace.ts";

/** See Recording. */
type Records = Pick<Recording, "record" | "undo" | "confirm" | "half">;

/** How long migrations may wait, and how others are kept out. */
type Waiting = Pick<UpgradeOptions, "timeouts" | "lock">;

/**
 * Runs one migration with its record and tells of it; `half` is the one that is done in part, if any. Returns false where
 * another migrator has done it meanwhile.
 */
export async function run(
  workspace: Workspace,
  unit: Unit,
  { half, ...records }: Records,
  { timeouts, lock }: Waiting,
): Promise<boolean> {
  const { connection, dialect, recorder, journal } = workspace.database();
  const { name, direction } = unit;
  workspace.emit({ kind: "started", name, direction });
  for (const { operation } of unit.changes) {
    for (const note of dialect.omissions(operation)) workspace.emit({ kind: "omitted", note });
  }
  const tell = (event: ContentionEvent) => workspace.emit(event);
  const pooled = lock?.mode === "row";
  const ran = await runUnit({ connection, dialect, timeouts, pooled, tell }, unit, {
    ...records,
    done: recorder.guard(name, direction),
    journal,
    half: half?.name === name ? half : undefined,
  });
  workspace.emit({ kind: ran ? "finished" : "doneMeanwhile", name, direction });
  return ran;
}
