import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { UsageError } from "./errors.ts";
import { nearest } from "./nearest.ts";

/** What a command knows of the project, from wherever it was said. */
export interface Settings {
  /** The migrations directory. */
  readonly directory: string;
  /** The label under which migrations are recorded. */
  readonly app: string;
  /** The database URL. */
  readonly database: string | undefined;
  /** Modules or globs; undefined where nobody named any. */
  readonly models: readonly string[] | undefined;
}

/** What `yara.config.ts` exports as its default: each key stands for the option of that name. */
export interface Config {
  readonly dir?: string;
  readonly app?: string;
  readonly db?: string;
  readonly models?: string | readonly string[];
}

/** Checks a configuration's type in the editor and returns it. */
export function defineConfig(config: Config): Config {
  return config;
}

type Flags = Readonly<Partial<Record<keyof Config | "config", string | undefined>>>;

const VARIABLES = { dir: "YARA_DIR", app: "YARA_APP", db: "DATABASE_URL", models: "YARA_MODELS" } as const;
const CONFIG_FILE = "yara.config.ts";

/**
 * Each setting from the first place that has it: flag, environment, `.env`, `yara.config.ts`, default.
 * @throws UsageError naming the file and the key that is wrong
 */
export async function readSettings(flags: Flags, cwd = process.cwd()): Promise<Settings> {
  const dotenv = await readDotenv(join(cwd, ".env"));
  const config = await readConfig(flags.config ?? process.env.YARA_CONFIG ?? dotenv.YARA_CONFIG, cwd);
  const find = (key: keyof typeof VARIABLES) =>
    flags[key] ?? nonEmpty(process.env[VARIABLES[key]]) ?? nonEmpty(dotenv[VARIABLES[key]]) ?? config[key];
  return {
    directory: notEmpty("--dir", find("dir")?.toString() ?? "migrations"),
    app: notEmpty("--app", find("app")?.toString() ?? "models"),
    database: find("db")?.toString(),
    models: modulesIn(find("models")),
  };
}

/** An empty value is a variable that was not set, not a wish for the default. */
function notEmpty(option: string, value: string): string {
  if (value.trim() === "") throw new UsageError(`${option} is empty`);
  return value;
}

function modulesIn(models: Config["models"]): readonly string[] | undefined {
  if (models === undefined) return undefined;
  const named = typeof models === "string" ? models.split(",") : models;
  const modules = named.map((part) => part.trim()).filter((part) => part !== "");
  if (modules.length === 0) throw new UsageError("--models names no module", "as in --models src/models.ts");
  return modules;
}

/** `.env` as Node reads it: unlike in Bun's own loader, a `$` in a password stays one. */
async function readDotenv(path: string): Promise<Record<string, string | undefined>> {
  if (!existsSync(path)) return {};
  try {
    // What this needs is as large as all the rest of a start that has nothing to do.
    const { parseEnv } = await import("node:util");
    return parseEnv(readFileSync(path, "utf8"));
  } catch (error) {
    throw new UsageError(`${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

async function readConfig(given: string | undefined, cwd: string): Promise<Config> {
  const path = resolve(cwd, given ?? CONFIG_FILE);
  if (!existsSync(path)) {
    if (given === undefined) return {};
    throw new UsageError(`there is no configuration file ${given}`);
  }
  const { importModules } = await import("./import-module.ts");
  const module = (await importModules([path])).get(path);
  return checkConfig(module?.default, given ?? CONFIG_FILE);
}

function checkConfig(config: unknown, file: string): Config {
  if (typeof config !== "object" || config === null) {
    throw new UsageError(
      `${file} has no default export that is an object`,
      "export default defineConfig({ ... })",
    );
  }
  for (const [key, value] of Object.entries(config)) {
    if (!(key in VARIABLES)) {
      const near = nearest(key, Object.keys(VARIABLES));
      throw new UsageError(
        `${file}: unknown key ${key}`,
        near === undefined ? `the keys are ${Object.keys(VARIABLES).join(", ")}` : `did you mean ${near}?`,
      );
    }
    const list = key === "models" && Array.isArray(value) && value.every((part) => typeof part === "string");
    if (typeof value !== "string" && !list) throw new UsageError(`${file}: ${key} must be text`);
  }
  return config;
}

function nonEmpty(value: string | undefined): string | undefined {
  return value === "" ? undefined : value;
}
