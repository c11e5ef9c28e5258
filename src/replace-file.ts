import { renameSync } from "node:fs";
import { removeLeftover, temporaryName, writeNew } from "./create-file.ts";
import { cannotWrite } from "./file-error.ts";

/**
 * Writes a file completely or not at all: to a temporary name beside it, then renamed over it. Of a link it takes the place:
 * what the link leads to stays as it is. Throws YaraError that names the file.
 */
export function replaceFile(path: string, text: string): void {
  const temporary = temporaryName(path);
  try {
    writeNew(temporary, text);
    renameSync(temporary, path);
  } catch (error) {
    removeLeftover(temporary);
    throw cannotWrite(path, error);
  }
}
