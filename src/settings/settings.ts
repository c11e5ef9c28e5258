import type { OpenOptions } from "../connection/open.ts";
import type { Timeouts } from "../dialects/timeouts.ts";
import { LOCK_TIMEOUT_MS, type LockOptions } from "../executor/lock.ts";
import { type Found, read } from "./found.ts";
import { pathText } from "./key-path.ts";
import type { SettingKey } from "./keys.ts";
import { type Flags, findSetting, openSources, type Sources } from "./sources.ts";

/** What a command knows of the project, from wherever it was said. */
export interface Settings {
  /** The migrations directory. */
  readonly directory: string;
  /** The label under which migrations are recorded. */
  readonly app: string;
  /** The database URL. */
  readonly database: string | undefined;
  /** Where it was said, for an error; undefined on the command line, where everybody sees it. */
  readonly databasePlace: string | undefined;
  /** Why there is none, where it was meant to be. */
  readonly databaseMissing: string | undefined;
  /** Modules or globs; undefined where nobody named any. */
  readonly models: readonly string[] | undefined;
  /** How others who migrate the same database are kept out. */
  readonly lock: LockOptions;
  readonly timeouts: Timeouts;
  /** How the session of a command that migrates is opened. */
  readonly opening: Pick<OpenOptions, "waitMs" | "createDatabase" | "busyTimeoutMs">;
  readonly json: boolean;
  readonly quiet: boolean;
  /** Undefined where nobody has said anything about colours. */
  readonly color: boolean | undefined;
  readonly debug: boolean;
  /** Whether somebody may be asked. */
  readonly input: boolean;
  /** What somebody who has chosen an environment should know. */
  readonly notices: readonly string[];
}

/**
 * Each setting from the first place that has it: option, variable, `.env`, the environment in `yara.config.ts`, the rest of
 * that file, default.
 * @throws UsageError naming the place that is wrong: the option, the variable, or the file and the path of the key
 */
export async function readSettings(flags: Flags, cwd = process.cwd()): Promise<Settings> {
  const sources = await openSources(flags, cwd);
  const find = <T>(key: SettingKey, as: (found: Found) => T): T | undefined => {
    const found = findSetting(key, sources);
    return found === undefined ? undefined : as(found);
  };
  const lock: LockOptions = {
    mode: find("lockMode", read.lockMode),
    timeoutMs: find("lockTimeout", read.duration),
  };
  const waitMs = find("wait", read.duration);
  const createDatabase = find("createDb", read.boolean);
  const unset = unsetDatabase(sources);
  return {
    directory: find("dir", read.text) ?? "migrations",
    app: find("app", read.text) ?? "models",
    database: unset === undefined ? find("db", read.url) : undefined,
    databasePlace: placeOf(findSetting("db", sources)),
    databaseMissing: unset,
    models: find("models", read.modules),
    lock,
    timeouts: {
      lockMs: find("ddlLockTimeout", read.duration),
      statementMs: find("statementTimeout", read.duration),
    },
    opening: {
      ...(waitMs === undefined ? {} : { waitMs }),
      ...(createDatabase === undefined ? {} : { createDatabase }),
      busyTimeoutMs: lock.timeoutMs ?? LOCK_TIMEOUT_MS,
    },
    json: find("json", read.boolean) ?? false,
    quiet: find("quiet", read.boolean) ?? false,
    color: find("color", read.boolean),
    debug: find("debug", read.boolean) ?? false,
    input: find("input", read.boolean) ?? true,
    notices: overruled(sources),
  };
}

function placeOf(found: Found | undefined): string | undefined {
  switch (found?.place.kind) {
    case "variable":
      return found.place.name;
    case "config":
      return `${found.place.file}: ${found.place.path}`;
    default:
      return undefined;
  }
}

/** An environment whose database has no value must not end in the database of another one. */
function unsetDatabase(sources: Sources): string | undefined {
  const { environment, file } = sources;
  if (environment === undefined || !("db" in environment.config) || environment.config.db !== undefined)
    return undefined;
  const place = findSetting("db", sources)?.place.kind;
  if (place === "option" || place === "variable") return undefined;
  return `${file}: ${pathText(["environments", environment.name, "db"])} is undefined`;
}

/** Whoever names an environment means its database. */
function overruled(sources: Sources): string[] {
  const { environment } = sources;
  if (environment === undefined || !environment.chosen || !("db" in environment.config)) return [];
  const found = findSetting("db", sources);
  if (found?.place.kind !== "variable" || found.value === environment.config.db) return [];
  return [`${found.place.name} is set, and comes before the database of the environment ${environment.name}`];
}
