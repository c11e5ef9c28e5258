import { lstatSync } from "node:fs";
import { join, resolve } from "node:path";
import { UsageError } from "./errors.ts";
import { hasEntry, statOf } from "./file-kind.ts";
import { importModules } from "./import-module.ts";
import { type AnyModel, isModel } from "./models/model.ts";
import { messageOf } from "./shown.ts";

/** Where models are looked for when nobody names a module. */
const DEFAULTS = ["models.ts", "models/index.ts", "src/models.ts", "src/models/index.ts"];

/**
 * The models that the modules export, each once. `patterns` are files, folders or globs, relative to `cwd`;
 * without any, the usual places are tried.
 * @throws UsageError where a pattern matches nothing or a module exports no model, the module's own error with its
 * place otherwise
 */
export async function loadModels(
  patterns: readonly string[] | undefined,
  { allowNone = false, cwd = process.cwd() }: { allowNone?: boolean; cwd?: string } = {},
): Promise<AnyModel[]> {
  const paths =
    patterns === undefined ? defaultModules(cwd) : patterns.flatMap((pattern) => modulesOf(pattern, cwd));
  const modules = await importModules([...new Set(paths)]);
  const found = new Set<AnyModel>();
  const silent: string[] = [];
  for (const [path, exports] of modules) {
    const models = Object.values(exports).filter(isModel);
    if (models.length === 0) silent.push(path);
    for (const model of models) found.add(model);
  }
  if (found.size > 0 || allowNone) return [...found];
  const [first] = silent;
  if (first !== undefined) {
    throw new UsageError(
      `${silent.map((path) => relativeTo(cwd, path)).join(", ")} exports no model`,
      'export each model: export const User = defineModel("User", { ... })',
    );
  }
  throw new UsageError(
    `there are no models: none of ${DEFAULTS.join(", ")} exists`,
    "name the modules that export them with --models, as in --models src/models.ts",
  );
}

function defaultModules(cwd: string): string[] {
  const found = DEFAULTS.map((name) => join(cwd, name)).find(hasEntry);
  return found === undefined ? [] : [found];
}

function modulesOf(pattern: string, cwd: string): string[] {
  if (pattern.trim() === "") throw new UsageError("a name among the modules with models is empty");
  const path = resolve(cwd, pattern);
  const isFolder = statOf(path)?.isDirectory() === true;
  // What has the name and is no module, such as a link to nothing, is refused when it is loaded.
  const direct = [path, `${path}.ts`, `${path}.js`].find(
    (file) => hasEntry(file) && statOf(file)?.isDirectory() !== true,
  );
  if (direct !== undefined) return [direct];
  // A folder is no pattern, although there may be brackets in its name.
  const [glob, base] = isFolder ? ["**/*.ts", path] : [pattern, cwd];
  const modules = scan(pattern, glob, base)
    .filter((file) => !file.endsWith(".d.ts") && !relativeTo(base, file).includes("node_modules/"))
    // A link to a file counts: a model that is left out is a table that is dropped.
    .filter((file) => lstatSync(file, { throwIfNoEntry: false })?.isDirectory() !== true)
    .sort();
  if (modules.length > 0) return modules;
  throw new UsageError(`no module matches --models ${pattern}`, `paths are relative to ${cwd}`);
}

function scan(pattern: string, glob: string, cwd: string): string[] {
  try {
    return [...new Bun.Glob(glob).scanSync({ cwd, absolute: true, onlyFiles: false })];
  } catch (error) {
    throw new UsageError(`--models ${pattern} cannot be read: ${messageOf(error)}`);
  }
}

function relativeTo(cwd: string, path: string): string {
  return path.startsWith(`${cwd}/`) ? path.slice(cwd.length + 1) : path;
}
