import { canLose } from "../executor/losses.ts";
import type { Recording, Target } from "../executor/target.ts";
import { type Transaction, transactionAhead } from "../executor/together.ts";
import type { Unit } from "../executor/unit.ts";
import type { JudgeAgain } from "./consent.ts";
import type { MissingTables } from "./records.ts";
import type { Database } from "./workspace.ts";

/** How migrations of one direction are recorded: see Recording; `half` is the one that is done in part, if any. */
export interface Records extends Pick<Recording, "confirm" | "half"> {
  readonly record: (name: string) => readonly string[];
  readonly undo: (name: string) => readonly string[];
  readonly judgeAgain: JudgeAgain;
  /** The tables of the records, where they may still be missing. */
  readonly tables?: MissingTables | undefined;
}

/** Works out what is to be sent for migrations, where possible while the server is at work on those before them. */
export class Ahead {
  readonly #database: Database;
  readonly #target: Target;
  readonly #records: Records;
  readonly #recordings = new Map<Unit, Recording>();
  readonly #transactions = new Map<Unit, Transaction | undefined>();

  constructor(database: Database, target: Target, records: Records) {
    this.#database = database;
    this.#target = target;
    this.#records = records;
  }

  /** The first of these units, as many as may be sent together. */
  together(units: readonly Unit[]): Transaction[] {
    const transactions: Transaction[] = [];
    for (const unit of units) {
      this.#prepare(unit);
      const transaction = this.#transactions.get(unit);
      // Of what can lose rows somebody has to be asked once those before it have run.
      if (transaction === undefined || canLose(unit)) break;
      transactions.push(transaction);
    }
    return transactions;
  }

  /** How a unit is recorded that has its turn now. */
  recordingOf(unit: Unit): Recording {
    const recording = this.#recordings.get(unit) ?? this.#recording(unit);
    this.forget(unit);
    return recording;
  }

  /** What has run need not be kept. */
  forget(unit: Unit): void {
    this.#recordings.delete(unit);
    this.#transactions.delete(unit);
  }

  /** Prepares units once what was asked for before is on its way to the server. */
  prepareLater(units: readonly Unit[]): void {
    const prepare = () => {
      for (const unit of units) this.#prepare(unit);
    };
    // The driver sends a message in the first turn of the event loop after this one.
    if (units.length > 0) setImmediate(() => setImmediate(prepare));
  }

  #prepare(unit: Unit): void {
    if (this.#recordings.has(unit)) return;
    try {
      const recording = this.#recording(unit);
      this.#recordings.set(unit, recording);
      this.#transactions.set(unit, transactionAhead(this.#target, unit, recording));
    } catch {
      // It fails again when it is asked for.
    }
  }

  #recording({ name, direction }: Unit): Recording {
    const { recorder, journal } = this.#database;
    const { confirm, record, undo, half } = this.#records;
    return {
      confirm,
      record: record(name),
      undo: undo(name),
      done: recorder.guard(name, direction),
      journal,
      half: half?.name === name ? half : undefined,
    };
  }
}
