import type { Blocker } from "../connection/activity.ts";
import { hidePasswords } from "../schema/hide-passwords.ts";
import { OWN_TABLES } from "../schema/own-tables.ts";
import { cut } from "./live-line.ts";

/** Of several statements, so much of the first and of the last one. */
const STATEMENT_WIDTH = 24;

/** More than any line has; a statement may have millions. */
const READ = 4_000;

/** What runs, for people; undefined for nothing, and for what frames a migration: that is over in a moment. */
export function runningText(statements: readonly string[]): string | undefined {
  const texts = statements.filter((sql) => !isOwn(sql)).map((sql) => hidePasswords(sql.slice(0, READ)));
  const [first = "", last = ""] = [texts[0], texts.at(-1)];
  if (texts.length < 2) return texts[0];
  // Which of them it is, the server does not tell.
  return `one of ${texts.length} statements, ${cut(first, STATEMENT_WIDTH)} to ${cut(last, STATEMENT_WIDTH)}`;
}

/** For whom it waits, or nothing; more of them has been told in a line of its own. */
export function waitingText([first, ...others]: readonly Blocker[]): string {
  if (first === undefined) return "";
  const who = first.pid === 0 ? "a prepared transaction" : `pid ${first.pid}`;
  return ` (waiting for ${who}${others.length === 0 ? "" : ` and ${others.length} more`})`;
}

function isOwn(sql: string): boolean {
  return (
    /^(begin|commit|rollback|set local|select (set_config|pg_advisory_xact_lock))\b/i.test(sql) ||
    OWN_TABLES.some((table) => sql.slice(0, 200).includes(`"${table}"`))
  );
}
