import { accessSync, constants, type Dirent, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { compareText } from "../schema/compare-text.ts";
import { parseMigrationName } from "./name.ts";
import { unreadable } from "./unreadable.ts";

/** A migration file, known by its name alone. */
export interface MigrationFile {
  readonly name: string;
  readonly number: number;
  /** Absolute. */
  readonly path: string;
  /** The directory says that it is a file; false for all else, and where it does not say. */
  readonly isFile: boolean;
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
 * nothing. Throws UsageError where there is no such directory, YaraError where it may not be read.
 */
export async function listMigrationFiles(directory: string): Promise<MigrationFiles> {
  const folder = resolve(directory);
  const files: MigrationFile[] = [];
  const ignored: string[] = [];
  for (const dirent of entriesOf(directory)) {
    const entry = dirent.name;
    const name = nameOf(entry);
    const parsed = name === undefined ? undefined : parseMigrationName(name);
    if (name !== undefined && parsed !== undefined) {
      // Whatever has the name of a migration is taken for one: a folder or a pipe is refused when it is loaded.
      files.push({ name, number: parsed.number, path: join(folder, entry), isFile: dirent.isFile() });
    } else if (looksForgotten(entry) && !dirent.isDirectory()) {
      ignored.push(entry);
    }
  }
  files.sort((a, b) => a.number - b.number || compareText(a.name, b.name));
  return { files, ignored: ignored.sort() };
}

/**
 * True where the migration files of a directory are exactly those, in whichever order, and nothing is ignored that one
 * could have meant to be run. Throws as `listMigrationFiles` does.
 */
export async function hasExactlyMigrations(directory: string, names: readonly string[]): Promise<boolean> {
  const left = new Set(names);
  for (const dirent of entriesOf(directory)) {
    const entry = dirent.name;
    const name = nameOf(entry);
    if (name !== undefined && parseMigrationName(name) !== undefined) {
      if (!left.delete(name)) return false;
    } else if (looksForgotten(entry) && !dirent.isDirectory()) return false;
  }
  return left.size === 0;
}

/** @throws UsageError where there is no migrations directory, YaraError where it may not be read */
export function requireDirectory(directory: string): void {
  try {
    // The dot makes it fail for a file.
    accessSync(`${directory}/.`, constants.R_OK);
  } catch {
    entriesOf(directory);
  }
}

function nameOf(entry: string): string | undefined {
  return entry.endsWith(".ts") ? entry.slice(0, -".ts".length) : undefined;
}

/** A script that nothing marks as a helper. */
function looksForgotten(entry: string): boolean {
  return /\.[cm]?[jt]sx?$/.test(entry) && !/^[._]|\.d\.[cm]?ts$/.test(entry);
}

function entriesOf(directory: string): Dirent[] {
  try {
    // A thread that reads it meanwhile would cost more than the reading.
    return readdirSync(directory, { withFileTypes: true });
  } catch (error) {
    throw unreadable(directory, error);
  }
}
