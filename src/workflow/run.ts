import type { Dialect } from "../dialects/dialect.ts";
import { runUnit } from "../executor/executor.ts";
import { prepareAhead } from "../executor/prepared.ts";
import { runShared, type SharedOutcome } from "../executor/share.ts";
import type { Recording, Target } from "../executor/target.ts";
import type { Unit } from "../executor/unit.ts";
import type { UpgradeOptions } from "../manager-options.ts";
import { expectToRun } from "../much-to-do.ts";
import type { Operation } from "../operations/types.ts";
import type { JudgeAgain } from "./consent.ts";
import { tellingWhatIsDone } from "./lost-session.ts";
import type { Workspace } from "./workspace.ts";

/** How migrations of one direction are recorded: see Recording; `half` is the one that is done in part, if any. */
interface Records extends Pick<Recording, "confirm" | "half"> {
  readonly record: (name: string) => readonly string[];
  readonly undo: (name: string) => readonly string[];
  readonly judgeAgain: JudgeAgain;
}

/** The first of them has run with no other. */
const NOT_SHARED: SharedOutcome = { committed: 0, undone: 0 };

/** How long migrations may wait, and how others are kept out. */
type Waiting = Pick<UpgradeOptions, "timeouts" | "lock">;

/**
 * Runs migrations of one direction in their order, each with its record, and tells of them. Puts the names of those that
 * have run into `names`; of the others, another migrator has done them meanwhile.
 */
export async function runAll(
  workspace: Workspace,
  units: readonly Unit[],
  records: Records,
  { timeouts, lock }: Waiting,
  names: string[],
): Promise<void> {
  expectToRun(units.length);
  const { connection, dialect } = workspace.database();
  const { emit: tell, signal } = workspace;
  const target: Target = { connection, dialect, timeouts, pooled: lock?.mode === "row", tell, signal };
  const { recordingOf, prepareLater } = preparing(workspace, target, records);
  for (let at = 0; at < units.length; ) {
    if (names.length > 0) await records.judgeAgain(units.slice(at, endOfShared(units, at, dialect)), names);
    const { committed, undone } = dialect.sharesTransactions
      ? await share(workspace, target, units.slice(at), records, names)
      : NOT_SHARED;
    at += committed;
    // One by one: those that do not share a transaction, or have lost the one that they shared.
    for (const unit of units.slice(at, at + (committed > 0 ? 0 : Math.max(undone, 1)))) {
      if (!dialect.sharesTransactions) prepareLater(units[at + 1]);
      if (await tellingWhatIsDone(unit, names, () => runOne(workspace, target, unit, recordingOf(unit))))
        names.push(unit.name);
      at += 1;
    }
  }
}

/** What is to be said of a unit can be worked out while the server is at work on the one before. */
function preparing(workspace: Workspace, target: Target, { confirm, record, undo, half }: Records) {
  const { recorder, journal } = workspace.database();
  const ready = new Map<Unit, Recording>();
  const recording = ({ name, direction }: Unit): Recording => ({
    confirm,
    record: record(name),
    undo: undo(name),
    done: recorder.guard(name, direction),
    journal,
    half: half?.name === name ? half : undefined,
  });
  return {
    recordingOf(unit: Unit): Recording {
      const made = ready.get(unit) ?? recording(unit);
      ready.delete(unit);
      return made;
    },
    prepareLater(unit: Unit | undefined): void {
      if (unit === undefined) return;
      const prepare = () => {
        try {
          const made = recording(unit);
          ready.set(unit, made);
          prepareAhead(target, unit, made);
        } catch {
          // It fails again when it is asked for.
        }
      };
      // The driver sends a message in the first turn of the event loop after this one.
      setImmediate(() => setImmediate(prepare));
    },
  };
}

/** The end of the units, as many as may share a transaction: none of them sees what SQL or code of another one has done. */
function endOfShared(units: readonly Unit[], from: number, dialect: Dialect): number {
  if (!dialect.sharesTransactions) return from + 1;
  const own = units.findIndex(
    ({ changes }, at) => at >= from && changes.some(({ operation }) => hasOwnSql(operation)),
  );
  return own < 0 ? units.length : own + 1;
}

function hasOwnSql({ kind }: Operation): boolean {
  return kind === "runSQL" || kind === "runCode";
}

async function share(
  workspace: Workspace,
  target: Target,
  units: readonly Unit[],
  { record, half }: Records,
  names: string[],
) {
  const { connection, recorder } = workspace.database();
  // What is done in part goes on step by step.
  if (half !== undefined) return NOT_SHARED;
  return await runShared(target, units, {
    async readDone() {
      const applied = new Set(await recorder.names(connection));
      return (name) => applied.has(name) === (units[0]?.direction === "forward");
    },
    record,
    onStart: (unit) => started(workspace, unit),
    onEnd(unit, outcome, elapsedMs) {
      if (outcome === "done") names.push(unit.name);
      ended(workspace, unit, outcome === "done", elapsedMs);
    },
  });
}

async function runOne(
  workspace: Workspace,
  target: Target,
  unit: Unit,
  recording: Recording,
): Promise<boolean> {
  workspace.signal?.throwIfAborted();
  started(workspace, unit);
  const begun = performance.now();
  const ran = await runUnit(target, unit, recording);
  ended(workspace, unit, ran, performance.now() - begun);
  return ran;
}

function started(workspace: Workspace, { name, direction, changes }: Unit): void {
  const { dialect } = workspace.database();
  workspace.emit({ kind: "started", name, direction });
  for (const { operation } of changes) {
    for (const note of dialect.omissions(operation)) workspace.emit({ kind: "omitted", note });
  }
}

function ended(workspace: Workspace, { name, direction }: Unit, ran: boolean, elapsedMs: number): void {
  workspace.emit(
    ran ? { kind: "finished", name, direction, elapsedMs } : { kind: "doneMeanwhile", name, direction },
  );
}
