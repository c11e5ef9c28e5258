import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { createFile } from "./create-file.ts";
import { cannotWrite, fileErrorCode } from "./file-error.ts";
import { replaceFile } from "./replace-file.ts";

/** The types of this library as one ambient module; the build puts them here, in the source there are none. */
declare const YARA_DECLARATIONS: string | undefined;

const DECLARATIONS = "yara-orm.d.ts";
const TSCONFIG = "tsconfig.json";

const COMPILER_OPTIONS = {
  target: "ESNext",
  lib: ["ESNext", "DOM"],
  module: "Preserve",
  moduleResolution: "bundler",
  // Bun's users write the names of files as they are.
  allowImportingTsExtensions: true,
  strict: true,
  noEmit: true,
  types: [],
};

/**
 * Where the package is not installed, writes what editors and `tsc` need: the library's declarations, and a
 * `tsconfig.json` if there is none. Returns the names of the files that it wrote or brought up to date.
 */
export function writeDeclarations(directory: string): string[] {
  if (typeof YARA_DECLARATIONS !== "string" || isInstalled(directory)) return [];
  const written = [DECLARATIONS];
  replaceFile(join(directory, DECLARATIONS), YARA_DECLARATIONS);
  if (!hasAbove(directory, TSCONFIG)) {
    const config = { compilerOptions: COMPILER_OPTIONS };
    const path = join(directory, TSCONFIG);
    try {
      createFile(path, `${JSON.stringify(config, undefined, 2)}\n`);
      written.push(TSCONFIG);
    } catch (error) {
      // A link to nothing has the name.
      if (fileErrorCode(error) !== "EEXIST") throw cannotWrite(path, error);
    }
  }
  return written;
}

function isInstalled(directory: string): boolean {
  return hasAbove(directory, join("node_modules", "yara-orm", "package.json"));
}

function hasAbove(directory: string, name: string): boolean {
  if (existsSync(join(directory, name))) return true;
  const parent = dirname(directory);
  return parent !== directory && hasAbove(parent, name);
}
