import { join } from "node:path";
import { createFile } from "../create-file.ts";
import { MigrationError } from "../errors.ts";
import { fileErrorCode, fileHint, fileReason } from "../file-error.ts";

/**
 * Writes a migration file whole or not at all, and returns the file's name. Throws MigrationError where a file of that name
 * exists, which is left as it is, or where the directory cannot be written.
 */
export function writeMigration(directory: string, name: string, text: string): string {
  const file = `${name}.ts`;
  const path = join(directory, file);
  try {
    createFile(path, text);
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
  }
}
