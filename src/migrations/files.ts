import type { Dirent } from "node:fs";
import { readdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { UsageError } from "../errors.ts";
import { compareText } from "../schema/schema.ts";
import { parseMigrationName } from "./name.ts";

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
  const folder = resolve(directory);
  const files: MigrationFile[] = [];
  const ignored: string[] = [];
  for (const dirent of await entriesOf(directory)) {
    if (dirent.isDirectory()) continue;
    const entry = dirent.name;
    const name = entry.endsWith(".ts") ? entry.slice(0, -".ts".length) : undefined;
    const parsed = name === undefined ? undefined : parseMigrationName(name);
    if (name !== undefined && parsed !== undefined) {
      files.push({ name, number: parsed.number, path: join(folder, entry) });
    } else if (/\.[cm]?[jt]sx?$/.test(entry) && !/^[._]|\.d\.[cm]?ts$/.test(entry)) {
      ignored.push(entry);
    }
  }
  files.sort((a, b) => a.number - b.number || compareText(a.name, b.name));
  return { files, ignored: ignored.sort() };
}

async function entriesOf(directory: string): Promise<Dirent[]> {
  try {
    return await readdir(directory, { withFileTypes: true });
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
