import type { Activity, Blocker } from "../connection/activity.ts";
import type { Connection } from "../connection/connection.ts";
import { durationText } from "../duration.ts";
import { describeBlocker } from "../executor/contention.ts";
import type { CopyEvent } from "../executor/copy.ts";
import type { ManagerEvent } from "../manager-options.ts";
import { OWN_TABLES } from "../schema/own-tables.ts";
import { showEvent } from "./events.ts";
import type { LiveLine } from "./live-line.ts";
import type { Output } from "./output.ts";

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
    // While SQLite runs a statement nothing can be drawn.
    this.#line.show(`${doing} ${name} ...`);
    // It keeps nothing alive that has come to its end.
    this.#timer ??= setInterval(() => void this.#look(), LOOK_MS).unref();
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
    const statement = textOf(statements.filter((sql) => !isOwn(sql)));
    // It may have begun right after the last look.
    if (statement !== this.#statement.text) this.#statement = { text: statement, since: this.#lookedAt };
    this.#lookedAt = now;
    if (running !== this.#running || now - running.since < SHOWN_AFTER_MS) return;
    // A copy shows itself.
    if (now - this.#drawnAt < 2 * LOOK_MS) return;
    const since = statement === undefined ? running.since : Math.max(this.#statement.since, running.since);
    const waiting =
      blockers.length === 0
        ? ""
        : ` (waiting for ${blockers.map((blocker) => describeBlocker(withoutQuery(blocker))).join(", ")})`;
    const seconds = `${Math.round((now - since) / 1000)} s`;
    const head = `${running.doing} ${running.name}: ${seconds}${waiting}`;
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

/** What frames a migration and records it is over in a moment, whatever else takes long. */
function isOwn(sql: string): boolean {
  return (
    /^(begin|commit|set local|select (set_config|pg_advisory_xact_lock))\b/i.test(sql) ||
    OWN_TABLES.some((table) => sql.slice(0, 200).includes(`"${table}"`))
  );
}

function textOf([first, ...others]: readonly string[]): string | undefined {
  if (first === undefined || others.length === 0) return first;
  return `${others.length + 1} statements: ${first}`;
}

/** Of whom one waits for, what they do has been told in a line of its own. */
function withoutQuery({ query: _, ...blocker }: Blocker): Blocker {
  return blocker;
}
