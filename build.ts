import { mkdir, rm } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { buildRelease, clearReleaseFolder } from "./build/release.ts";
import { selectTargets, TARGETS, type Target } from "./build/targets.ts";
import { withoutSignature } from "./build/unsign.ts";

/*
 * Builds what the npm package holds (the bundled command line, the library and its types) and dist/yara-orm, the
 * single-file executable for this machine.
 *
 *   --package                the first alone
 *   --all                    the archives of a release in dist/release, for every system, in the place of dist/yara-orm
 *   --targets=linux-x64,...  the same for some systems
 *   --out=FOLDER             another folder than dist/release: a new one, or that of an earlier release, which goes
 */

const root = import.meta.dir;
const dist = join(root, "dist");

/** The names stay readable in errors; identifiers are all that is not minified. */
const minify = { whitespace: true, syntax: true, identifiers: false };

const types = join(dist, "types");

const { values: options } = parseArgs({
  options: {
    package: { type: "boolean" },
    all: { type: "boolean" },
    targets: { type: "string" },
    out: { type: "string", default: join(dist, "release") },
  },
});
const targets = options.all ? TARGETS : options.targets ? selectTargets(options.targets) : undefined;
const out = resolve(options.out);

if (targets !== undefined) await clearReleaseFolder(out);
await emitTypes();
const readyTexts = JSON.stringify(await printedTexts());
await buildPackage();
if (targets !== undefined) await buildRelease(out, targets, compileExecutable);
else if (!options.package) {
  const outfile = join(dist, process.platform === "win32" ? "yara-orm.exe" : "yara-orm");
  await compileExecutable(outfile);
  console.log(`built ${outfile}`);
}

/** Writes the executable for this machine, or for a target with Bun for it. */
async function compileExecutable(outfile: string, target?: Target, runtime?: string): Promise<void> {
  await mkdir(dirname(outfile), { recursive: true });
  await Bun.build({
    entrypoints: [join(root, "src/cli.ts")],
    target: "bun",
    // What a command does not need stays in chunks that it does not load.
    format: "esm",
    splitting: true,
    // Each of them takes a while to find, however small it is.
    minChunkSize: 16_384,
    bytecode: true,
    minify,
    define: {
      "process.env.NODE_ENV": '"production"',
      // Else the folder of this machine would stand in it, and another folder would give another executable.
      "import.meta.dir": '"/$bunfs/root"',
      YARA_DECLARATIONS: JSON.stringify(await ambientDeclarations()),
      YARA_READY_TEXTS: readyTexts,
    },
    compile: {
      outfile,
      ...(target === undefined || runtime === undefined
        ? {}
        : { target: target.compile, executablePath: runtime }),
      // What lies in the folder where the tool is started must not run: a bunfig.toml can preload code, and .env is
      // read by the tool itself, which unlike Bun leaves `$` in passwords alone.
      autoloadBunfig: false,
      autoloadDotenv: false,
      // Users' models import packages and use path aliases.
      autoloadPackageJson: true,
      autoloadTsconfig: true,
    },
    throw: true,
  });
  if ((target?.name ?? `${process.platform}-${process.arch}`) === "darwin-x64")
    await Bun.write(outfile, withoutSignature(await Bun.file(outfile).bytes()));
}

async function buildPackage(): Promise<void> {
  for (const old of new Bun.Glob("{cli,index,without-bun,chunk-*}.js").scanSync(dist))
    await rm(join(dist, old));
  await Bun.build({
    entrypoints: ["cli", "index", "without-bun"].map((name) => join(root, "src", `${name}.ts`)),
    target: "bun",
    format: "esm",
    outdir: dist,
    splitting: true,
    packages: "external",
    define: { YARA_READY_TEXTS: readyTexts },
    minify: { ...minify, whitespace: false },
    throw: true,
  });
  console.log(`built ${join(dist, "cli.js")}, ${join(dist, "index.js")} and their types`);
}

/** What the command lines print that only ask for the version or for help: see src/terminal/ready-texts.ts. */
async function printedTexts(): Promise<Record<string, string>> {
  const { commands } = await import("./src/commands/all.ts");
  const { commandHelp, toolHelp } = await import("./src/commands/help.ts");
  const { tool } = await import("./src/commands/tool.ts");
  const { PLAIN } = await import("./src/terminal/paint.ts");
  const { version } = await import("./src/version.ts");
  const helps = [
    ["", toolHelp(tool, version, commands, PLAIN)] as const,
    ...commands.map((command) => [`${command.name}\0`, commandHelp(command, PLAIN)] as const),
  ];
  return {
    "--version": version,
    ...Object.fromEntries(helps.map(([before, text]) => [`${before}--help`, text])),
  };
}

/** Writes a declaration file for each source file. */
async function emitTypes(): Promise<void> {
  await rm(types, { recursive: true, force: true });
  await mkdir(types, { recursive: true });
  const options = [
    "--noEmit",
    "false",
    "--declaration",
    "--emitDeclarationOnly",
    "--rewriteRelativeImportExtensions",
  ];
  const command = ["node_modules/.bin/tsc", "-p", "tsconfig.types.json", ...options, "--outDir", types];
  const tsc = Bun.spawn([process.execPath, "run", ...command], {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"],
  });
  if ((await tsc.exited) !== 0) throw new Error("the types could not be emitted");
}

/**
 * All declarations as one file of ambient modules, for projects that have the executable and no package: each file
 * becomes the module `yara-orm/...`, and src/index.ts is `yara-orm`.
 */
async function ambientDeclarations(): Promise<string> {
  const modules: string[] = [];
  const waiting = ["index"];
  const seen = new Set(waiting);
  for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
    const text = await Bun.file(join(types, `${name}.d.ts`)).text();
    const renamed = text.replace(/(from\s+|import\()"(\.[^"]+)"/g, (_, before: string, specifier: string) => {
      const target = join(name, "..", specifier).replace(/\.(ts|js)$/, "");
      if (!seen.has(target)) waiting.push(target);
      seen.add(target);
      return `${before}"${moduleName(target)}"`;
    });
    // A module that is declared is ambient already.
    const body = renamed.replaceAll(/^(\s*)(export )?declare /gm, "$1$2").trimEnd();
    modules.push(`declare module "${moduleName(name)}" {\n${body.replaceAll(/^(?=.)/gm, "  ")}\n}\n`);
  }
  return `// The types of yara-orm, written by "yara-orm init". Do not edit: it is brought up to date by the same command.\n\n${modules.join("\n")}`;
}

function moduleName(name: string): string {
  return name === "index" ? "yara-orm" : `yara-orm/${name}`;
}
