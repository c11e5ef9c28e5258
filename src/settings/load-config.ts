import { UsageError, YaraError } from "../errors.ts";
import { renderProblems, settleModules } from "../import-module.ts";
import { explainLoadError } from "../load-error.ts";
import { messageOf } from "../shown.ts";
import { checkConfig } from "./check-config.ts";
import type { Config, ConfigContext } from "./config.ts";

/**
 * The configuration of a file, computed where it is a function; `file` is what errors call it.
 * @throws UsageError for whatever is wrong with it, with the place where that is known
 */
export async function loadConfig(path: string, file: string, context: ConfigContext): Promise<Config> {
  const exported = await importDefault(path);
  if (typeof exported !== "function") return check(exported, file);
  let computed: unknown;
  try {
    computed = await exported(context);
  } catch (error) {
    const reason = messageOf(error);
    throw new UsageError(`${file}: the function that it exports failed: ${reason}`);
  }
  return check(computed, file);
}

async function importDefault(path: string): Promise<unknown> {
  const [outcome] = await settleModules([path]);
  if (outcome === undefined) return undefined;
  if ("problems" in outcome) throw new UsageError(renderProblems(outcome.problems));
  try {
    // A promise would be an object without keys.
    return await outcome.module.default;
  } catch (error) {
    throw new UsageError(renderProblems(explainLoadError(error, path)));
  }
}

function check(config: unknown, file: string): Config {
  try {
    return checkConfig(config, file);
  } catch (error) {
    if (YaraError.is(error)) throw error;
    // A getter has failed, or a proxy.
    throw new UsageError(`${file}: what it exports cannot be read: ${messageOf(error)}`);
  }
}
