import { existsSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { UsageError } from "../errors.ts";
import { nearest } from "../nearest.ts";
import type { Config, ConfigContext, EnvironmentConfig } from "./config.ts";
import { readDotenv, type Variables } from "./dotenv.ts";
import { type Found, read } from "./found.ts";
import { pathText } from "./key-path.ts";
import { type SettingKey, settingOf } from "./keys.ts";

/** Options as the command line has them, by name; a switch is true or false. */
export type Flags = Readonly<Record<string, unknown>>;

/** Everywhere that settings come from, from the first to the last. */
export interface Sources {
  readonly flags: Flags;
  readonly variables: Variables;
  readonly dotenv: Variables;
  /** The environment that counts. */
  readonly environment:
    | {
        readonly name: string;
        readonly config: EnvironmentConfig;
        /** By an option or a variable, and not by the configuration itself. */
        readonly chosen: boolean;
      }
    | undefined;
  readonly config: Config;
  readonly file: string;
}

const CONFIG_FILE = "yara.config.ts";

/** Reads `.env` and the configuration. @throws UsageError for what is wrong in them, and for an unknown environment */
export async function openSources(flags: Flags, cwd: string): Promise<Sources> {
  const variables: Variables = process.env;
  const named = (key: "env" | "envFile", ...more: Variables[]) => {
    const found = findIn(key, { flags, variables: [variables, ...more] });
    return found === undefined ? undefined : read.text(found);
  };
  const envFile = named("envFile");
  const dotenv = await readDotenv(envFile, cwd);
  const given = text(flags.config) ?? nonEmpty(variables.YARA_CONFIG) ?? nonEmpty(dotenv.YARA_CONFIG);
  if (given?.includes("\0")) throw new UsageError("the name of the configuration has a NUL character in it");
  const file = given ?? CONFIG_FILE;
  const chosen = named("env", dotenv);
  const config = await readConfig(given, cwd, { env: { ...dotenv, ...variables }, environment: chosen });
  const name = chosen ?? config?.env;
  const environment =
    name === undefined
      ? undefined
      : { name, config: environmentOf(config, name, file), chosen: chosen !== undefined };
  const other = envFile === undefined ? (environment?.config.envFile ?? config?.envFile) : undefined;
  return {
    flags,
    variables,
    dotenv: other === undefined ? dotenv : await readDotenv(other, cwd),
    environment,
    config: config ?? {},
    file,
  };
}

/** The first that says it: option, variable, `.env`, environment, the configuration itself. */
export function findSetting(key: SettingKey, sources: Sources): Found | undefined {
  const { flags, variables, dotenv, environment, config, file } = sources;
  const found = findIn(key, { flags, variables: [variables, dotenv] });
  if (found !== undefined) return found;
  const inConfig = (value: unknown, path: readonly string[]): Found | undefined =>
    value === undefined ? undefined : { value, place: { kind: "config", file, path: pathText(path) } };
  if (environment === undefined || key === "env") return inConfig(config[key], [key]);
  const own = inConfig(environment.config[key], ["environments", environment.name, key]);
  return own ?? inConfig(config[key], [key]);
}

function findIn(
  key: SettingKey,
  { flags, variables }: { readonly flags: Flags; readonly variables: readonly Variables[] },
): Found | undefined {
  const { option, variable } = settingOf(key);
  const flag = flags[option];
  if (flag !== undefined) return { value: flag, place: { kind: "option", name: option } };
  if (variable === undefined) return undefined;
  // An empty variable is one that was not set, not a wish for the default.
  const value = variables.map((some) => nonEmpty(some[variable])).find((some) => some !== undefined);
  return value === undefined ? undefined : { value, place: { kind: "variable", name: variable } };
}

async function readConfig(
  given: string | undefined,
  cwd: string,
  context: ConfigContext,
): Promise<Config | undefined> {
  const path = resolve(cwd, given ?? CONFIG_FILE);
  if (!existsSync(path)) {
    if (given === undefined) return undefined;
    throw new UsageError(`there is no configuration file ${given}`);
  }
  const file = given ?? CONFIG_FILE;
  if (statSync(path).isDirectory()) {
    const what =
      file.trim() === "" ? "the name of the configuration is empty" : `the configuration ${file} is a folder`;
    throw new UsageError(what, "name a file, as in --config yara.config.ts");
  }
  // Most folders have none, and a start that has nothing to do should not pay for it.
  const { loadConfig } = await import("./load-config.ts");
  return await loadConfig(path, file, context);
}

function environmentOf(config: Config | undefined, name: string, file: string): EnvironmentConfig {
  if (config === undefined) {
    throw new UsageError(
      `there is no environment ${name}, because there is no ${file}`,
      `declare it there: export default defineConfig({ environments: { ${name}: { db: "..." } } })`,
    );
  }
  const environments: Readonly<Record<string, EnvironmentConfig>> = config.environments ?? {};
  const found = Object.hasOwn(environments, name) ? environments[name] : undefined;
  if (found !== undefined) return found;
  const names = Object.keys(environments);
  const near = nearest(name, names);
  throw new UsageError(
    `there is no environment ${name} in ${file}: ${names.length === 0 ? "it has none" : `it has ${names.join(", ")}`}`,
    near === undefined ? undefined : `did you mean ${near}?`,
  );
}

function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function nonEmpty(value: string | undefined): string | undefined {
  return value === "" ? undefined : value;
}
