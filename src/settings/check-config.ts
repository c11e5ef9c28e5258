import { UsageError } from "../errors.ts";
import { nearest } from "../nearest.ts";
import type { Config, EnvironmentConfig } from "./config.ts";
import { read } from "./found.ts";
import { pathText } from "./key-path.ts";
import { isSettingKey, SETTINGS, settingOf } from "./keys.ts";

const ENVIRONMENTS = "environments";

/** Options that are said each time anew, and why. */
const NO_KEYS: ReadonlyMap<string, string> = new Map([
  ["confirm", "consent is given to one run: with --confirm, or with YARA_CONFIRM in the environment"],
  ["config", "it names this file"],
]);

/**
 * A copy of the configuration, once every key of it and of all its environments is right.
 * @throws UsageError with the key's path
 */
export function checkConfig(exported: unknown, file: string): Config {
  if (!isRecord(exported)) {
    throw new UsageError(
      `${file} has no default export that is an object`,
      "export default defineConfig({ ... })",
    );
  }
  const { [ENVIRONMENTS]: environments, ...settings } = copyOf(exported);
  checkSettings(settings, file, [], [...Object.keys(SETTINGS), ENVIRONMENTS]);
  if (environments === undefined) return settings;
  if (!isRecord(environments)) {
    throw new UsageError(`${file}: ${ENVIRONMENTS}: must be an object of environments by their names`);
  }
  const keys = Object.keys(SETTINGS).filter((key) => isSettingKey(key) && !settingOf(key).onlyAtTop);
  const copies = Object.entries(copyOf(environments)).map(([name, environment]) => {
    const path = [ENVIRONMENTS, name];
    if (!isRecord(environment))
      throw new UsageError(`${file}: ${pathText(path)}: must be an object of settings`);
    const copy = copyOf(environment);
    checkSettings(copy, file, path, keys);
    return [name, copy] as const;
  });
  return { ...settings, environments: Object.fromEntries(copies) };
}

/** What stands in an object by now: a getter may say something else each time. */
function copyOf(object: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const entries = Object.entries(object);
  return Object.fromEntries(entries.map(([key, value]) => [key, Array.isArray(value) ? [...value] : value]));
}

function checkSettings(
  settings: Readonly<Record<string, unknown>>,
  file: string,
  path: readonly string[],
  keys: readonly string[],
): asserts settings is EnvironmentConfig & Readonly<Record<string, unknown>> {
  for (const [key, value] of Object.entries(settings)) {
    const at = pathText([...path, key]);
    if (!keys.includes(key) || !isSettingKey(key)) {
      throw new UsageError(`${file}: ${at}: unknown key`, hintFor(key, keys));
    }
    if (value !== undefined) read[settingOf(key).kind]({ value, place: { kind: "config", file, path: at } });
  }
}

function hintFor(key: string, keys: readonly string[]): string {
  if (isSettingKey(key)) return "it stands beside the environments, not in one of them";
  const near = nearest(key, keys);
  return (
    NO_KEYS.get(key) ?? (near === undefined ? `the keys are ${keys.join(", ")}` : `did you mean ${near}?`)
  );
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
