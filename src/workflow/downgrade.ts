import { unitsBackward } from "../executor/units.ts";
import type { DowngradeOptions } from "../manager-options.ts";
import { planDowngrade } from "../migrations/plan.ts";
import { resolveTargetBack } from "../migrations/resolve.ts";
import { requireConsent } from "./consent.ts";
import { halfApplied, takenUp, withHalf } from "./half-applied.ts";
import { loadHistory, meaningOf, requireCode, tellEdited } from "./history.ts";
import { locked } from "./locked.ts";
import { runAll } from "./run.ts";
import { namesOf, requireFiles, type Workspace } from "./workspace.ts";

/** See MigrationManager.downgrade. */
export async function downgrade(
  workspace: Workspace,
  { target, steps, timeouts, lock = {}, ...consent }: DowngradeOptions,
): Promise<string[]> {
  const files = await workspace.files();
  const goal = target === undefined ? undefined : resolveTargetBack(namesOf(files), target);
  const wanted = goal === undefined ? { steps: steps ?? 1 } : { target: goal };
  const { connection, dialect, recorder, details } = await workspace.database();
  const begun = await halfApplied(workspace);
  const recorded = withHalf((await recorder.names(connection)) ?? [], begun);
  workspace.missing(files, recorded);
  if (recorded.length === 0 && begun === undefined) return [];

  const history = await loadHistory(workspace, files, recorded);
  const { graph } = history;
  tellEdited(workspace, history.edited, false);
  const planned = planDowngrade(graph, recorded, wanted);
  if (planned.length === 0 && begun === undefined) return [];
  requireFiles(history.unknown);
  requireCode(history, planned);
  return await locked(workspace, lock, async (confirm) => {
    const half = await halfApplied(workspace);
    const applied = withHalf((await recorder.names(connection)) ?? [], half);
    // A number of steps counts from what was there when it was asked for: two who take one step back take the same one.
    const names = takenUp(
      planned.filter((name) => applied.includes(name)),
      half,
      "backward",
      graph,
    );
    const reverted: string[] = [];
    const record = (name: string) => [
      recorder.delete(name),
      ...(history.hasDetails ? [details.delete(name)] : []),
    ];
    const units = unitsBackward(graph, new Set(applied), names, dialect.name);
    const judgeAgain = await requireConsent(workspace, units, consent, half);
    const undo = (name: string) => [
      recorder.insert(name),
      ...(history.hasDetails ? [details.insert(name, meaningOf(graph, name))] : []),
    ];
    await runAll(workspace, units, { record, undo, confirm, half, judgeAgain }, { timeouts, lock }, reverted);
    return reverted;
  });
}
