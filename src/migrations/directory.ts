import { resolve } from "node:path";
import { UsageError } from "../errors.ts";
import { fileErrorCode, makeFolder } from "../file-error.ts";
import { hasEntry, statOf, whyNoFile } from "../file-kind.ts";

/**
 * Creates a migrations directory, and the folders above it, where it is missing. Returns true if it did. A link to a folder is
 * that folder.
 * @throws UsageError where the name cannot be that of a folder, YaraError where the system refuses for another reason
 */
export function createDirectory(directory: string): boolean {
  const path = resolve(directory);
  const refuse = (reason: string): never => {
    throw new UsageError(
      `the migrations directory ${directory} cannot be created: ${reason}`,
      "name a directory with --dir",
    );
  };
  if (path.includes("?")) refuse("from a path with a question mark in it no migration could be loaded");
  try {
    return makeFolder(path);
  } catch (error) {
    const reason = inTheWay(path) ?? whyNever(error);
    if (reason !== undefined) refuse(reason);
    throw error;
  }
}

/** What has the name already, where that is why. */
function inTheWay(path: string): string | undefined {
  if (statOf(path) !== undefined) return "it is a file";
  return hasEntry(path) ? whyNoFile(path) : undefined;
}

function whyNever(error: unknown): string | undefined {
  switch (fileErrorCode(error instanceof Error ? error.cause : undefined)) {
    case "ENOTDIR":
      return "a file has the name of a folder above it";
    case "ENAMETOOLONG":
      return "the name is too long";
    default:
      return undefined;
  }
}
