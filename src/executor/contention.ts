import type { Blocker } from "../connection/activity.ts";
import { DDL_LOCK_TIMEOUT_MS, type Timeouts } from "../dialects/timeouts.ts";
import { durationText } from "../duration.ts";
import { DatabaseError } from "../errors.ts";
import { hidePasswords } from "../schema/hide-passwords.ts";
import { pause } from "./pause.ts";
import { StepFailure } from "./step-failure.ts";
import type { Target } from "./target.ts";
import type { Unit } from "./unit.ts";

/** How often the same is tried where somebody else holds a lock. */
const ATTEMPTS = 10;

/** The first pause is this part of the time that was waited for the lock; each one is twice as long as the one before, up to a limit. */
const FIRST_PAUSE = 1 / 4;
const LONGEST_PAUSE = 8;

/** Who waits for longer than this looks for whom, and again as often. */
const LOOK_MS = 1_000;

/** How many characters of somebody else's statement are shown. */
const QUERY_LENGTH = 200;

/**
 * Does `work`, which a refusal leaves undone, again and again as long as it does not get a lock in time: in the pauses,
 * those who have queued behind it come through. Tells who holds the lock.
 * @throws what `work` throws, the reason of the signal where that is aborted in a pause, at last with who held the lock in the hint
 */
export async function withRetries<T>(
  target: Target,
  unit: Pick<Unit, "name" | "timeouts">,
  mayRepeat: boolean,
  work: () => Promise<T>,
): Promise<T> {
  const { dialect, tell } = target;
  const { name } = unit;
  // Those who were seen last, in whichever try: a short one may end before anybody could look.
  let seen: readonly Blocker[] = [];
  for (let attempt = 1; ; attempt += 1) {
    const stop = watchBlockers(target, unit, (blockers, areOthers) => {
      seen = blockers;
      if (areOthers) tell?.({ kind: "blocked", name, blockers });
    });
    try {
      return await work();
    } catch (error) {
      const cause = error instanceof StepFailure ? error.cause : error;
      if (!(cause instanceof DatabaseError) || !dialect.isContention(cause)) throw error;
      if (!mayRepeat || attempt === ATTEMPTS) throw withBlockers(error, cause, seen);
      const pauseMs = pauseAfter(attempt, lockTimeout(target, unit));
      const why = cause.message;
      tell?.({ kind: "retrying", name, why, pauseMs, attempt: attempt + 1, attempts: ATTEMPTS });
      await pause(pauseMs, target.signal);
    } finally {
      stop();
    }
  }
}

/** What a file says of itself, and where it says nothing what was said of all. */
export function effective(all: Timeouts = {}, own: Timeouts = {}): Timeouts {
  return { lockMs: own.lockMs ?? all.lockMs, statementMs: own.statementMs ?? all.statementMs };
}

/** A blocker in words: `pid 4711 (psql, user app, idle in transaction since ...): SELECT ...`. */
export function describeBlocker({ pid, application, user, state, since, query }: Blocker): string {
  if (pid === 0) return "a prepared transaction (see pg_prepared_xacts)";
  const doing = [state, since === undefined ? undefined : `since ${since.toISOString()}`];
  const details = [
    application,
    user === undefined ? undefined : `user ${user}`,
    doing.filter((part) => part !== undefined).join(" "),
  ].filter((part) => part !== undefined && part !== "");
  const who = `pid ${pid}${details.length === 0 ? "" : ` (${details.join(", ")})`}`;
  return query === undefined ? who : `${who}: ${shortened(query)}`;
}

function shortened(query: string): string {
  const line = hidePasswords(query.replaceAll(/\s+/g, " ").trim());
  return line.length > QUERY_LENGTH ? `${line.slice(0, QUERY_LENGTH)} ...` : line;
}

function pauseAfter(attempt: number, lockMs: number): number {
  const unit = lockMs === 0 ? DDL_LOCK_TIMEOUT_MS : lockMs;
  const pause = Math.min(unit * FIRST_PAUSE * 2 ** (attempt - 1), unit * LONGEST_PAUSE);
  // Not at the same moments as others who do the same.
  return pause * (0.75 + Math.random() / 2);
}

function lockTimeout({ timeouts }: Target, unit: Pick<Unit, "timeouts">): number {
  return effective(timeouts, unit.timeouts).lockMs ?? DDL_LOCK_TIMEOUT_MS;
}

/**
 * Looks from time to time who keeps the session waiting, and tells where that is somebody, and whether it is somebody else
 * than the last time. Returns what ends that.
 */
export function watchBlockers(
  target: Target,
  unit: Pick<Unit, "timeouts">,
  onBlocked: (blockers: readonly Blocker[], areOthers: boolean) => void,
): () => void {
  const lockMs = lockTimeout(target, unit);
  const everyMs = lockMs === 0 ? LOOK_MS : Math.min(LOOK_MS, lockMs / 2);
  let timer: Timer | undefined;
  let stopped = false;
  let told = "";
  const look = async () => {
    const { blockers } = await target.connection.activity();
    if (stopped) return;
    if (blockers.length > 0) {
      onBlocked(blockers, pidsOf(blockers) !== told);
      told = pidsOf(blockers);
    }
    timer = setTimeout(look, everyMs);
  };
  timer = setTimeout(look, everyMs);
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}

function pidsOf(blockers: readonly Blocker[]): string {
  return blockers.map(({ pid }) => pid).join();
}

/** The same failure, with who is to blame and what can be done about it in its hint. */
function withBlockers(error: unknown, cause: DatabaseError, blockers: readonly Blocker[]): unknown {
  const [first] = blockers;
  const hint = [
    ...blockers.map((blocker) => `the lock is held by ${describeBlocker(blocker)}`),
    ...(first === undefined || first.pid === 0
      ? []
      : [`wait for its end, or end it: SELECT pg_terminate_backend(${first.pid})`]),
    'to wait longer: --ddl-lock-timeout 30s, or in the file: export const timeouts = { lock: "30s" };',
  ].join("\n");
  const told = new DatabaseError(cause.message, { ...cause.details, hint }, cause);
  return error instanceof StepFailure ? new StepFailure(told, error.operations, error.statement) : told;
}

/** What is told of a migration that has to wait. */
export type ContentionEvent =
  /** A statement of it, or of one of several that were sent together, waits for a lock that these hold. */
  | { readonly kind: "blocked"; readonly name: string; readonly blockers: readonly Blocker[] }
  /** It did not get the lock, is undone, and is tried again after a pause. */
  | {
      readonly kind: "retrying";
      readonly name: string;
      /** The database's message. */
      readonly why: string;
      readonly pauseMs: number;
      /** The number of the try that comes, from 2. */
      readonly attempt: number;
      readonly attempts: number;
    };

/** What is told of it, in words. */
export function describeContention(event: ContentionEvent): string {
  if (event.kind === "blocked") {
    return `${event.name} waits for a lock that is held by ${event.blockers.map(describeBlocker).join("\n  and by ")}`;
  }
  const { name, why, pauseMs, attempt, attempts } = event;
  return `${name}: ${why}; it is undone and tried again in ${durationText(pauseMs)} (${attempt} of ${attempts})`;
}
