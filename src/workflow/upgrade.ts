import { UsageError } from "../errors.ts";
import type { Unit } from "../executor/unit.ts";
import { unitsForward } from "../executor/units.ts";
import type { UpgradeOptions } from "../manager-options.ts";
import { planUpgrade } from "../migrations/plan.ts";
import { resolveMigration } from "../migrations/resolve.ts";
import { findInitial, type NotCompared } from "../verifier/initial.ts";
import { requireConsent } from "./consent.ts";
import { requireDetails } from "./details.ts";
import { blocked, halfApplied, takenUp } from "./half-applied.ts";
import { loadHistory, meaningOf, tellEdited } from "./history.ts";
import { locked } from "./locked.ts";
import { requireOneEnd, requireSameEnd, tellOutOfOrder } from "./out-of-order.ts";
import { createAllRecords, createRecords, MissingTables } from "./records.ts";
import { runAll } from "./run.ts";
import { type Database, namesOf, requireFiles, type Workspace } from "./workspace.ts";

const NOTHING_COMPARED: NotCompared = { unsupported: [], unchecked: [] };

/** See MigrationManager.upgrade. */
export async function upgrade(workspace: Workspace, options: UpgradeOptions): Promise<string[]> {
  const { target, fake = false, fakeInitial = false, strict = false, lock = {} } = options;
  if (fake && fakeInitial) {
    throw new UsageError("fake and fakeInitial exclude each other", "fake records everything unseen");
  }
  const files = await workspace.files();
  const goal = target === undefined ? undefined : resolveMigration(namesOf(files), target);
  const database = await workspace.database();
  const { connection, dialect, recorder, details } = database;
  const recorded = await recorder.names(connection);
  workspace.missing(files, recorded ?? []);
  const isApplied = new Set(recorded);
  // Most starts of an application end here: no file is loaded and no lock is taken.
  if (!strict && files.every((file) => isApplied.has(file.name))) return [];

  const history = await loadHistory(workspace, files, recorded ?? []);
  const { graph } = history;
  tellEdited(workspace, history.edited, strict);
  const pending = planUpgrade(graph, recorded ?? [], goal);
  if (pending.length === 0) return [];
  requireFiles(history.unknown);
  requireOneEnd(history, goal, recorded ?? []);
  tellOutOfOrder(workspace, graph, recorded ?? [], pending, strict);
  return await locked(workspace, lock, async (confirm) => {
    // Whoever had the lock before may have done some of it, or all.
    const found = await recorder.names(connection);
    // Where migrations share a transaction, they come with the first of these.
    const isShared = dialect.sharesTransactions && !fake && !fakeInitial;
    const tables = found === undefined && isShared ? new MissingTables(workspace, database) : undefined;
    const createTables = fake ? createRecords : createAllRecords;
    const applied = found ?? (tables === undefined ? await createTables(workspace) : []);
    const half = await halfApplied(workspace);
    const planned = takenUp(planUpgrade(graph, applied, goal), half, "forward", graph);
    if (half !== undefined && fake) throw blocked(half, planned.includes(half.name));
    if (!fake && found !== undefined) await requireDetails(workspace);
    const units = unitsForward(graph, new Set(applied), planned, dialect.name);
    requireSameEnd(graph, applied, units);
    const roots = units.filter(({ name }) => graph.get(name).dependencies.length === 0);
    const existing = fakeInitial ? await initials(database, roots) : undefined;
    const faked = (name: string) => fake || existing?.has(name) === true;
    const real = units.filter(({ name }) => !faked(name));
    const judgeAgain = await requireConsent(workspace, real, options, half);
    const names: string[] = [];
    const record = (name: string) => [recorder.insert(name), details.insert(name, meaningOf(graph, name))];
    const records = { record, undo: () => [], confirm, half, judgeAgain, tables };
    for (let at = 0; at < units.length; ) {
      const end = units.findIndex(({ name }, index) => index >= at && faked(name));
      const ran = units.slice(at, end < 0 ? units.length : end);
      await runAll(workspace, ran, records, options, names);
      at += ran.length;
      const unit = units[at];
      const initial = unit && (fake ? NOTHING_COMPARED : existing?.get(unit.name));
      if (unit === undefined || initial === undefined) continue;
      await connection.execute([recorder.insert(unit.name)]);
      workspace.emit({ kind: "faked", name: unit.name, ...initial });
      names.push(unit.name);
      at += 1;
    }
    return names;
  });
}

/** What is there already of these migrations, by name; nothing for those that are to be run. */
async function initials(database: Database, units: readonly Unit[]): Promise<Map<string, NotCompared>> {
  const found = new Map<string, NotCompared>();
  for (const unit of units) {
    const initial = await findInitial(database, unit);
    if (initial !== undefined) found.set(unit.name, initial);
  }
  return found;
}
