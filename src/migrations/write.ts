import { link, open, rm } from "node:fs/promises";
import { join } from "node:path";
import { MigrationError } from "../errors.ts";

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
      if (codeOf(error) === "EEXIST") throw error;
      // Not every file system has links.
      return writeNew(path, text);
    });
    return file;
  } catch (error) {
    if (codeOf(error) === "EEXIST") {
      throw new MigrationError(
        `the migration file ${path} exists already`,
        "give the new one another --name",
        error,
      );
    }
    const reason = error instanceof Error ? error.message : String(error);
    throw new MigrationError(`the migration file ${path} cannot be written: ${reason}`, undefined, error);
  } finally {
    await rm(temporary, { force: true });
  }
}

async function writeNew(path: string, text: string): Promise<void> {
  const file = await open(path, "wx");
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}
