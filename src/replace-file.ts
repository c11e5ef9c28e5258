import { rename, writeFile } from "node:fs/promises";
import { YaraError } from "./errors.ts";
import { fileHint, fileReason, removeLeftover } from "./file-error.ts";

/**
 * Writes a file completely or not at all: to a temporary name beside it, then renamed over it. Throws YaraError that names
 * the file.
 */
export async function replaceFile(path: string, text: string): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    await writeFile(temporary, text);
    await rename(temporary, path);
  } catch (error) {
    await removeLeftover(temporary);
    throw new YaraError(`the file ${path} cannot be written: ${fileReason(error)}`, {
      hint: fileHint(error, path),
      cause: error,
    });
  }
}
