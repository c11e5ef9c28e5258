import { existsSync, readdirSync } from "node:fs";
import { peekSqlite } from "./connection/peek-sqlite.ts";
import type { StoredRows } from "./connection/sqlite-file.ts";

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
const NAME = "[0-9]{4}_[A-Za-z0-9_-]+?";

/** All files with such names, with a slash behind each. */
const FILES = new RegExp(`^(?:${NAME}\\.ts/)*$`);

/*
 * A row of the records as SQLite stores it (https://www.sqlite.org/fileformat2.html, 1.6 and 2.1): an integer up to this one is a byte,
 * and the bytes of a larger one before its last are larger. A text has the type 13 and twice its length: the time `;`, 59.
 */
const LARGEST_OF_ONE_BYTE = 127;
const SIZE_AND_KEY = "[\\0-\\x7f][^\\0-\\x7f]{0,2}[\\0-\\x7f]";
const TIME = "\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d\\.\\d{3}";
const TIME_LENGTH = 23;

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
  // In the pages of a file the characters of any other look otherwise.
  if (!isUnescaped(app)) return undefined;
  if (existsSync(DOTENV) || existsSync(CONFIG)) return undefined;
  const applied = peekSqlite(path, RECORDS, {
    sql: "SELECT name FROM orm_migrations WHERE app = ?",
    parameters: [app],
    read: (rows) => namesStored(rows, app),
  });
  const files = applied && namesIn(directory);
  // Nothing else is there, so that there is nothing to apply, to miss or to warn of.
  if (applied === undefined || files === undefined || !isApplied(files, applied)) return undefined;
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

/** True where each file has been applied, and each that was applied has its file. */
function isApplied(files: Set<string>, applied: readonly unknown[]): boolean {
  if (applied.length !== files.size) return false;
  for (const name of applied) {
    if (!files.delete(name as string)) return false;
  }
  return true;
}

/**
 * The names in the rows of the records, where all are of this history and as the tool writes them: the header of the record has five
 * bytes, the key has no value in it (it is before the record), and the texts are the label, the name and the time.
 */
function namesStored({ text, count }: StoredRows, app: string): readonly string[] | undefined {
  const label = 13 + 2 * app.length;
  if (label > LARGEST_OF_ONE_BYTE) return undefined;
  const beforeName = `;${app}`;
  const header = `\\x05\\0${RegExp.escape(String.fromCharCode(label))}[\\r-\\x7f]`;
  const row = new RegExp(`${SIZE_AND_KEY}${header}${RegExp.escape(beforeName)}${NAME}${TIME}`, "gy");
  const rows = text.match(row) ?? [];
  // Else there is a row in which there is something else.
  if (rows.length !== count || rows.join("").length !== text.length) return undefined;
  const names: string[] = [];
  for (const stored of rows) {
    names.push(stored.slice(stored.indexOf(beforeName) + beforeName.length, -TIME_LENGTH));
  }
  return names;
}

/** The names of the files with migrations; undefined where anything else is beside them. */
function namesIn(directory: string): Set<string> | undefined {
  try {
    const entries = `${readdirSync(directory).join("/")}/`;
    if (!FILES.test(entries)) return undefined;
    const names = new Set(entries.split(".ts/"));
    // Behind the last one is nothing.
    names.delete("");
    return names;
  } catch {
    return undefined;
  }
}
