import { existsSync, readdirSync } from "node:fs";
import { peekSqlite } from "./connection/peek-sqlite.ts";

/*
 * The start that applications make most is `upgrade` on a database in which everything is applied. For a SQLite file it is
 * answered here, before the tool is loaded, which takes three times as long. Only the plain ways of saying where everything is
 * are understood; whatever else there is, up to the first doubt, is left to the whole tool, which comes to the same answer.
 */

type Variables = Readonly<Record<string, string | undefined>>;

/** The places of a start; undefined where they are not said. */
interface Places {
  db: string | undefined;
  dir: string | undefined;
  app: string | undefined;
}

/** The table of the applied migrations; see executor/recorder.ts. */
export const RECORDS = {
  name: "orm_migrations",
  sql: `CREATE TABLE "orm_migrations" (
  "id" integer NOT NULL PRIMARY KEY AUTOINCREMENT,
  "app" varchar(255) NOT NULL,
  "name" varchar(255) NOT NULL,
  "applied_at" datetime NOT NULL DEFAULT ((strftime('%Y-%m-%d %H:%M:%f', 'now'))),
  UNIQUE ("app", "name")
)`,
};

/** The names of most migrations: see migrations/name.ts. */
const NAME = /^[0-9]{4}_[A-Za-z0-9_-]+$/;

const SQLITE = "sqlite:///";

/** What is read before anything else, where it is there. */
const DOTENV = ".env";
const CONFIG = "yara.config.ts";

/**
 * What `upgrade` prints where this command line, in this folder and with these variables, finds nothing to do; undefined
 * where something is to be done, or where that is not plain to see. Changes nothing.
 */
export function nothingToDo(words: readonly string[], variables: Variables): string | undefined {
  const options = readOptions(words);
  if (options === undefined || !areKnown(variables)) return undefined;
  const path = pathIn(options.db ?? nonEmpty(variables.DATABASE_URL));
  const directory = options.dir ?? nonEmpty(variables.YARA_DIR) ?? "migrations";
  const app = options.app ?? nonEmpty(variables.YARA_APP) ?? "models";
  if (path === undefined || !isPlain(directory) || !isPlain(app)) return undefined;
  // In the pages of a file the characters of any other are its bytes.
  if (!isUnescaped(app)) return undefined;
  if (existsSync(DOTENV) || existsSync(CONFIG)) return undefined;
  const applied = appliedNames(path, app);
  // Nothing else is there, so that there is nothing to apply, to miss or to warn of.
  if (applied === undefined || applied !== namesIn(directory)) return undefined;
  return options.json ? '{"formatVersion":1,"command":"upgrade","applied":[]}' : "applied: nothing to apply";
}

/** The options of `upgrade` where there are none but those that are understood here. */
function readOptions(words: readonly string[]): (Places & { readonly json: boolean }) | undefined {
  if (words[0] !== "upgrade") return undefined;
  const places: Places = { db: undefined, dir: undefined, app: undefined };
  let [json, quiet] = [false, false];
  for (let at = 1; at < words.length; at += 1) {
    const word = words[at] ?? "";
    if (word === "--json" && !json) json = true;
    else if (word === "--quiet" && !quiet) quiet = true;
    else {
      const equals = word.indexOf("=");
      const name = equals < 0 ? word.slice(2) : word.slice(2, equals);
      if (!word.startsWith("--") || !isPlace(name) || places[name] !== undefined) return undefined;
      if (equals < 0) at += 1;
      const value = equals < 0 ? words[at] : word.slice(equals + 1);
      if (value === undefined || value.startsWith("-")) return undefined;
      places[name] = value;
    }
  }
  return { ...places, json };
}

function isPlace(name: string): name is keyof Places {
  return name === "db" || name === "dir" || name === "app";
}

/** Other variables of the tool can change what is done, or be wrong. */
function areKnown(variables: Variables): boolean {
  const names = Object.keys(variables);
  // There can be many, and mostly none of them is meant.
  if (!names.join().includes("YARA_")) return true;
  for (const name of names) {
    if (!name.startsWith("YARA_") || name === "YARA_DIR" || name === "YARA_APP") continue;
    if (nonEmpty(variables[name]) !== undefined) return false;
  }
  return true;
}

/** The path in the URL of a SQLite database, where no character in it stands for something else. */
function pathIn(url: string | undefined): string | undefined {
  if (url?.startsWith(SQLITE) !== true) return undefined;
  const path = url.slice(SQLITE.length);
  // Of what this leaves as it is, these have a meaning in a URL.
  const isPlain = isUnescaped(path) && !(path.includes("?") || path.includes("#"));
  // Behind a link, `..` is elsewhere for the system.
  return isPlain && !(path.includes(":") || path.includes("@") || path.includes("/..")) ? path : undefined;
}

/** True where every character stands for itself in a URL. */
function isUnescaped(text: string): boolean {
  return text.isWellFormed() && encodeURI(text) === text;
}

function isPlain(text: string): boolean {
  return text.trim() !== "" && !text.includes("\0");
}

/** A variable that is empty is one that was not set. */
function nonEmpty(value: string | undefined): string | undefined {
  return value === "" ? undefined : value;
}

/** The names of the applied migrations, sorted; undefined where one could not be the name of a migration. */
function appliedNames(path: string, app: string): string | undefined {
  const columns = peekSqlite(path, RECORDS, ["id", "app", "name"]);
  if (columns === undefined) return undefined;
  const [, apps = [], all = []] = columns;
  const names: string[] = [];
  for (let at = 0; at < all.length; at += 1) {
    if (apps[at] !== app) continue;
    const name = all[at];
    if (typeof name !== "string" || !NAME.test(name)) return undefined;
    names.push(name);
  }
  return names.sort().join("/");
}

/** The names of the files with migrations, sorted; undefined where anything else is beside them. */
function namesIn(directory: string): string | undefined {
  try {
    const entries = readdirSync(directory);
    const names = `${entries.join("/")}/`.split(".ts/");
    // Behind the last one is nothing, and no slash was in any.
    return names.pop() === "" && names.length === entries.length ? names.sort().join("/") : undefined;
  } catch {
    return undefined;
  }
}
