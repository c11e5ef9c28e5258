import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { YaraError } from "./errors.ts";
import { messageOf } from "./shown.ts";

/** Why the operating system refused, in its own words and with its code, but without the call and its parameters. */
export function fileReason(error: unknown): string {
  const text = messageOf(error);
  const [, code, reason] = /^([A-Z][A-Z0-9]+): ([^,]+)/.exec(text) ?? [];
  return reason === undefined ? text : `${reason} (${code})`;
}

/** What to do about a file that cannot be written; undefined where the reason says enough. */
export function fileHint(error: unknown, path: string): string | undefined {
  switch (fileErrorCode(error)) {
    case "ENOSPC":
    case "EDQUOT":
      return `the disk is full: make room where ${path} is to be, and run the command again`;
    case "EFBIG":
      return "the file would be larger than this process may write (ulimit -f): raise that, and run the command again";
    case "EROFS":
      return "the file system is read-only: mount it for writing, or name a folder elsewhere";
    case "EACCES":
    case "EPERM":
      return `allow this user to write to the folder ${dirname(path)}, or name another`;
    default:
      return undefined;
  }
}

/** The code of the operating system; undefined for an error of another kind. */
export function fileErrorCode(error: unknown): string | undefined {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "string" ? code : undefined;
}

/** Creates a folder and those above it; returns true if it was not there. Throws YaraError that names it. */
export function makeFolder(path: string): boolean {
  try {
    return mkdirSync(path, { recursive: true }) !== undefined;
  } catch (error) {
    throw new YaraError(`the folder ${path} cannot be created: ${fileReason(error)}`, {
      hint: fileHint(error, path),
      cause: error,
    });
  }
}

/** The error of a file that cannot be written, from what the operating system has thrown. */
export function cannotWrite(path: string, error: unknown): YaraError {
  return new YaraError(`the file ${path} cannot be written: ${fileReason(error)}`, {
    hint: fileHint(error, path),
    cause: error,
  });
}
