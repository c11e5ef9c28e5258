import { readdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { UsageError } from "../errors.ts";
import { compareNames, parseMigrationName } from "./name.ts";

/** A migration file, known by its name alone. */
export interface MigrationFile {
  readonly name: string;
  readonly number: number;
  /** Absolute. */
  readonly path: string;
}

export interface MigrationFiles {
  readonly files: readonly MigrationFile[];
  /**
   * Scripts in the directory that are no migrations although nothing marks them as helpers (`_` or `.` in front, or
   * declarations): the caller can warn that they are not run.
   */
  readonly ignored: readonly string[];
}

/**
 * The migration files of a directory, `NNNN_label.ts`, in the order of their numbers. Reads the directory and imports
 * nothing. Throws UsageError where there is no such directory.
 */
export async function listMigrationFiles(directory: string): Promise<MigrationFiles> {
  const entries = await entriesOf(directory);
  const files: MigrationFile[] = [];
  const ignored: string[] = [];
  for (const entry of entries) {
    const parsed = entry.endsWith(".ts") ? parseMigrationName(entry.slice(0, -".ts".length)) : undefined;
    if (parsed !== undefined) {
      const name = entry.slice(0, -".ts".length);
      files.push({ name, number: parsed.number, path: join(resolve(directory), entry) });
    } else if (/\.[cm]?[jt]sx?$/.test(entry) && !/^[._]|\.d\.[cm]?ts$/.test(entry)) {
      ignored.push(entry);
    }
  }
  return { files: files.sort((a, b) => compareNames(a.name, b.name)), ignored: ignored.sort() };
}

async function entriesOf(directory: string): Promise<string[]> {
  try {
    const entries = await readdir(directory, { withFileTypes: true });
    return entries.filter((entry) => !entry.isDirectory()).map((entry) => entry.name);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ENOENT") {
      throw new UsageError(
        `there is no migrations directory ${directory}`,
        "create it with: yara-orm init (or name another with --dir)",
      );
    }
    if (code === "ENOTDIR") {
      throw new UsageError(
        `the migrations directory ${directory} is a file`,
        "name a directory with --dir, and create it with: yara-orm init",
      );
    }
    throw new UsageError(
      `the migrations directory ${directory} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}
