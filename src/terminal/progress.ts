import type { Activity } from "../connection/activity.ts";
import type { Connection } from "../connection/connection.ts";
import { durationText } from "../duration.ts";
import type { CopyEvent } from "../executor/copy.ts";
import type { ManagerEvent } from "../manager-options.ts";
import { showEvent } from "./events.ts";
import type { LiveLine } from "./live-line.ts";
import type { Output } from "./output.ts";
import { runningText, waitingText } from "./running-text.ts";

/** What runs for longer than this is shown while it runs. */
const SHOWN_AFTER_MS = 1_000;
const LOOK_MS = 500;

/** A bar is not drawn before that, and not more often. */
const REDRAW_MS = 100;
const BAR_AFTER_MS = 200;
const BAR_WIDTH = 24;

/** Shows at a terminal what happens while a command works: a line for each migration, and what takes long as it goes. */
export class Progress {
  readonly #output: Output;
  readonly #line: LiveLine;
  #connection: Connection | undefined;
  #running: { readonly name: string; readonly doing: string; readonly since: number } | undefined;
  #statement: { readonly text: string | undefined; readonly since: number } = { text: undefined, since: 0 };
  #lookedAt = 0;
  #drawnAt = 0;
  /** Nothing runs before that: what was tried is undone. */
  #pausedUntil = 0;
  #timer: Timer | undefined;

  constructor(output: Output, line: LiveLine) {
    this.#output = output;
    this.#line = line;
  }

  /** The session whose statements are shown. */
  watch(connection: Connection): void {
    this.#connection = connection;
  }

  show(event: ManagerEvent): void {
    switch (event.kind) {
      case "started":
        this.#begin(event.name, event.direction === "forward" ? "applying" : "reverting");
        break;
      case "finished":
        this.#end(event.name);
        this.#output.done(
          event.direction === "forward" ? "applied" : "reverted",
          `${event.name} (${durationText(event.elapsedMs)})`,
        );
        break;
      case "copying":
        this.#drawBar(event);
        break;
      case "copied":
        this.#showName();
        break;
      case "retrying":
        this.#pausedUntil = performance.now() + event.pauseMs;
        // The time of the next try is its own.
        this.#statement = { text: undefined, since: performance.now() };
        this.#showName();
        showEvent(this.#output, event);
        break;
      case "omitted":
        this.#output.note(`${this.#running?.name ?? "note"}: ${event.note}`);
        break;
      case "trying":
        this.#begin(event.name, "trying");
        showEvent(this.#output, event);
        break;
      case "doneMeanwhile":
        this.#end(event.name);
        showEvent(this.#output, event);
        break;
      default:
        showEvent(this.#output, event);
    }
  }

  /** Nothing runs any more, or nobody is to see it. */
  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#running = undefined;
    this.#line.clear();
  }

  #begin(name: string, doing: string): void {
    this.#line.clear();
    this.#running = { name, doing, since: performance.now() };
    this.#statement = { text: undefined, since: performance.now() };
    this.#showName();
    // It keeps nothing alive that has come to its end.
    this.#timer ??= setInterval(() => void this.#look(), LOOK_MS).unref();
  }

  /** While SQLite runs a statement nothing else can be drawn. */
  #showName(): void {
    if (this.#running !== undefined) this.#line.show(`${this.#running.doing} ${this.#running.name} ...`);
  }

  /** Migrations that share a transaction are told as finished together, after the last one has begun. */
  #end(name: string): void {
    if (this.#running === undefined || this.#running.name === name) this.stop();
    else this.#line.clear();
  }

  /** Shows the statement that runs, for how long, and for whom it waits. */
  async #look(): Promise<void> {
    const running = this.#running;
    if (running === undefined) return;
    const { statements, blockers } = (await this.#connection?.activity()) ?? NOTHING;
    const now = performance.now();
    const statement = runningText(statements);
    // It may have begun right after the last look.
    if (statement !== this.#statement.text) this.#statement = { text: statement, since: this.#lookedAt };
    this.#lookedAt = now;
    if (running !== this.#running || now - running.since < SHOWN_AFTER_MS || now < this.#pausedUntil) return;
    // A copy shows itself.
    if (now - this.#drawnAt < 2 * LOOK_MS) return;
    const since = statement === undefined ? running.since : Math.max(this.#statement.since, running.since);
    const seconds = `${Math.round((now - since) / 1000)} s`;
    const head = `${running.doing} ${running.name}: ${seconds}${waitingText(blockers)}`;
    this.#line.show(statement === undefined ? head : `${head}: ${statement}`);
  }

  #drawBar({ table, rows, part }: CopyEvent): void {
    const running = this.#running;
    const now = performance.now();
    if (running === undefined || now - running.since < BAR_AFTER_MS) return;
    if (now - this.#drawnAt < REDRAW_MS) return;
    this.#drawnAt = now;
    const filled = Math.round(part * BAR_WIDTH);
    const bar = `${"#".repeat(filled)}${"-".repeat(BAR_WIDTH - filled)}`;
    const percent = `${Math.floor(part * 100)} %`.padStart(5);
    this.#line.show(
      `${running.doing} ${running.name}: copying ${table} [${bar}]${percent}, ${rows.toLocaleString("en")} rows`,
    );
  }
}

const NOTHING: Activity = { statements: [], blockers: [] };
