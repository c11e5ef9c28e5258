import { UsageError, YaraError } from "../errors.ts";
import { fileErrorCode, fileReason } from "../file-error.ts";
import { hasEntry, whyNoFile } from "../file-kind.ts";

const OTHER = "name a directory with --dir";

/**
 * Why a migrations directory cannot be read, from what the operating system has thrown: a UsageError where the name is not that
 * of a folder, and any other where the system refuses one that is there.
 */
export function unreadable(directory: string, error: unknown): YaraError {
  const isEntry = hasEntry(directory);
  const usage = (reason: string) =>
    new UsageError(`the migrations directory ${directory} cannot be read: ${reason}`, OTHER);
  switch (fileErrorCode(error)) {
    case "ENOENT":
      // The link has the name: none can be created.
      if (isEntry) return usage(whyNoFile(directory) ?? fileReason(error));
      return new UsageError(
        `there is no migrations directory ${directory}`,
        "create it with: yara-orm init (or name another with --dir)",
      );
    case "ENOTDIR":
      if (!isEntry) return usage("a file has the name of a folder above it");
      return new UsageError(
        `the migrations directory ${directory} is a file`,
        `${OTHER}; yara-orm init --help says how one is created`,
      );
    case "ELOOP":
      return usage((isEntry ? whyNoFile(directory) : undefined) ?? fileReason(error));
    case "ENAMETOOLONG":
      return usage("the name is too long");
    default:
      return new YaraError(`the migrations directory ${directory} cannot be read: ${fileReason(error)}`, {
        hint: hintFor(error, directory),
        cause: error,
      });
  }
}

function hintFor(error: unknown, directory: string): string | undefined {
  const code = fileErrorCode(error);
  if (code !== "EACCES" && code !== "EPERM") return undefined;
  return `allow this user to read and to enter ${directory} and the folders above it, or name another directory with --dir`;
}
