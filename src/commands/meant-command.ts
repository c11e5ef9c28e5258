import { nearest } from "../nearest.ts";

/** What other tools call the same. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  migrate: "upgrade",
  up: "upgrade",
  apply: "upgrade",
  deploy: "upgrade",
  push: "upgrade",
  latest: "upgrade",
  down: "downgrade",
  rollback: "downgrade",
  revert: "downgrade",
  undo: "downgrade",
  reset: "downgrade",
  generate: "makemigrations",
  revision: "makemigrations",
  create: "makemigrations",
  make: "makemigrations",
  new: "makemigrations",
  autogenerate: "makemigrations",
  showmigrations: "heads",
  list: "heads",
  ls: "heads",
  current: "status",
  info: "status",
  st: "status",
  log: "history",
  sql: "sqlmigrate",
  show: "sqlmigrate",
  validate: "check",
  lint: "check",
  drift: "diff",
  compare: "diff",
  test: "verify",
  pull: "inspect",
  introspect: "inspect",
  inspectdb: "inspect",
  import: "inspect",
  repair: "resolve",
  stamp: "resolve",
  setup: "init",
};

/** The command that somebody most likely means; undefined where nobody can tell. */
export function meantCommand(given: string, names: readonly string[]): string | undefined {
  const lower = given.toLowerCase();
  // A name of its own comes before one that is merely alike.
  const known = Object.hasOwn(ELSEWHERE, lower) ? ELSEWHERE[lower] : undefined;
  if (known !== undefined && names.includes(known)) return known;
  const [only, another] = names.filter((name) => lower.length > 1 && name.startsWith(lower));
  return (another === undefined ? only : undefined) ?? nearest(given, names);
}
