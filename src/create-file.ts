import { closeSync, fsyncSync, linkSync, openSync, unlinkSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileErrorCode } from "./file-error.ts";

/** What a file system answers that does make links, just not this one (link(2)). */
const REFUSED: readonly string[] = ["EEXIST", "ENOSPC", "EDQUOT", "EROFS", "EIO"];

/**
 * Writes a new file whole or not at all, where the path says and nowhere else: not through a link that has its name.
 * Throws the system's own error, with the code EEXIST where anything of that name is there, which is left as it is.
 */
export function createFile(path: string, text: string): void {
  const temporary = temporaryName(path);
  try {
    writeNew(temporary, text);
    try {
      // Unlike a rename, a link fails where the name is taken.
      linkSync(temporary, path);
    } catch (error) {
      // Not every file system has links.
      if (REFUSED.includes(fileErrorCode(error) ?? "")) throw error;
      writeNew(path, text);
    }
  } finally {
    removeLeftover(temporary);
  }
}

/** A name beside the file that nobody can have prepared a link under. */
export function temporaryName(path: string): string {
  // Of a long name the beginning: with what is added it must not become longer than a name may be.
  return join(dirname(path), `.${basename(path).slice(0, 60)}.${Bun.randomUUIDv7()}.tmp`);
}

/** Writes a file that must not be there; a link of that name, also one to nothing, is not followed. */
export function writeNew(path: string, text: string): void {
  const file = openSync(path, "wx");
  try {
    writeFileSync(file, text);
    fsyncSync(file);
  } catch (error) {
    // Half a file would be taken for a whole one.
    removeLeftover(path);
    throw error;
  } finally {
    closeSync(file);
  }
}

/** Removes what a failed attempt may have left. Throws nothing: why it failed is what has to be said. */
export function removeLeftover(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // Whoever may write it and not remove it has a leftover.
  }
}
