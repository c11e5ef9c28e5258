import { link, open } from "node:fs/promises";
import { join } from "node:path";
import { MigrationError } from "../errors.ts";
import { fileErrorCode, fileHint, fileReason, removeLeftover } from "../file-error.ts";

/** What a file system answers that does make links, just not this one (link(2)). */
const REFUSED: readonly string[] = ["EEXIST", "ENOSPC", "EDQUOT", "EROFS", "EIO"];

/**
 * Writes a migration file whole or not at all, and returns the file's name. Throws MigrationError where a file of that name
 * exists, which is left as it is, or where the directory cannot be written.
 */
export async function writeMigration(directory: string, name: string, text: string): Promise<string> {
  const file = `${name}.ts`;
  const path = join(directory, file);
  const temporary = join(directory, `.${name}.${crypto.randomUUID()}.tmp`);
  try {
    await writeNew(temporary, text);
    // Unlike a rename, a link fails where the name is taken.
    await link(temporary, path).catch((error) => {
      // Not every file system has links.
      if (REFUSED.includes(fileErrorCode(error) ?? "")) throw error;
      return writeNew(path, text);
    });
    return file;
  } catch (error) {
    if (fileErrorCode(error) === "EEXIST") {
      throw new MigrationError(
        `the migration file ${path} exists already`,
        "give the new one another --name",
        error,
      );
    }
    throw new MigrationError(
      `the migration file ${path} cannot be written: ${fileReason(error)}`,
      fileHint(error, path),
      error,
    );
  } finally {
    await removeLeftover(temporary);
  }
}

async function writeNew(path: string, text: string): Promise<void> {
  const file = await open(path, "wx");
  try {
    await file.writeFile(text);
    await file.sync();
  } catch (error) {
    // Half a migration would look like one that loses what is not in it.
    await removeLeftover(path);
    throw error;
  } finally {
    await file.close();
  }
}
