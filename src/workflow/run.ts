import type { Dialect } from "../dialects/dialect.ts";
import { ConnectionError } from "../errors.ts";
import { runUnit } from "../executor/executor.ts";
import { groupsOf } from "../executor/groups.ts";
import { NOT_SHARED, runShared, type SharedOutcome } from "../executor/share.ts";
import type { Target } from "../executor/target.ts";
import { runTogether } from "../executor/together.ts";
import type { Unit } from "../executor/unit.ts";
import type { UpgradeOptions } from "../manager-options.ts";
import { expectToRun } from "../much-to-do.ts";
import type { Operation } from "../operations/types.ts";
import { Ahead, type Records } from "./ahead.ts";
import { tellingWhatIsDone } from "./lost-session.ts";
import { tellingStop } from "./stopped.ts";
import type { Database, Workspace } from "./workspace.ts";

/** How long what is sent together may take, by what went before, and how many that are at most. */
const TOGETHER_MS = 100;
const MOST_TOGETHER = 16;

/** How long migrations may wait, and how others are kept out. */
type Waiting = Pick<UpgradeOptions, "timeouts" | "lock">;

/**
 * Runs migrations of one direction in their order, each with its record, and tells of them. Puts the names of those that
 * have run into `names`; of the others, another migrator has done them meanwhile.
 * @throws MigrationError naming file, operation and statement; StoppedError
 */
export async function runAll(
  workspace: Workspace,
  units: readonly Unit[],
  records: Records,
  { timeouts, lock }: Waiting,
  names: string[],
): Promise<void> {
  expectToRun(units.length);
  const database = await workspace.database();
  const { connection, dialect } = database;
  const { emit: tell, signal } = workspace;
  const target: Target = { connection, dialect, timeouts, pooled: lock?.mode === "row", tell, signal };
  const run = new Run(workspace, database, target, records, names);
  await tellingStop(signal, names, async () => {
    for (let at = 0; at < units.length; ) {
      if (names.length > 0) await records.judgeAgain(units.slice(at, endOfShared(units, at, dialect)), names);
      signal?.throwIfAborted();
      const { committed, undone } = dialect.sharesTransactions
        ? await run.sharing(units.slice(at))
        : await run.sending(units.slice(at, at + 2 * MOST_TOGETHER));
      at += committed;
      // One by one: those that do not go together, or have lost the transaction that they shared.
      for (const unit of units.slice(at, at + (committed > 0 ? 0 : Math.max(undone, 1)))) {
        await run.one(unit, units[at + 1]);
        at += 1;
      }
    }
  });
}

/** Migrations as they run one after the other. */
class Run {
  readonly #workspace: Workspace;
  readonly #database: Database;
  readonly #target: Target;
  readonly #records: Records;
  readonly #names: string[];
  readonly #ahead: Ahead;
  /** How many milliseconds the last one took; undefined before the first, and where one has failed. */
  #pace: number | undefined;
  #started: Unit | undefined;

  constructor(workspace: Workspace, database: Database, target: Target, records: Records, names: string[]) {
    this.#workspace = workspace;
    this.#database = database;
    this.#target = target;
    this.#records = records;
    this.#names = names;
    this.#ahead = new Ahead(database, target, records);
  }

  /** Runs the first of these units in one transaction, as many as may share it. */
  async sharing(units: readonly Unit[]): Promise<SharedOutcome> {
    const { connection, recorder } = this.#database;
    const { record, half, tables } = this.#records;
    // What is done in part goes on step by step.
    if (half !== undefined) return NOT_SHARED;
    const outcome = await runShared(this.#target, units, {
      opening: tables?.creating() ?? [],
      async readDone() {
        const applied = new Set(await recorder.names(connection));
        return (name) => applied.has(name) === (units[0]?.direction === "forward");
      },
      record,
      onStart: (unit) => this.#start(unit),
      onEnd: (unit, end, elapsedMs) => this.#end(unit, end === "done", elapsedMs),
    });
    if (outcome.committed > 0) tables?.created();
    return outcome;
  }

  /**
   * Runs the first of these units in transactions of their own that are sent together, as many as should not take long; what
   * comes after them is worked out meanwhile. What fails has to run again by itself, and tells then why.
   */
  async sending(units: readonly Unit[]): Promise<SharedOutcome> {
    const most = this.#pace === undefined ? 0 : Math.min(TOGETHER_MS / this.#pace, MOST_TOGETHER);
    const transactions = this.#ahead.together(units.slice(0, most));
    const [first] = transactions;
    if (first === undefined || transactions.length < 2) return NOT_SHARED;
    this.#start(first.unit);
    const begun = performance.now();
    const sent = runTogether(this.#target, transactions);
    this.#ahead.prepareLater(units.slice(transactions.length, transactions.length + MOST_TOGETHER));
    const { committed, failure } = await sent;
    // Nobody can tell what each of them took.
    const elapsedMs = (performance.now() - begun) / Math.max(committed, 1);
    for (const { unit } of transactions.slice(0, committed)) {
      this.#start(unit);
      this.#end(unit, true, elapsedMs);
      this.#ahead.forget(unit);
    }
    const lost = transactions.slice(committed).map(({ unit }) => unit);
    // Where all of them are committed, whatever comes next finds out that the session is lost.
    if (failure instanceof ConnectionError && lost.length > 0)
      await tellingWhatIsDone(lost, this.#names, () => Promise.reject(failure));
    this.#pace = failure === undefined ? elapsedMs : undefined;
    return { committed, undone: 0 };
  }

  /** Runs one unit. What comes after it is worked out meanwhile. */
  async one(unit: Unit, next: Unit | undefined): Promise<void> {
    if (!this.#target.dialect.sharesTransactions) this.#ahead.prepareLater(next === undefined ? [] : [next]);
    await tellingWhatIsDone([unit], this.#names, async () => {
      await this.#records.tables?.create();
      this.#workspace.signal?.throwIfAborted();
      this.#start(unit);
      const begun = performance.now();
      const ran = await runUnit(this.#target, unit, this.#ahead.recordingOf(unit));
      this.#pace = performance.now() - begun;
      this.#end(unit, ran, this.#pace);
      if (mayHaveSet(unit, this.#target.dialect)) await this.#resetSession();
    });
  }

  /** What a migration sets for the session is over with it: the next one may as well run another day. */
  async #resetSession(): Promise<void> {
    const { connection, dialect } = this.#target;
    // On a session that is lost the next one fails, and tells it.
    await connection.execute([dialect.resetSession]).catch(() => {});
  }

  #start(unit: Unit): void {
    // Of those that were sent together, the first has begun before it runs by itself.
    if (unit === this.#started) return;
    this.#started = unit;
    const { name, direction, changes } = unit;
    this.#workspace.emit({ kind: "started", name, direction });
    for (const { operation } of changes) {
      for (const note of this.#target.dialect.omissions(operation))
        this.#workspace.emit({ kind: "omitted", note });
    }
  }

  #end({ name, direction }: Unit, ran: boolean, elapsedMs: number): void {
    if (ran) this.#names.push(name);
    this.#workspace.emit(
      ran ? { kind: "finished", name, direction, elapsedMs } : { kind: "doneMeanwhile", name, direction },
    );
  }
}

/** The end of the units, as many as may share a transaction: none of them sees what SQL or code of another one has done. */
function endOfShared(units: readonly Unit[], from: number, dialect: Dialect): number {
  if (!dialect.sharesTransactions) return from + 1;
  const own = units.findIndex(
    ({ changes }, at) => at >= from && changes.some(({ operation }) => hasOwnSql(operation)),
  );
  return own < 0 ? units.length : own + 1;
}

/** True for a unit of which something may stay in the session. */
function mayHaveSet(unit: Unit, dialect: Dialect): boolean {
  const kinds = unit.changes.map(({ operation }) => operation.kind);
  if (kinds.includes("runCode")) return true;
  // Others than the user's statements set nothing.
  if (!kinds.includes("runSQL")) return false;
  return groupsOf(unit, dialect).some(({ natures }) => natures.some(({ ofSession }) => ofSession === true));
}

function hasOwnSql({ kind }: Operation): boolean {
  return kind === "runSQL" || kind === "runCode";
}
