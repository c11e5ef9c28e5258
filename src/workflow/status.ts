import { YaraError } from "../errors.ts";
import { isMissing } from "../executor/own-table.ts";
import type { AppliedMigration } from "../executor/recorder.ts";
import type { HeldLock, Status } from "../manager-options.ts";
import type { MigrationFile } from "../migrations/files.ts";
import { checkNumbers } from "../migrations/graph.ts";
import { planUpgrade } from "../migrations/plan.ts";
import { halfApplied, withoutSteps } from "./half-applied.ts";
import { loadBranches } from "./history.ts";
import { outOfOrder } from "./out-of-order.ts";
import { type Database, namesOf, type Workspace } from "./workspace.ts";

/** See MigrationManager.status. */
export async function status(workspace: Workspace): Promise<Status> {
  const files = await workspace.files();
  const database = await workspace.database();
  const { connection, dialect, recorder } = database;
  const isRecorded = (await recorder.names(connection)) !== undefined;
  const applied = isRecorded ? await recorder.applied(connection) : [];
  const problems: string[] = [];
  /** What cannot be told is told as a problem: the rest counts all the more then. */
  const tell = async <T>(work: () => Promise<T>, otherwise: T): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      if (!YaraError.is(error)) throw error;
      problems.push(error.message);
      return otherwise;
    }
  };
  const half = await tell(async () => {
    const found = await halfApplied(workspace);
    return found === undefined ? undefined : withoutSteps(found);
  }, undefined);
  const found = await tell(() => readHistory(workspace, files, applied), {
    pending: namesOf(files).filter((name) => !applied.some((record) => record.name === name)),
    edited: [],
    outOfOrder: [],
    leaves: [],
  });
  return {
    database: { name: await dialect.databaseName(connection), version: await dialect.version(connection) },
    directory: workspace.directory,
    app: workspace.app,
    files: files.length,
    applied,
    ...found,
    missing: missingOf(files, applied, half),
    ...(half === undefined ? {} : { halfApplied: half }),
    locks: await tell(() => heldLocks(database, workspace.app), []),
    problems,
  };
}

async function readHistory(
  workspace: Workspace,
  files: readonly MigrationFile[],
  applied: readonly AppliedMigration[],
): Promise<Pick<Status, "pending" | "edited" | "outOfOrder" | "leaves">> {
  const names = applied.map(({ name }) => name);
  const { graph, absent, edited } = await loadBranches(workspace, files, names);
  const leaves = graph.leaves().filter((name) => !absent.has(name));
  // Two that have one number are two branches, which are seen by their ends: unless all but one end in a file that is gone.
  if (leaves.length <= 1) checkNumbers(graph, absent, new Set(names));
  const pending = planUpgrade(graph, names);
  return {
    pending,
    edited: edited.map(({ name }) => name),
    outOfOrder: outOfOrder(graph, names, pending),
    leaves,
  };
}

function missingOf(
  files: readonly MigrationFile[],
  applied: readonly AppliedMigration[],
  half: Status["halfApplied"],
): string[] {
  const known = new Set(namesOf(files));
  const names = [...applied.map(({ name }) => name), ...(half === undefined ? [] : [half.name])];
  return [...new Set(names)].filter((name) => !known.has(name));
}

/** Nobody knows which kind of lock another migrator uses: each is looked at. */
async function heldLocks({ connection, dialect }: Database, app: string): Promise<HeldLock[]> {
  const held: HeldLock[] = [];
  const writer = await dialect.writer?.(connection);
  if (writer !== undefined) held.push({ mode: "write", ...writer });
  for (const mode of ["advisory", "row"] as const) {
    try {
      const holder = await dialect.lock(mode, app)?.holder(connection);
      if (holder !== undefined) held.push({ mode, ...holder });
    } catch (error) {
      if (!isMissing("orm_lock", error)) throw error;
    }
  }
  return held;
}
