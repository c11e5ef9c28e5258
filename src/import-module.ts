import { realpathSync } from "node:fs";
import { prepareImports } from "./before-imports.ts";
import { YaraError } from "./errors.ts";
import { statOf, whyNoFile } from "./file-kind.ts";
import { explainLoadError, type LoadProblem, renderProblem, shownPath } from "./load-error.ts";

/** What a module exports. */
export type Namespace = Readonly<Record<string, unknown>>;

/** A module that was loaded, or why it was not. */
export type ImportOutcome =
  | { readonly path: string; readonly module: Namespace }
  | { readonly path: string; readonly problems: readonly LoadProblem[] };

export interface ImportOptions {
  /** How long a module may take, its top-level `await` included. */
  readonly timeoutMs?: number;
}

/** Enough to keep the loader busy, few enough not to open every file at once. */
const AT_ONCE = 200;

const TIMEOUT_MS = 30_000;

/** Imports modules by absolute path, and returns what they export by path. Throws YaraError that shows every problem of all of them. */
export async function importModules(
  paths: readonly string[],
  options: ImportOptions = {},
): Promise<Map<string, Namespace>> {
  const outcomes = await settleModules(paths, options);
  const problems = outcomes.flatMap((outcome) => ("problems" in outcome ? outcome.problems : []));
  if (problems.length > 0) throw new YaraError(renderProblems(problems));
  return new Map(
    outcomes.flatMap((outcome) => ("module" in outcome ? [[outcome.path, outcome.module] as const] : [])),
  );
}

/** Imports modules by absolute path and says of each how it went. Never throws. */
export async function settleModules(
  paths: readonly string[],
  { timeoutMs = TIMEOUT_MS }: ImportOptions = {},
): Promise<ImportOutcome[]> {
  if (paths.length > 0) await prepareImports();
  const outcomes: ImportOutcome[] = [];
  for (let start = 0; start < paths.length; start += AT_ONCE) {
    const chunk = paths.slice(start, start + AT_ONCE);
    outcomes.push(...(await Promise.all(chunk.map((path) => settle(path, timeoutMs)))));
  }
  return outcomes;
}

/** Lets the next import read these files again: the runtime keeps a module for as long as the process lives. */
export function forgetModules(paths: readonly string[]): void {
  for (const path of paths) {
    delete require.cache[path];
    // Behind a link it is kept under the path of what the link leads to.
    if (statOf(path) !== undefined) delete require.cache[realpathSync(path)];
  }
}

/** All problems, each of them once: several modules may fail over one that they share. */
export function renderProblems(problems: readonly LoadProblem[]): string {
  return [...new Set(problems.map(renderProblem))].join("\n");
}

/** More folders up than there are around an installed package. */
const FOLDERS_AROUND_A_MODULE = 64;

/** More folders up than there are around this module, or in the executable around the working directory: it ends at the root. */
function toTheRoot(): string {
  return "../".repeat(FOLDERS_AROUND_A_MODULE + process.cwd().split("/").length);
}

/**
 * The path as this module imports it: `paths` of a tsconfig.json in the working directory, which the runtime reads, count for
 * absolute paths as well, but not for relative ones (TypeScript's handbook, "paths").
 */
function specifierOf(path: string): string {
  // With drives there is no way from one to the other.
  return path.startsWith("/") ? toTheRoot() + path.slice(1) : path;
}

async function settle(path: string, timeoutMs: number): Promise<ImportOutcome> {
  const { promise: timeout, resolve } = Promise.withResolvers<"timeout">();
  const timer = setTimeout(resolve, timeoutMs, "timeout");
  try {
    const unfit = whyNoModule(path);
    if (unfit !== undefined) return { path, problems: [{ file: shownPath(path), ...unfit }] };
    const module: Namespace | "timeout" = await Promise.race([import(specifierOf(path)), timeout]);
    if (module !== "timeout") return { path, module };
    const message = `did not finish loading within ${timeoutMs / 1000} seconds`;
    const hint = "a top-level await in it, or in a module that it imports, does not end";
    return { path, problems: [{ message, file: shownPath(path), hint }] };
  } catch (error) {
    return { path, problems: explainLoadError(error, path) };
  } finally {
    clearTimeout(timer);
  }
}

function whyNoModule(path: string): Pick<LoadProblem, "message" | "hint"> | undefined {
  // Bun would import what stands before it.
  if (path.includes("?"))
    return { message: "cannot be loaded: there is a question mark in its path", hint: "rename it" };
  const reason = whyNoFile(path);
  return reason === undefined ? undefined : { message: `cannot be loaded: ${reason}` };
}
