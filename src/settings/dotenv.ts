import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { UsageError } from "../errors.ts";
import { messageOf } from "../shown.ts";

export type Variables = Readonly<Record<string, string | undefined>>;

/**
 * A file of variables as Node reads it: unlike in Bun's own loader, a `$` in a password stays one. Nothing of it gets into
 * the environment of the process, where it would change what the runtime does. `.env` may be missing.
 * @throws UsageError for another file that is missing, and for one that cannot be read
 */
export async function readDotenv(given: string | undefined, cwd: string): Promise<Variables> {
  const path = resolve(cwd, given ?? ".env");
  if (!existsSync(path)) {
    if (given === undefined) return {};
    throw new UsageError(
      `there is no file of variables ${given}`,
      "it is named by --env-file, YARA_ENV_FILE or envFile",
    );
  }
  try {
    // What this needs is as large as all the rest of a start that has nothing to do.
    const { parseEnv } = await import("node:util");
    return parseEnv(readFileSync(path, "utf8"));
  } catch (error) {
    throw new UsageError(`${path} cannot be read: ${messageOf(error)}`);
  }
}
