import type { LockMode } from "../dialects/lock.ts";

/** A length of time: `500ms`, `30s`, `10m`, `1h`; a bare number is of seconds. */
export type Duration = `${number}${"" | "ms" | "s" | "m" | "h"}`;

/** The settings of a project, or of one of its environments: each key stands for the option of that name. */
export interface EnvironmentConfig {
  /** The migrations directory. */
  readonly dir?: string | undefined;
  /** The label under which migrations are recorded. */
  readonly app?: string | undefined;
  /** The database URL. */
  readonly db?: string | undefined;
  /** Modules, folders or globs that export models. */
  readonly models?: string | readonly string[] | undefined;
  /** A file of variables that takes the place of `.env`. */
  readonly envFile?: string | undefined;
  readonly json?: boolean | undefined;
  readonly quiet?: boolean | undefined;
  readonly color?: boolean | undefined;
  /** False: nothing is asked. */
  readonly input?: boolean | undefined;
  readonly debug?: boolean | undefined;
  /** How long to wait for another migrator. */
  readonly lockTimeout?: Duration | undefined;
  readonly lockMode?: LockMode | undefined;
  /** How long a statement waits for a lock on PostgreSQL. */
  readonly ddlLockTimeout?: Duration | undefined;
  /** How long a statement may take on PostgreSQL. */
  readonly statementTimeout?: Duration | undefined;
  /** How long to wait for a server that is not there yet. */
  readonly wait?: Duration | undefined;
  /** Create the database where it is missing. */
  readonly createDb?: boolean | undefined;
}

/** What `yara.config.ts` exports as its default. */
export interface Config<Environment extends string = string> extends EnvironmentConfig {
  /** The environment that counts where nobody names one. */
  readonly env?: NoInfer<Environment> | undefined;
  /** Settings that come before the others where `--env` or `YARA_ENV` has that name. */
  readonly environments?: Readonly<Record<Environment, EnvironmentConfig>> | undefined;
}

/** What a configuration that is a function receives. */
export interface ConfigContext {
  /** The variables of the process, and those that only `.env` has, which are nowhere else. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The environment that the command line or a variable names. */
  readonly environment: string | undefined;
}

/** A configuration that is computed. */
export type ConfigFunction<Environment extends string = string> = (
  context: ConfigContext,
) => Config<Environment> | Promise<Config<Environment>>;

/** Checks a configuration's type in the editor and returns it. */
export function defineConfig<const Environment extends string>(
  config: Config<Environment> | ConfigFunction<Environment>,
): Config<Environment> | ConfigFunction<Environment> {
  return config;
}
