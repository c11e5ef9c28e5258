/** What values a setting has. */
export type SettingKind = "text" | "url" | "modules" | "boolean" | "duration" | "lockMode";

/** A setting: the option of the command line and the variable that say the same as the key in `yara.config.ts`. */
export interface Setting {
  readonly kind: SettingKind;
  readonly option: string;
  /** Absent where the terminal has conventions of its own. */
  readonly variable?: string;
  /** What stands for the project as a whole, and not for one of its environments. */
  readonly onlyAtTop?: true;
}

/** Every setting by its key. */
export const SETTINGS = {
  dir: { kind: "text", option: "dir", variable: "YARA_DIR" },
  app: { kind: "text", option: "app", variable: "YARA_APP" },
  db: { kind: "url", option: "db", variable: "DATABASE_URL" },
  models: { kind: "modules", option: "models", variable: "YARA_MODELS" },
  env: { kind: "text", option: "env", variable: "YARA_ENV", onlyAtTop: true },
  envFile: { kind: "text", option: "env-file", variable: "YARA_ENV_FILE" },
  json: { kind: "boolean", option: "json", variable: "YARA_JSON" },
  quiet: { kind: "boolean", option: "quiet", variable: "YARA_QUIET" },
  /** Of the variables NO_COLOR and FORCE_COLOR the terminal knows. */
  color: { kind: "boolean", option: "color" },
  input: { kind: "boolean", option: "input", variable: "YARA_INPUT" },
  debug: { kind: "boolean", option: "debug", variable: "YARA_DEBUG" },
  lockTimeout: { kind: "duration", option: "lock-timeout", variable: "YARA_LOCK_TIMEOUT" },
  lockMode: { kind: "lockMode", option: "lock-mode", variable: "YARA_LOCK_MODE" },
  ddlLockTimeout: { kind: "duration", option: "ddl-lock-timeout", variable: "YARA_DDL_LOCK_TIMEOUT" },
  statementTimeout: { kind: "duration", option: "statement-timeout", variable: "YARA_STATEMENT_TIMEOUT" },
  wait: { kind: "duration", option: "wait", variable: "YARA_WAIT" },
  createDb: { kind: "boolean", option: "create-db", variable: "YARA_CREATE_DB" },
} as const satisfies Readonly<Record<string, Setting>>;

export type SettingKey = keyof typeof SETTINGS;

/** The setting of that key. */
export function settingOf(key: SettingKey): Setting {
  return SETTINGS[key];
}

/** True for the key of a setting. */
export function isSettingKey(key: string): key is SettingKey {
  return Object.hasOwn(SETTINGS, key);
}
