import { MigrationError, YaraError } from "../errors.ts";
import {
  forgetModules,
  type ImportOptions,
  type ImportOutcome,
  type Namespace,
  renderProblems,
  settleModules,
} from "../import-module.ts";
import { type LoadProblem, shownPath } from "../load-error.ts";
import { keepingRegistered } from "../models/registry.ts";
import { nearest } from "../nearest.ts";
import { type AnyOperation, expandOperations, isCustom } from "../operations/custom.ts";
import { operationKinds } from "../operations/handlers.ts";
import { operationShapeProblem } from "../operations/shapes.ts";
import { messageOf, whatIs } from "../shown.ts";
import type { MigrationFile } from "./files.ts";
import type { Migration } from "./migration.ts";
import { readPlainModule } from "./plain-source.ts";
import { readTimeouts, timeoutProblems } from "./timeouts.ts";

/**
 * Imports migration files, as they are on the disk now, and checks what they export. Throws one MigrationError that
 * shows every problem of all of them.
 */
export async function loadMigrations(
  files: readonly MigrationFile[],
  options: ImportOptions = {},
): Promise<Migration[]> {
  const outcomes = await load(files, options);
  const problems: LoadProblem[] = [];
  const migrations: Migration[] = [];
  for (const [index, outcome] of outcomes.entries()) {
    const name = files[index]?.name ?? "";
    if ("problems" in outcome) problems.push(...outcome.problems);
    else {
      const read = readExports(name, outcome.path, outcome.module);
      if (Array.isArray(read))
        problems.push(...read.map((problem) => ({ ...problem, file: shownPath(outcome.path) })));
      else migrations.push(read);
    }
  }
  if (problems.length > 0) throw new MigrationError(renderProblems(problems));
  return migrations;
}

/** What has become of each file, in their order: those that are data alone are read, the others imported. */
async function load(files: readonly MigrationFile[], options: ImportOptions): Promise<ImportOutcome[]> {
  const read = files.map(({ path, isFile }) => ({ path, module: readPlainModule(path, isFile) }));
  const others = read.filter(({ module }) => module === undefined).map(({ path }) => path);
  if (others.length > 0) forgetModules(others);
  const imported = await keepingRegistered(() => settleModules(others, options));
  const byPath = new Map(imported.map((outcome) => [outcome.path, outcome]));
  return read.map(({ path, module }): ImportOutcome => {
    if (module !== undefined) return { path, module };
    const outcome = byPath.get(path);
    // A file that was left out would be a migration that does not run.
    if (outcome === undefined) throw new Error(`${path} was neither read nor imported`);
    return outcome;
  });
}

/** The migration that a module exports, or what is wrong with it. */
function readExports(name: string, path: string, module: Namespace): Migration | LoadProblem[] {
  try {
    const problems = problemsOf(module);
    return problems.length > 0 ? problems : migrationOf(name, path, module);
  } catch (error) {
    if (YaraError.is(error)) throw error;
    // A getter has failed, or a proxy.
    return [{ message: `what it exports cannot be read: ${messageOf(error)}` }];
  }
}

function migrationOf(name: string, path: string, module: Namespace): Migration {
  const { dependencies = [], operations, atomic = true, timeouts } = module;
  // problemsOf has found nothing, so the exports have these types.
  const expanded = expandOperations(operations as readonly AnyOperation[]);
  return {
    name,
    path,
    dependencies,
    operations: expanded,
    atomic,
    timeouts: readTimeouts(timeouts),
  } as Migration;
}

function problemsOf({ dependencies, operations, atomic, timeouts, ...others }: Namespace): LoadProblem[] {
  const problems: LoadProblem[] = [];
  if (operations === undefined) problems.push(noOperations(Object.keys(others)));
  else if (!Array.isArray(operations)) {
    problems.push({ message: `operations is ${whatIs(operations)}, not an array` });
  } else {
    problems.push(
      ...operations.flatMap((operation, index) => operationProblem(operation, `operations[${index}]`)),
    );
  }
  if (dependencies !== undefined && !isTextList(dependencies)) {
    problems.push({
      message: "dependencies is not an array of names",
      hint: 'as in: export const dependencies = ["0001_initial"];',
    });
  }
  if (atomic !== undefined && typeof atomic !== "boolean") {
    problems.push({ message: `atomic is ${whatIs(atomic)}, neither true nor false` });
  }
  problems.push(...timeoutProblems(timeouts));
  return problems;
}

function noOperations(exported: readonly string[]): LoadProblem {
  const close = exported.includes("default") ? "default" : nearest("operations", exported);
  return {
    message: "exports no operations",
    hint: `it needs: export const operations = [...];${close === undefined ? "" : ` (it exports "${close}")`}`,
  };
}

function operationProblem(value: unknown, at: string, around: readonly unknown[] = []): LoadProblem[] {
  try {
    return partProblem(value, at, around);
  } catch (error) {
    return [{ message: `${at} cannot be read: ${messageOf(error)}` }];
  }
}

function partProblem(value: unknown, at: string, around: readonly unknown[]): LoadProblem[] {
  if (around.includes(value)) return [{ message: `${at} is a part of itself` }];
  if (isCustom(value)) {
    return value.operations.flatMap((part, index) =>
      operationProblem(part, `${at} (${value.name})[${index}]`, [...around, value]),
    );
  }
  if (typeof value !== "object" || value === null || !("kind" in value)) {
    return [{ message: `${at} is ${whatIs(value)}, not an operation`, hint: hintFor(value) }];
  }
  const kind: unknown = value.kind;
  if (operationKinds.some((known) => known === kind)) {
    const problem = operationShapeProblem(value);
    return problem === undefined ? [] : [{ message: `${at} (${kind}): ${problem}`, hint: BUILDERS }];
  }
  const close = typeof kind === "string" ? nearest(kind, operationKinds) : undefined;
  return [
    {
      message: `${at} is of the unknown kind ${Bun.inspect(kind)}`,
      hint: close === undefined ? `the kinds are ${operationKinds.join(", ")}` : `did you mean ${close}?`,
    },
  ];
}

function hintFor(value: unknown): string {
  if (Array.isArray(value)) return "spread it with three dots: ...list";
  if (typeof value === "function") return "call it";
  return BUILDERS;
}

const BUILDERS = "operations are made by the builders of migrations, as in m.addColumn(...)";

function isTextList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}
