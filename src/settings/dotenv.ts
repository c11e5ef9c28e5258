import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { UsageError } from "../errors.ts";
import { statOf } from "../file-kind.ts";
import { messageOf } from "../shown.ts";

export type Variables = Readonly<Record<string, string | undefined>>;

/**
 * A file of variables as Node reads it (https://nodejs.org/api/environment_variables.html#dotenv): unlike in Bun's own loader, a `$` in
 * a password stays one. Nothing of it gets into the environment of the process, where it would change what the runtime does. `.env`
 * may be missing.
 * @throws UsageError for another file that is missing, and for one that cannot be read
 */
export async function readDotenv(given: string | undefined, cwd: string): Promise<Variables> {
  const path = resolve(cwd, given ?? ".env");
  const found = statOf(path);
  if (found === undefined) {
    if (given === undefined) return {};
    throw new UsageError(
      `there is no file of variables ${given}`,
      "it is named by --env-file, YARA_ENV_FILE or envFile",
    );
  }
  try {
    // What this needs is as large as all the rest of a start that has nothing to do.
    const { parseEnv } = await import("node:util");
    return parseEnv(decodeVariables(found.isFile() ? readFileSync(path) : await readPipe(path)));
  } catch (error) {
    throw new UsageError(`${path} cannot be read: ${messageOf(error)}`);
  }
}

/** What a tool for secrets offers, as in `--env-file <(...)`. Without anybody who writes it waits, and a signal must be heard. */
async function readPipe(path: string): Promise<Uint8Array> {
  const { readFile } = await import("node:fs/promises");
  return await readFile(path);
}

/** The text of such a file: UTF-8, or UTF-16 where its byte order mark says so, as with `>` in Windows PowerShell. */
export function decodeVariables(bytes: Uint8Array): string {
  return new TextDecoder(encodingOf(bytes)).decode(bytes);
}

function encodingOf([first, second]: Uint8Array): "utf-8" | "utf-16le" | "utf-16be" {
  if (first === 0xff && second === 0xfe) return "utf-16le";
  return first === 0xfe && second === 0xff ? "utf-16be" : "utf-8";
}
