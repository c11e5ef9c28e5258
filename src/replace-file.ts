import { rename } from "node:fs/promises";
import { temporaryName, writeNew } from "./create-file.ts";
import { cannotWrite, removeLeftover } from "./file-error.ts";

/**
 * Writes a file completely or not at all: to a temporary name beside it, then renamed over it. Of a link it takes the place:
 * what the link leads to stays as it is. Throws YaraError that names the file.
 */
export async function replaceFile(path: string, text: string): Promise<void> {
  const temporary = temporaryName(path);
  try {
    await writeNew(temporary, text);
    await rename(temporary, path);
  } catch (error) {
    await removeLeftover(temporary);
    throw cannotWrite(path, error);
  }
}
