import { readFileSync } from "node:fs";
import { isAbsolute, relative } from "node:path";
import { YaraError } from "./errors.ts";

/** Why a module could not be loaded, and where in the user's files. */
export interface LoadProblem {
  readonly message: string;
  /** Relative to the working directory where it lies in it. */
  readonly file?: string | undefined;
  readonly line?: number | undefined;
  readonly column?: number | undefined;
  readonly lineText?: string | undefined;
  readonly hint?: string | undefined;
}

/** The problems behind what `import(entry)` has thrown: one, or each of several syntax errors. */
export function explainLoadError(error: unknown, entry: string): LoadProblem[] {
  const messages = messagesIn(error);
  if (messages.length > 0) return messages.flatMap((message) => explainLoadError(message, entry));
  if (isNamed<BuildMessage>(error, "BuildMessage")) return [syntaxProblem(error, entry)];
  if (isNamed<ResolveMessage>(error, "ResolveMessage")) return [resolveProblem(error, entry)];
  if (error instanceof Error) return [missingExport(error, entry) ?? thrownProblem(error, entry)];
  return [{ message: `threw ${Bun.inspect(error)}, which is not an Error`, file: shownPath(entry) }];
}

/** What the runtime says of a file with several errors. An AggregateError of the file's own is one error, whatever is in it. */
function messagesIn(error: unknown): unknown[] {
  if (!(error instanceof AggregateError) || !Array.isArray(error.errors)) return [];
  const isMessage = (inner: unknown) =>
    isNamed<BuildMessage>(inner, "BuildMessage") || isNamed<ResolveMessage>(inner, "ResolveMessage");
  return error.errors.every(isMessage) ? error.errors : [];
}

/** `file:line:column: message`, the line with a mark below the column, and the hint. */
export function renderProblem({ message, file, line, column, lineText, hint }: LoadProblem): string {
  const place = [file, line, line === undefined ? undefined : column].filter((part) => part !== undefined);
  const lines = [[place.join(":"), message].filter((part) => part !== "").join(": ")];
  if (line !== undefined && lineText !== undefined && lineText.length <= 200) {
    const number = String(line);
    const before = lineText.slice(0, Math.max(0, (column ?? 1) - 1)).replaceAll(/[^\t]/g, " ");
    lines.push(`    ${number} | ${lineText}`, `    ${" ".repeat(number.length)} | ${before}^`);
  }
  if (hint !== undefined) lines.push(`    hint: ${hint}`);
  return lines.join("\n");
}

/** The path as messages show it. */
export function shownPath(path: string): string {
  if (!isAbsolute(path)) return path;
  const shown = relative(process.cwd(), path);
  return shown === "" || shown.startsWith("..") ? path : shown;
}

function isNamed<T extends { name: string }>(error: unknown, name: T["name"]): error is T {
  return typeof error === "object" && error !== null && "name" in error && error.name === name;
}

function syntaxProblem({ message, position }: BuildMessage, entry: string): LoadProblem {
  // Bun tells of a file that it may not read in the same way.
  const isUnreadable = /^(?:EACCES|EPERM)\b/.test(message);
  return {
    message: isUnreadable ? "cannot be read: permission denied" : `SyntaxError: ${message}`,
    file: shownPath(position?.file || entry),
    line: position?.line,
    column: position?.column,
    lineText: position?.lineText,
    hint: isUnreadable ? "allow this user to read the file" : undefined,
  };
}

function resolveProblem({ specifier, referrer }: ResolveMessage, entry: string): LoadProblem {
  if (referrer === "" || isInternal(referrer)) {
    return { message: "cannot be loaded: there is no such file", file: shownPath(entry) };
  }
  return {
    message: `cannot find module "${specifier}"`,
    file: shownPath(referrer),
    ...locate(referrer, (line) => Math.max(...['"', "'", "`"].map((q) => line.indexOf(q + specifier + q)))),
    hint: /^[./]/.test(specifier)
      ? undefined
      : "install the package, or run the command in the project that has it in node_modules",
  };
}

/** Bun says neither where nor in which file: the entry is searched for the name. */
function missingExport(error: Error, entry: string): LoadProblem | undefined {
  const match = /^Export named '(.+)' not found in module '(.+)'\.$/.exec(error.message);
  if (match === null || error.name !== "SyntaxError") return undefined;
  const [, name = "", module = ""] = match;
  return {
    message: `"${shownPath(module)}" has no export named "${name}"`,
    file: shownPath(entry),
    ...locate(entry, (line) => line.search(new RegExp(`(?<![\\w$])${RegExp.escape(name)}(?![\\w$])`))),
  };
}

function thrownProblem(error: Error, entry: string): LoadProblem {
  const known = YaraError.is(error);
  const frame = userFrame(error.stack);
  return {
    message: known ? error.message : `${error.name}: ${error.message}`,
    file: shownPath(frame?.file ?? entry),
    line: frame?.line,
    column: frame?.column,
    lineText: frame && linesOf(frame.file)[frame.line - 1],
    hint: known ? error.hint : undefined,
  };
}

interface Frame {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** The innermost frame of a stack that is neither the runtime's, nor ours, nor a package's. */
function userFrame(stack: string | undefined): Frame | undefined {
  for (const text of (stack ?? "").split("\n")) {
    const match = /^\s*at (?:.*?\()?(?:async )?((?:file:\/\/)?(?:\/|[A-Za-z]:[\\/]).*?):(\d+):(\d+)\)?$/.exec(
      text,
    );
    const [, path, line, column] = match ?? [];
    if (path === undefined) continue;
    const file = path.startsWith("file:") ? Bun.fileURLToPath(path) : path;
    if (!isInternal(file)) return { file, line: Number(line), column: Number(column) };
  }
  return undefined;
}

function isInternal(file: string): boolean {
  return (
    /^(?:\/\$bunfs\/|[A-Z]:[\\/]~BUN[\\/]|(?:node|bun|native|internal):)/.test(file) ||
    /[\\/]node_modules[\\/]/.test(file) ||
    file.startsWith(`${import.meta.dir}/`)
  );
}

function locate(file: string, columnIn: (line: string) => number): Partial<LoadProblem> {
  const lines = linesOf(file);
  const index = lines.findIndex((line) => columnIn(line) >= 0);
  const lineText = lines[index];
  return lineText === undefined ? {} : { line: index + 1, column: columnIn(lineText) + 1, lineText };
}

function linesOf(file: string): string[] {
  try {
    return readFileSync(file, "utf8").split(/\r?\n/);
  } catch {
    // The place in the file is a courtesy: without it the message still stands.
    return [];
  }
}
