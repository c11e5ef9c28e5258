import { link, open } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fileErrorCode, removeLeftover } from "./file-error.ts";

/** What a file system answers that does make links, just not this one (link(2)). */
const REFUSED: readonly string[] = ["EEXIST", "ENOSPC", "EDQUOT", "EROFS", "EIO"];

/**
 * Writes a new file whole or not at all, where the path says and nowhere else: not through a link that has its name.
 * Throws the system's own error, with the code EEXIST where anything of that name is there, which is left as it is.
 */
export async function createFile(path: string, text: string): Promise<void> {
  const temporary = temporaryName(path);
  try {
    await writeNew(temporary, text);
    // Unlike a rename, a link fails where the name is taken.
    await link(temporary, path).catch((error) => {
      // Not every file system has links.
      if (REFUSED.includes(fileErrorCode(error) ?? "")) throw error;
      return writeNew(path, text);
    });
  } finally {
    await removeLeftover(temporary);
  }
}

/** A name beside the file that nobody can have prepared a link under. */
export function temporaryName(path: string): string {
  // Of a long name the beginning: with what is added it must not become longer than a name may be.
  return join(dirname(path), `.${basename(path).slice(0, 60)}.${crypto.randomUUID()}.tmp`);
}

/** Writes a file that must not be there; a link of that name, also one to nothing, is not followed. */
export async function writeNew(path: string, text: string): Promise<void> {
  const file = await open(path, "wx");
  try {
    await file.writeFile(text);
    await file.sync();
  } catch (error) {
    // Half a file would be taken for a whole one.
    await removeLeftover(path);
    throw error;
  } finally {
    await file.close();
  }
}
