import type { Change } from "../dialects/dialect.ts";
import type { Loss } from "../errors.ts";
import type { HalfApplied } from "../executor/journal.ts";
import { findLosses, isDestructive } from "../executor/losses.ts";
import { type NotTried, tryUnits } from "../executor/trial.ts";
import type { Direction, Unit } from "../executor/unit.ts";
import { unitsBackward, unitsForward } from "../executor/units.ts";
import type { PlannedMigration, PlanOptions, TrialResult } from "../manager-options.ts";
import { planDowngrade, planUpgrade } from "../migrations/plan.ts";
import { resolveMigration, resolveTargetBack } from "../migrations/resolve.ts";
import { describeOperation } from "../operations/handlers.ts";
import { halfApplied, takenUp, withHalf } from "./half-applied.ts";
import { loadHistory, requireCode, tellEdited } from "./history.ts";
import { takenOf } from "./left.ts";
import { locked } from "./locked.ts";
import { requireOneEnd, requireSameEnd, tellOutOfOrder } from "./out-of-order.ts";
import { namesOf, requireFiles, type Workspace } from "./workspace.ts";

/** See MigrationManager.plan. */
export async function plan(
  workspace: Workspace,
  direction: Direction,
  options: PlanOptions,
): Promise<PlannedMigration[]> {
  const { connection, dialect } = await workspace.database();
  const { units, half } = await plannedUnits(workspace, direction, options);
  const losses = await findLosses({ connection, dialect }, units, { half });
  const planned: PlannedMigration[] = [];
  for (const unit of units) {
    const { done, progress } = await takenOf({ connection, dialect }, unit, half);
    const left = unit.changes.flatMap((change, at) =>
      done.has(at) ? [] : [plannedOperation(unit, change, at, losses)],
    );
    planned.push({
      name: unit.name,
      direction,
      atomic: unit.atomic,
      ...(progress === undefined ? {} : { progress }),
      operations: left,
    });
  }
  return planned;
}

function plannedOperation(
  unit: Unit,
  change: Change,
  at: number,
  losses: readonly Loss[],
): PlannedMigration["operations"][number] {
  // Going back, operations run in reverse: the number is always that of the file.
  const number = unit.direction === "forward" ? at + 1 : unit.changes.length - at;
  const loss = losses.find(({ migration, operation }) => migration === unit.name && operation === number);
  return {
    number,
    kind: change.operation.kind,
    what: describeOperation(change.operation),
    destructive: isDestructive(change),
    ...(loss === undefined
      ? {}
      : {
          loses: loss.column === undefined ? loss.table : `${loss.table}.${loss.column}`,
          ...(loss.rows === undefined ? {} : { rows: loss.rows }),
        }),
  };
}

/** See MigrationManager.dryRun. */
export async function dryRun(
  workspace: Workspace,
  { lock = {}, timeouts, ...options }: PlanOptions,
): Promise<TrialResult> {
  // The row of a lock would be something that stays.
  const mode = lock.mode === "row" ? "none" : lock.mode;
  return await locked(workspace, { ...lock, mode }, async () => {
    const { connection, dialect } = await workspace.database();
    const { units, half } = await plannedUnits(workspace, "forward", options);
    const started = new Set<string>();
    const notTried: readonly NotTried[] =
      units.length === 0
        ? []
        : await tryUnits(
            { connection, dialect, timeouts, tell: workspace.emit, signal: workspace.signal },
            units,
            ({ name }) => {
              started.add(name);
              workspace.emit({ kind: "trying", name });
            },
            half,
          );
    return { tried: [...started], notTried };
  });
}

/** What upgrade or downgrade would run, and which migration is applied in part. Creates nothing. */
async function plannedUnits(
  workspace: Workspace,
  direction: Direction,
  { target, steps = 1, strict = false }: PlanOptions,
): Promise<{ readonly units: readonly Unit[]; readonly half: HalfApplied | undefined }> {
  const files = await workspace.files();
  const resolve = direction === "forward" ? resolveMigration : resolveTargetBack;
  const goal = target === undefined ? undefined : resolve(namesOf(files), target);
  const { connection, dialect, recorder } = await workspace.database();
  const half = await halfApplied(workspace);
  const recorded = (await recorder.names(connection)) ?? [];
  const applied = direction === "forward" ? recorded : withHalf(recorded, half);
  workspace.missing(files, applied);
  const history = await loadHistory(workspace, files, applied);
  const { graph } = history;
  tellEdited(workspace, history.edited, strict);
  const names =
    direction === "forward"
      ? planUpgrade(graph, applied, goal)
      : planDowngrade(graph, applied, goal === undefined ? { steps } : { target: goal });
  if (names.length === 0) return { units: [], half };
  requireFiles(history.unknown);
  if (direction === "backward") {
    requireCode(history, names);
    return {
      units: unitsBackward(graph, new Set(applied), takenUp(names, half, direction, graph), dialect.name),
      half,
    };
  }
  requireOneEnd(history, goal, applied);
  tellOutOfOrder(workspace, graph, applied, names, strict);
  const units = unitsForward(graph, new Set(applied), takenUp(names, half, direction, graph), dialect.name);
  requireSameEnd(graph, applied, units);
  return { units, half };
}
